"""What is wrong or odd in a return: sheet by sheet, each with its place, what was found, and how to mend it."""

from collections.abc import Callable, Iterable, Sequence

from kpi.framework.model import Framework
from kpi.intake.check import NO_STATE
from kpi.intake.fields import fields
from kpi.language import pick, sentences, tr, whole
from kpi.present.html import Html, el, join, table
from kpi.problems import N_, Place, Problem, Severity, errors
from kpi.quarter import Quarter

#: Gives the address where a place is mended; none where there is none.
Where = Callable[[Place], str | None]

#: So many of a sheet are shown at once, so many at all: a file with more is mended from the top.
_AT_ONCE, _MOST = 8, 300
#: So many sheets that are empty are told of together.
_SEVERAL = 3


def faults(
    framework: Framework, quarter: Quarter | None, problems: Iterable[Problem], language: str, *, where: Where
) -> Html:
    """Show all problems, grouped by sheet in their order; errors come before remarks, long lists are folded.

    Of several sheets that are empty the same is said once: they are what a file begins with.
    """
    given = list(problems)
    empty = [problem for problem in given if problem.code == NO_STATE.code]
    together = empty if len(empty) >= _SEVERAL else []
    groups: dict[str, list[Problem]] = {}
    for problem in given:
        if problem not in together:
            groups.setdefault(_sheet(framework, problem.place, language), []).append(problem)
    return join(
        *(_group(framework, quarter, name, found, language, where) for name, found in groups.items()),
        _empty(framework, together, language, where) if together else None,
    )


def _empty(framework: Framework, found: Sequence[Problem], language: str, where: Where) -> Html:
    """List the sheets that are empty, and say what to do about each."""
    names = [
        (_sheet(framework, problem.place, language), where(problem.place), problem.place.cell) for problem in found
    ]
    expected = N_(
        "Fill in each, or say at its top ({cell}) that there is nothing to report or that it is not applicable."
    )
    on_the_web = N_("Fill in each, or say at its top that there is nothing to report or that it is not applicable.")
    cell = names[0][2]
    return el(
        "section",
        el("h3", whole(N_("Empty sheets: {count}"), language, count=len(found))),
        el(
            "p",
            severity_badge(found[0], language),
            " ",
            whole(expected, language, cell=cell) if cell else tr(on_the_web, language),
        ),
        el(
            "ul",
            *(el("li", el("a", name, href=to, target="_self") if to else name) for name, to, _ in names),
            class_="k-empty",
        ),
        class_="k-sheet-faults",
    )


def _sheet(framework: Framework, place: Place, language: str) -> str:
    if place.sheet:
        return place.sheet
    return pick(framework.forms[place.form].label, language) if place.form in framework.forms else ""


def _group(  # noqa: PLR0913, PLR0917 (what a group says comes from all of these)
    framework: Framework, quarter: Quarter | None, name: str, found: Sequence[Problem], language: str, where: Where
) -> Html:
    ordered = sorted(found, key=lambda problem: problem.severity is not Severity.ERROR)[:_MOST]
    rows = [_row(framework, quarter, problem, language, where) for problem in ordered]
    more = whole(N_("Show {count} more"), language, count=len(rows) - _AT_ONCE)
    left_out = whole(N_("And {count} more, which the marked copy lists."), language, count=len(found) - _MOST)
    told = count_of(found, language)
    return el(
        "section",
        el("h3", name) if name else None,
        el("p", told, class_="k-note") if len(found) > 1 else None,
        _table(name or told, rows[:_AT_ONCE]),
        el(
            "details",
            el("summary", more),
            _table(name or told, rows[_AT_ONCE:]),
            class_="k-fold",
        )
        if len(rows) > _AT_ONCE
        else None,
        el("p", left_out, class_="k-note") if len(found) > _MOST else None,
        class_="k-sheet-faults",
    )


def _table(name: str, rows: Sequence[Html]) -> Html:
    return table(name, el("tbody", *rows), class_="k-faults")


def count_of(found: Sequence[Problem], language: str) -> str:
    """Say how much is to be corrected, and how much to be looked at."""
    faulty = len(errors(found))
    told = []
    if faulty:
        told.append(whole(N_("To be corrected: {count}."), language, count=faulty))
    if len(found) > faulty:
        told.append(whole(N_("Please look again: {count}."), language, count=len(found) - faulty))
    return " ".join(told)


def _row(framework: Framework, quarter: Quarter | None, problem: Problem, language: str, where: Where) -> Html:
    found, expected = sentences(problem, language)
    address = where(problem.place)
    spot, column = spot_of(problem.place, language), column_of(framework, quarter, problem.place, language)
    cell = el("strong", el("a", spot, href=address, target="_self") if address and spot else spot)
    return el(
        "tr",
        el("th", cell if spot else None, column, class_="k-where", scope="row"),
        el(
            "td",
            severity_badge(problem, language),
            " ",
            found,
            el("span", expected, class_="k-expected") if expected else None,
        ),
    )


def severity_badge(problem: Problem, language: str) -> Html:
    """Show whether something has to be corrected, or only looked at: a sign and a word."""
    is_error = problem.severity is Severity.ERROR
    word = tr(N_("to correct") if is_error else N_("look again"), language)
    sign = el("span", "✗" if is_error else "?", class_="k-sign", aria_hidden="true")
    return el("span", sign, word, class_=f"k-badge k-{'bad' if is_error else 'risk'}")


def spot_of(place: Place, language: str) -> str:
    """Name the cell or, where there is no sheet, the row."""
    if place.cell or place.row is None:
        return place.cell or ""
    return whole(N_("row {row}"), language, row=str(place.row))


def column_of(framework: Framework, quarter: Quarter | None, place: Place, language: str) -> str:
    """Name the column that a place lies in."""
    if place.form not in framework.forms or not place.field or quarter is None:
        return ""
    form = framework.forms[place.form]
    labels = {one.key: one.label(language) for one in fields(framework, form, quarter)}
    key = place.field.partition(".")[0]
    return labels.get(place.field) or (pick(form.columns[key].label, language) if key in form.columns else "")
