"""Tables that draw themselves: a row a category, with its bar, its value and its share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.language import share, tr, whole
from kpi.present.html import Html, el, join, table
from kpi.present.link import Way, linked
from kpi.present.words import NOTHING
from kpi.problems import N_


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name, its value (none: `note` says why), its share, and whether it stands apart (“not stated”).

    `withheld`: there is a value, which is not shown. `way` is where the name leads on a page.
    """

    name: str
    value: Fraction | None
    share: Fraction | None = None
    note: str = ""
    apart: bool = False
    withheld: bool = False
    way: Way | None = None


def ends_of(rows: Sequence[Bar], scale: tuple[Fraction, Fraction] | None) -> tuple[Fraction, Fraction]:
    """Give where bars begin and end: on a scale at its ends, else at zero and at the greatest value."""
    return scale or (Fraction(0), max((abs(row.value) for row in rows if row.value is not None), default=Fraction(0)))


def part_of(value: Fraction, ends: tuple[Fraction, Fraction]) -> float:
    """Give how far a bar reaches, as a part of the longest one."""
    least, most = ends
    return float((abs(value) - least) / (most - least)) if most > least else 0.0


def bars(  # noqa: PLR0913 (a drawing has these)
    title: str,
    rows: Sequence[Bar],
    written: Callable[[Fraction], str],
    language: str,
    note: str = "",
    *,
    scale: tuple[Fraction, Fraction] | None = None,
    folded: Sequence[Bar] = (),
) -> Html:
    """Show rows as a table with bars from zero to the greatest value, or from one end of a `scale` to the other.

    `folded` rows are shown to whoever asks for them.
    """
    every = (*rows, *folded)
    ends = ends_of(every, scale)
    shares = any(row.share is not None for row in every)
    body, rest = ([_row(row, ends, written, language, shares=shares) for row in some] for some in (rows, folded))
    heads = el(
        "tr",
        el("th", el("span", tr(N_("Category"), language), class_="k-unseen"), scope="col"),
        el("th", el("span", tr(N_("Value"), language), class_="k-unseen"), scope="col", colspan="2"),
        el("th", tr(N_("Share"), language), scope="col", class_="k-right") if shares else None,
    )
    caption = el("caption", el("span", title, class_="k-bars-title"), el("span", note, class_="k-bars-note"))
    drawn = table(caption, el("thead", heads), el("tbody", *body), class_="k-table k-bars")
    if not rest:
        return drawn
    text = N_("Show {count} more") if any(row.value != 0 for row in folded) else N_("Show {count} more with nothing")
    more = whole(text, language, count=len(rest))
    below = table(title, el("thead", heads, class_="k-unseen"), el("tbody", *rest), class_="k-table k-bars")
    return join(drawn, el("details", el("summary", more), below, class_="k-fold"))


def _row(
    row: Bar, ends: tuple[Fraction, Fraction], written: Callable[[Fraction], str], language: str, *, shares: bool
) -> Html:
    shown = None
    if shares:
        shown = el("td", NOTHING if row.share is None else share(row.share, language), class_="k-right")
    if row.value is None:
        cells = [el("td", row.note or NOTHING, colspan="2", class_="k-none-said")]
    else:
        part = part_of(row.value, ends)
        drawn = el("span", "", class_="k-bar", style=f"width:{part:.1%}", aria_hidden="true")
        cells = [
            el("td", el("span", drawn, class_="k-track"), class_="k-bar-cell"),
            el("td", written(row.value), class_="k-right"),
        ]
    return el(
        "tr", el("th", linked(row.name, row.way), scope="row"), *cells, shown, class_="k-apart" if row.apart else None
    )
