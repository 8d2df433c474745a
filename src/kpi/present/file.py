"""An uploaded file, told: what it is, whether it can be handed in, and what it says form by form."""

from collections.abc import Sequence

from kpi.framework.model import FormKind, Framework
from kpi.incoming import Incoming
from kpi.intake import layout
from kpi.intake.taken import LeftBehind
from kpi.intake.template_form import single_row_name
from kpi.intake.typed import shown
from kpi.language import pick, quarter_name, size, tr, whole
from kpi.present.faults import count_of
from kpi.present.html import Html, el, join
from kpi.present.returned import forms_table
from kpi.problems import N_, Problem, errors
from kpi.quarter import Quarter


def summary(incoming: Incoming, language: str, *, waits: bool = False) -> Html:
    """Say what a file is, and what can be done with it; nothing yet, where a return for its quarter `waits`."""
    name = el("h2", incoming.name)
    large = el("p", size(len(incoming.file), language), class_="k-small")
    return el(
        "div", name, large, _verdict(incoming, language, waits=waits), _facts(incoming, language), class_="k-file"
    )


def _verdict(incoming: Incoming, language: str, *, waits: bool) -> Html:
    if incoming.content is None:
        return _badge("✗", N_("This file is not taken"), "bad", language)
    if incoming.known is not None and not errors(incoming.problems):
        return _badge("≡", N_("Nothing new"), "none", language)
    if waits:
        return _badge("◔", N_("A return for this quarter is submitted already"), "risk", language)
    return verdict(incoming.problems, language)


def verdict(problems: Sequence[Problem], language: str) -> Html:
    """Say whether a return with these problems can be handed in: a sign and a word."""
    if errors(problems):
        return _badge("✗", N_("Has to be corrected before it can be submitted"), "bad", language)
    if problems:
        return _badge("?", N_("Can be submitted, with a word on what is odd"), "risk", language)
    return _badge("✓", N_("Can be submitted"), "good", language)


def _badge(sign: str, text: str, tone: str, language: str) -> Html:
    mark = el("span", sign, class_="k-sign", aria_hidden="true")
    return el("span", mark, tr(text, language), class_=f"k-badge k-verdict k-{tone}")


def _facts(incoming: Incoming, language: str) -> Html | None:
    if incoming.organisation is None or incoming.quarter is None:
        return None
    rows = [
        (N_("Organisation"), pick(incoming.organisation.name, language)),
        (N_("Quarter"), quarter_name(incoming.quarter, language)),
    ]
    if incoming.content is not None:
        rows.append((N_("Rows"), str(incoming.content.rows)))
    if incoming.problems:
        rows.append((N_("Check"), count_of(incoming.problems, language)))
    return el("dl", *(join(el("dt", tr(term, language)), el("dd", told)) for term, told in rows), class_="k-sheet")


def left_behind(framework: Framework, quarter: Quarter, found: Sequence[LeftBehind], language: str) -> Html:
    """Say which evidence would go with a file, row by row; the files and links by name."""
    rows = [
        el("li", f"{_row(framework, quarter, one, language)}: ", ", ".join(kept.name for kept in one.row.evidence))
        for one in found
    ]
    text = N_("This file has no row for some of the evidence. If it becomes the return, this is taken away:")
    otherwise = N_("To keep it, put the row back into the file, or add it again on the web afterwards.")
    return el(
        "div",
        el("strong", tr(text, language)),
        el("ul", *rows),
        tr(otherwise, language),
        class_="k-also",
        role="status",
    )


def _row(framework: Framework, quarter: Quarter, one: LeftBehind, language: str) -> str:
    """Name a row: a grid's by what is printed, a register's by its number and what stands in it first."""
    form = framework.forms[one.form]
    label = pick(form.label, language)
    if form.kind is FormKind.GRID:
        printed = layout.rows(framework, form, quarter).get(one.row.key or layout.SINGLE)
        return f"{label}, {pick(printed.label, language) if printed else tr(single_row_name(form), language)}"
    first = next((told for key in form.columns if (told := shown(one.row.cells.get(key), language))), "")
    place = whole(N_("{form}, row {row}"), language, form=label, row=one.position)
    return f"{place} ({first})" if first else place


def forms(framework: Framework, incoming: Incoming, language: str) -> Html | None:
    """List what a file says form by form, folded."""
    if incoming.content is None:
        return None
    return el(
        "details",
        el("summary", tr(N_("What it says, sheet by sheet"), language)),
        forms_table(framework, incoming.content.forms, language),
        class_="k-fold",
    )
