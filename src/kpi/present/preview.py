"""A return's figures before it is handed in, beside those that stand and those of the quarter before."""

from collections.abc import Collection, Sequence

from kpi.framework.model import Framework
from kpi.language import pick, quarter_short, tr, whole
from kpi.measure.model import State
from kpi.measure.values import Value
from kpi.present.html import Html, el, join, table
from kpi.present.words import NOTHING, change, dimension, of, title, unit
from kpi.preview import Figure, Preview
from kpi.problems import N_
from kpi.quarter import Quarter

#: More categories than these are only told when asked for.
_FEW = 0
#: So many figures without a change are shown among the others.
_FEW_THE_SAME = 3


def preview_table(
    framework: Framework, found: Preview, quarter: Quarter, language: str, *, unusual: Collection[str] = ()
) -> Html:
    """Show every figure of a return with its change; below, folded, those without one, and the parts of the whole.

    `unusual` are indicators that are unlike what the organisation said before.
    """
    if not found.totals:
        return el("p", tr(N_("This return says nothing in figures yet."), language), class_="k-note")
    changed = [one for one in found.figures if one.slice is not None and _differs(one, found)]
    same = [one for one in found.totals if one.indicator not in unusual and _is_the_same(one, found)]
    folded = same if len(same) > _FEW_THE_SAME else []
    shown = [one for one in found.totals if one not in folded]
    unmoved = whole(N_("Figures without a change: {count}"), language, count=len(folded))
    parts = whole(N_("By category: {count} figures change"), language, count=len(changed))
    return join(
        _table(framework, found, shown, quarter, language, tr(N_("In figures"), language), unusual) if shown else None,
        el(
            "details",
            el("summary", unmoved),
            _table(framework, found, folded, quarter, language, unmoved),
            class_="k-fold",
        )
        if folded
        else None,
        el(
            "details",
            el("summary", parts),
            _table(framework, found, changed, quarter, language, parts),
            class_="k-fold",
        )
        if len(changed) > _FEW
        else None,
    )


def _differs(one: Figure, found: Preview) -> bool:
    """Tell whether a figure is another than what it is compared with: the revision that stands, else the last time."""
    return one.is_changed if found.revision else one.now != one.before


def _is_the_same(one: Figure, found: Preview) -> bool:
    """Tell whether a figure reads as all that it is shown beside."""
    others = [one.before, one.revised] if found.revision else [one.before]
    return all((one.now.state, one.now.value) == (other.state, other.value) for other in others)


def _table(  # noqa: PLR0913, PLR0917 (what a table says comes from all of these)
    framework: Framework,
    found: Preview,
    figures: Sequence[Figure],
    quarter: Quarter,
    language: str,
    name: str,
    unusual: Collection[str] = (),
) -> Html:
    heads = [tr(N_("Indicator"), language), tr(N_("This return"), language)]
    if found.revision:
        heads.append(whole(N_("Revision {revision}"), language, revision=str(found.revision.revision)))
    heads.append(quarter_short(quarter + -1, language))
    mark = el(
        "span",
        el("span", "▲", class_="k-sign", aria_hidden="true"),
        tr(N_("unusual"), language),
        class_="k-part k-risk",
    )
    rows = [
        _row(framework, found, one, quarter, heads, language, mark if one.indicator in unusual else None)
        for one in figures
    ]
    top = [el("th", head, scope="col", class_="k-right" if head != heads[0] else None) for head in heads]
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns k-preview")


def _row(  # noqa: PLR0913, PLR0917 (what a row says comes from all of these)
    framework: Framework,
    found: Preview,
    one: Figure,
    quarter: Quarter,
    heads: Sequence[str],
    language: str,
    mark: Html | None,
) -> Html:
    named = unit(framework, one.indicator, language, one.now.value) if one.now.value is not None else None
    cells = [_cell(_written(framework, one.indicator, one.now, language), named, heads[1])]
    if found.revision:
        cells.append(_compared(framework, one, one.revised, None, heads[2], language))
    when = None if one.before_in == quarter + -1 else one.before_in
    cells.append(_compared(framework, one, one.before, when, heads[-1], language))
    return el("tr", el("th", *_name(framework, one, language), mark, scope="row"), *cells)


def _name(framework: Framework, one: Figure, language: str) -> list[str]:
    label = pick(framework.indicators[one.indicator].label, language)
    key = el("span", one.indicator, class_="k-key")
    if one.slice is None:
        return [key, label]
    by, category = one.slice
    known = framework.dimensions[by].categories if by in framework.dimensions else {}
    named = pick(known[category].label, language) if category in known else category
    part = f"{title(dimension(framework, by, language))}: {named}"
    return [key, label, el("span", part, class_="k-part")]


def _cell(written: str, more: str | None, head: str) -> Html:
    return el("td", written, el("span", more, class_="k-small") if more else None, data_label=head, class_="k-right")


def _compared(  # noqa: PLR0913, PLR0917 (what a cell says comes from all of these)
    framework: Framework, one: Figure, other: Value, when: Quarter | None, head: str, language: str
) -> Html:
    """Show a value to compare with, and by how much this return's differs from it."""
    difference = None
    if one.now.value is not None and other.value is not None:
        difference = (
            tr(N_("the same"), language)
            if one.now.value == other.value
            else change(framework, one.indicator, one.now.value, other.value, language)
        )
    told = ", ".join(part for part in (quarter_short(when, language) if when else None, difference) if part)
    return _cell(_written(framework, one.indicator, other, language), told, head)


def _written(framework: Framework, indicator: str, value: Value, language: str) -> str:
    if value.state is State.NOT_APPLICABLE:
        return tr(N_("not applicable"), language)
    return NOTHING if value.value is None else of(framework, indicator, value.value, language)
