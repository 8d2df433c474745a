"""A draft while it is filled in, for people: how far each form is, what is wrong beside a cell, when it was saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from babel.dates import format_time

from kpi.draft import Looked
from kpi.intake.layout import Group, sub_label
from kpi.language import locale, message, moment, tr
from kpi.present.html import Html, el, join
from kpi.problems import N_, Problem, Severity, errors
from kpi.records import FormState


class Filled(StrEnum):
    """How far a form is."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    PROBLEMS = "problems"
    REMARKS = "remarks"
    COMPLETE = "complete"
    NOTHING = "nothing"
    NOT_APPLICABLE = "not_applicable"


_SIGNS = {
    Filled.EMPTY: "○",
    Filled.UNFINISHED: "◐",
    Filled.PROBLEMS: "✖",
    Filled.REMARKS: "▲",
    Filled.COMPLETE: "✔",
    Filled.NOTHING: "✔",
    Filled.NOT_APPLICABLE: "✔",
}
_CLASSES = {Filled.EMPTY: "k-none", Filled.UNFINISHED: "k-none", Filled.PROBLEMS: "k-bad", Filled.REMARKS: "k-risk"}
_WORDS = {
    Filled.EMPTY: N_("empty"),
    Filled.UNFINISHED: N_("to fill in: {count}"),
    Filled.PROBLEMS: N_("to correct: {count}"),
    Filled.REMARKS: N_("remarks: {count}"),
    Filled.COMPLETE: N_("complete"),
    Filled.NOTHING: N_("nothing to report"),
    Filled.NOT_APPLICABLE: N_("not applicable"),
}

#: Faults of what is not filled in yet: no reason to be told in red while one is still typing.
_UNFINISHED = frozenset(
    {"row.required", "row.spread_incomplete", "row.weighted_missing", "row.currency_missing", "row.empty"}
    | {"form.no_state", "form.reported_empty"}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a form is: `count` gaps, problems or remarks."""

    filled: Filled
    count: int = 0

    @property
    def is_done(self) -> bool:
        """Tell whether nothing has to be done to it any more."""
        return self.filled not in {Filled.EMPTY, Filled.UNFINISHED, Filled.PROBLEMS}

    @property
    def sign(self) -> str:
        """The sign of it."""
        return _SIGNS[self.filled]

    def words(self, language: str) -> str:
        """Say it, with its sign."""
        return f"{self.sign} {tr(_WORDS[self.filled], language, count=self.count)}"

    def html(self, language: str) -> Html:
        """Show it."""
        words = tr(_WORDS[self.filled], language, count=self.count)
        sign = el("span", self.sign, class_="k-sign", aria_hidden="true")
        return el("span", sign, words, class_=f"k-badge {_CLASSES.get(self.filled, 'k-good')}")


def standing(looked: Looked, form: str) -> Standing:
    """Tell how far a form of a draft is."""
    typed, found = looked.draft.typed[form], looked.of(form)
    if not typed.state and all(row.is_blank for row in typed.rows):
        return Standing(Filled.EMPTY)
    if found:
        return of_problems(found)
    match typed.state:
        case FormState.NOTHING:
            return Standing(Filled.NOTHING)
        case FormState.NOT_APPLICABLE:
            return Standing(Filled.NOT_APPLICABLE)
        case _:
            return Standing(Filled.COMPLETE)


def of_problems(found: Sequence[Problem]) -> Standing:
    """Tell how far something is by its problems: first by those of what is filled in, then by the gaps."""
    wrong = errors(found)
    gaps = sum(map(is_unfinished, wrong))
    if len(wrong) > gaps:
        return Standing(Filled.PROBLEMS, len(wrong) - gaps)
    if gaps:
        return Standing(Filled.UNFINISHED, gaps)
    return Standing(Filled.REMARKS, len(found)) if found else Standing(Filled.COMPLETE)


def is_unfinished(problem: Problem) -> bool:
    """Tell whether a problem is only that something is not filled in yet."""
    return problem.code in _UNFINISHED


def beside_cell(group: Group, problems: Sequence[Problem], language: str) -> Html | None:
    """Say what is wrong in the cells of one column of a row; what is only not filled in yet, quietly and together."""
    names = {one.key: sub_label(one, language) if len(group.fields) > 1 else "" for one in group.fields}
    lines = [_line(one, names.get(one.place.field or "", ""), language) for one in problems if not is_unfinished(one)]
    lacking: dict[str, list[str]] = {}
    for one in problems:
        if is_unfinished(one):
            lacking.setdefault(one.fault.expected, []).append(names.get(one.place.field or "", ""))
    for expected, fields in lacking.items():
        named = ", ".join(name for name in fields if name)
        told = tr(expected, language, **next(one.values for one in problems if one.fault.expected == expected))
        lines.append(el("li", _sign("○"), f"{named}: {told}" if named else told, class_="k-lacking"))
    return el("ul", *lines, class_="k-beside", role="status") if lines else None


def about(problems: Sequence[Problem], language: str) -> Html | None:
    """Say what is wrong with a whole form or row."""
    if not problems:
        return None
    lines = [
        el("li", _sign("○"), message(one, language), class_="k-lacking")
        if is_unfinished(one)
        else _line(one, "", language)
        for one in problems
    ]
    return el("ul", *lines, class_="k-beside", role="status")


def _line(problem: Problem, name: str, language: str) -> Html:
    is_error = problem.severity is Severity.ERROR
    named = el("strong", f"{name}: ") if name and "column" not in problem.values else None
    class_ = "k-error" if is_error else "k-remark"
    return el("li", _sign("✖" if is_error else "▲"), join(named, message(problem, language)), class_=class_)


def _sign(sign: str) -> Html:
    return el("span", sign, class_="k-sign", aria_hidden="true")


def saved(at: datetime, now: datetime, language: str) -> Html:
    """Say when the draft was last saved; both moments where the reader is."""
    return el("span", _sign("✔"), tr(N_("Saved {when}"), language, when=clock(at, now, language)), class_="k-saved")


def clock(at: datetime, now: datetime, language: str) -> str:
    """Write a moment: of today, the time alone."""
    if at.date() == now.date():
        return str(format_time(at, format="short", locale=locale(language)))
    return moment(at, language)


def reason(text: str, language: str) -> Html:
    """Show why the revision before was sent back."""
    head = el("strong", tr(N_("Why it was sent back"), language))
    return el("div", head, el("p", text), class_="k-reason", role="note")
