"""Keep the catalogues complete: `update` adds what the source says, `check` fails on what is not translated."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from kpi.cli import app

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "src" / "kpi" / "locale"
KEYWORDS = {"tr": None, "N_": None}
#: What is filled in when a text is said; any other brace is a character like any other.
BRACES = re.compile(r"\{(\w+)\}")


def source() -> Catalog:
    """Gather every marked text of the source."""
    catalog = Catalog(project="kpi", charset="utf-8")
    for folder in ("src/kpi", "pages"):
        found = extract_from_dir(ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=())
        for filename, _, message, _, _ in found:
            catalog.add(message, locations=[(f"{folder}/{filename}", None)])
    for text in helps(get_command(app)):
        catalog.add(text, locations=[("src/kpi/cli/__init__.py", None)])
    return catalog


def helps(command: object) -> Iterator[str]:
    """Give what a command, and those within it, do: their docstrings, which cannot be marked."""
    if isinstance(command, TyperCommand | TyperGroup):
        yield command.help or ""
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            yield from helps(one)


def read(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain="kpi")


def update() -> int:
    """Bring the catalogues in line with the source; new texts come in empty."""
    wanted = source()
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/kpi.po")):
        catalog = read(path)
        catalog.update(wanted, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        fresh = path.with_suffix(".new")  # put in its place whole: whoever reads it meanwhile finds the one before
        with fresh.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, omit_header=False, ignore_obsolete=True)
        fresh.replace(path)
    return check()


def check() -> int:
    """Count what is missing, fuzzy, unused or has other braces than its original."""
    wanted = {message.id for message in source() if message.id}
    faults = 0
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/kpi.po")):
        catalog = read(path)
        there = {message.id: message for message in catalog if message.id}
        found = [f"not in the catalogue: {text}" for text in sorted(wanted - set(there))]
        found += [f"no longer used: {text}" for text in sorted(set(there) - wanted)]
        for text, message in there.items():
            if text in wanted and (not message.string or message.fuzzy):
                found.append(f"not translated: {text}")
            elif text in wanted and _braces(text) != _braces(message.string):
                found.append(f"other braces: {text}")
        for line in found:
            print(f"{path.relative_to(ROOT)}: {line}")
        faults += len(found)
    print(f"{len(wanted)} texts, {faults} faults")
    return 1 if faults else 0


def _braces(text: str) -> set[str]:
    return set(BRACES.findall(text))


if __name__ == "__main__":
    sys.exit(update() if sys.argv[1:] == ["update"] else check())
