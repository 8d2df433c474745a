"""How complete a quarter is, for people: returns approved of those expected, by kind of organisation."""

from collections.abc import Iterator
from fractions import Fraction

from kpi.coverage import Reported
from kpi.framework.model import Framework
from kpi.language import pick, quarter_name, tr, whole
from kpi.measure.model import Coverage
from kpi.present.html import Html, el, table
from kpi.present.levels import counted
from kpi.present.table import Number, Table
from kpi.present.words import covered
from kpi.problems import N_


def sentence(framework: Framework, found: Reported, language: str) -> str:
    """Say how many returns are in."""
    return whole(
        N_("Returns approved for {quarter}: {reported} of {expected} ({share})."),
        language,
        quarter=found.quarter,
        reported=found.total.reported,
        expected=found.total.expected,
        share=covered(framework, found.total, language),
    )


def kinds(framework: Framework, found: Reported, language: str) -> Html | None:
    """Show each kind of organisation with a bar from nothing to all."""
    rows = [
        el(
            "tr",
            el("th", name, scope="row"),
            el("td", el("span", _bar(one), class_="k-track k-whole"), class_="k-bar-cell"),
            el("td", counted(one, language), class_="k-right"),
        )
        for name, one in _named(framework, found, language)
    ]
    heads = (
        el("th", tr(N_("Kind of organisation"), language), scope="col"),
        el("th", tr(N_("Returns approved"), language), scope="col", colspan="2"),
    )
    if not rows:
        return None
    unseen = el("thead", el("tr", *heads), class_="k-unseen")
    return table(_title(found, language), unseen, el("tbody", *rows), class_="k-table k-bars k-whole-bars")


def as_table(framework: Framework, found: Reported, language: str) -> Table:
    """Give the same as a table."""
    heads = (N_("Kind of organisation"), N_("Returns approved"), N_("Returns expected"))
    rows = [
        (name, Number(str(one.reported), one.reported), Number(str(one.expected), one.expected))
        for name, one in _named(framework, found, language)
    ]
    return Table(_title(found, language), [tr(head, language) for head in heads], rows)


def how(found: Reported, language: str) -> list[str]:
    """Say whose returns are expected, and which are counted."""
    expected = N_("Expected is one return for {quarter} from every organisation that takes part in that quarter.")
    counted_ = N_("Counted is what was approved; what waits for approval, or was sent back, is not.")
    return [whole(expected, language, quarter=found.quarter), tr(counted_, language)]


def _title(found: Reported, language: str) -> str:
    return whole(N_("Returns approved for {quarter}"), language, quarter=quarter_name(found.quarter, language))


def _named(framework: Framework, found: Reported, language: str) -> Iterator[tuple[str, Coverage]]:
    if found.dimension is not None:
        known = framework.dimensions[found.dimension].categories
        for key, one in found.kinds.items():
            yield pick(known[key].label, language), one


def _bar(one: Coverage) -> Html:
    part = float((one.share or Fraction(0)) * 100)
    return el("span", "", class_="k-bar", style=f"width:{part:.1f}%", aria_hidden="true")
