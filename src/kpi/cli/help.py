"""The commands' help, in the language of the command's own sentences.

A command's help is its docstring, an option's is marked where it is declared; both are translated when shown.
"""

from collections.abc import Sequence
from pathlib import Path

from typer._click import Command, Context, HelpFormatter, Parameter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from kpi.cli.common import speak
from kpi.cli.usage import called_rightly, check_known, name_of, printable, refused
from kpi.problems import N_


class _Spoken(Command):
    """What commands and groups of them have in common."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how it is called."""
        arguments = [one for one in self.params if isinstance(one, TyperArgument)]
        pieces = [
            speak(N_("[OPTIONS]")),
            *(name_of(one) if one.required else f"[{name_of(one)}]" for one in arguments),
            *([speak(N_("COMMAND [ARGUMENTS]…"))] if isinstance(self, TyperGroup) else []),
        ]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=speak(N_("Usage:")) + " ")

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write what it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(speak(ctx.command.help or ""))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the arguments and the options."""
        there = self.get_params(ctx)
        arguments = [(name_of(one), _told(one)) for one in there if isinstance(one, TyperArgument)]
        if arguments:
            with formatter.section(speak(N_("Arguments"))):
                formatter.write_dl(arguments)
        helps = self.get_help_option(ctx)
        options = [(_typed(one), _told(one)) for one in there if isinstance(one, TyperOption) and one is not helps]
        if helps is not None:
            options.append((name_of(helps), speak(N_("Show this message and exit."))))
        with formatter.section(speak(N_("Options"))):
            formatter.write_dl(options)


class SpokenCommand(_Spoken, TyperCommand):
    """A command whose help and refusals are said in the right language."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words after the command; what is too many is told like all else."""
        ctx.allow_extra_args = True
        with called_rightly(ctx):
            rest = super().parse_args(ctx, self._each_named(args))
        if rest:
            raise refused(ctx, N_("“{found}” is more than the command takes"), found=printable(" ".join(rest)))
        return rest

    def _each_named(self, args: Sequence[str]) -> list[str]:
        """Name an option that may be repeated before each of its values: ``--by a b`` means ``--by a --by b``."""
        if any(isinstance(one, TyperArgument) for one in self.params):
            return list(args)  # what follows may be an argument
        repeated = {name for one in self.params if isinstance(one, TyperOption) and one.multiple for name in one.opts}
        named: list[str] = []
        current, is_first = "", False
        for word in args:
            if word.startswith("-"):
                current, _, value = word.partition("=")
                is_first = not value
            elif current in repeated and not is_first:
                named.append(current)
            else:
                is_first = False
            named.append(word)
        return named


class SpokenGroup(_Spoken, TyperGroup):
    """Commands under one name, whose help and refusals are said in the right language."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words up to the command's name."""
        with called_rightly(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the command; one that is not there is told with what may have been meant."""
        check_known(ctx, N_("command"), args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the options and the commands, each with what it does."""
        super().format_options(ctx, formatter)
        with formatter.section(speak(N_("Commands"))):
            formatter.write_dl([(name, speak(one.help or "")) for name, one in self.commands.items()])


def _typed(option: TyperOption) -> str:
    """Write an option as it is typed, with what stands for its value."""
    if option.is_flag:
        return name_of(option)
    several = "…" if option.multiple else ""
    return f"{name_of(option)} <{speak(option.metavar or _kind(option))}>{several}"


def _kind(option: TyperOption) -> str:
    """Name, as a marked text, what an option's value is."""
    wanted = option.type_descriptor.annotation
    if wanted is int:
        return N_("number")
    return N_("path") if wanted is Path else N_("text")


def _told(parameter: Parameter) -> str:
    """Write what a parameter is for, and what holds of its value."""
    if not isinstance(parameter, TyperArgument | TyperOption):
        return ""
    notes = []
    if isinstance(parameter.envvar, str):
        notes.append(speak(N_("else the variable {name}"), name=parameter.envvar))
    if parameter.default not in {None, "", False}:
        notes.append(speak(N_("by default {value}"), value=str(parameter.default)))
    if parameter.min is not None and parameter.max is not None:
        notes.append(f"{parameter.min}–{parameter.max}")
    if parameter.required:
        notes.append(speak(N_("required")))
    told = speak(parameter.help or "")
    return f"{told}  [{'; '.join(notes)}]" if notes else told
