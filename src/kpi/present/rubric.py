"""The ratings of a row as bars over the steps of their scales, each with the step's own words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Category, ColumnType, Framework
from kpi.language import number, pick, quarter_short, tr, whole
from kpi.present.entries import label, ratings
from kpi.present.html import Html, el, image, join, table
from kpi.present.table import Cell, Number, Table
from kpi.present.words import title
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.registers import Entry

_BAR, _GAP, _HEIGHT = 16, 5, 34
_INK, _PALE = "#3b82c4", "rgba(128,128,128,0.28)"


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating: what was rated, the steps there are, the one given (none: not rated), and the first one ever given."""

    name: str
    about: str
    steps: Sequence[Category]
    step: Category | None
    first: Category | None = None
    since: Quarter | None = None

    @property
    def value(self) -> Fraction | None:
        """The number of the step."""
        return Fraction(self.step.value) if self.step is not None and self.step.value is not None else None

    @property
    def part(self) -> Fraction:
        """How far up its scale it stands, from 0 to 1."""
        return _part(self.step, self.steps)


def rating_columns(framework: Framework, form: str) -> list[str]:
    """Give the columns of a register that hold ratings."""
    return [name for name, one in framework.forms[form].columns.items() if one.type is ColumnType.RATING]


def rated(
    framework: Framework, entry: Entry, names: Sequence[str], language: str, history: Sequence[Entry] = ()
) -> Iterator[Rated]:
    """Give the ratings in some columns of a row; `history` are its former rows, oldest first."""
    for name in names:
        column = framework.forms[entry.form].columns[name]
        for at, (one, steps, given) in enumerate(ratings(framework, entry, name)):
            said = pick(one.label, language) if one else label(framework, entry.form, name, language)
            about = one.description if one else column.help
            before = [(past.quarter, list(ratings(framework, past, name))[at][2]) for past in history]
            first = next(((quarter, step) for quarter, step in before if step is not None), (None, None))
            yield Rated(said, pick(about, language) if about else "", steps, given, first[1], first[0])


def mean(found: Sequence[Rated]) -> Fraction | None:
    """Give the mean of the ratings that were given."""
    values = [one.value for one in found if one.value is not None]
    return sum(values, Fraction(0)) / len(values) if values else None


def strip(found: Sequence[Rated], language: str) -> Html:
    """Draw ratings as a row of small bars, with a sentence in the drawing's place; without any, say so."""
    if all(one.value is None for one in found):
        return el("span", tr(N_("not yet rated"), language), class_="k-none-said")
    drawn = []
    for at, one in enumerate(found):
        x, up = at * (_BAR + _GAP), round(float(one.part) * (_HEIGHT - 2), 1)
        drawn.append(f'<rect x="{x}" y="0" width="{_BAR}" height="{_HEIGHT}" rx="2" fill="{_PALE}"/>')
        if one.value is not None:
            drawn.append(
                f'<rect x="{x}" y="{_HEIGHT - up - 2}" width="{_BAR}" height="{up + 2}" rx="2" fill="{_INK}"/>'
            )
    width = len(found) * (_BAR + _GAP) - _GAP
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}">{"".join(drawn)}</svg>'
    alt = "; ".join(f"{one.name}: {_number(one, language)}" for one in found)
    whole_ = mean(found)
    written = el("span", number(whole_, language, 1), class_="k-strip-mean") if whole_ is not None else None
    return el("span", image(svg, alt, "k-strip-bars"), written, class_="k-strip")


def profile(name: str, found: Sequence[Rated], language: str) -> Html:
    """Show ratings as a table that draws itself: bar, step, what the step says, what was given first."""
    body = [
        el(
            "tr",
            el("th", one.name, el("span", one.about, class_="k-small") if one.about else None, scope="row"),
            el("td", _drawn(one), class_="k-rated-bar"),
            el("td", *_said(one, language), class_="k-rated-said"),
        )
        for one in found
    ]
    heads = [
        el("th", tr(N_("What is rated"), language), scope="col"),
        el("th", el("span", tr(N_("Drawn"), language), class_="k-unseen"), scope="col"),
        el("th", tr(N_("Rating"), language), scope="col"),
    ]
    caption = el("caption", el("span", name, class_="k-bars-title"))
    return table(caption, el("thead", el("tr", *heads)), el("tbody", *body), class_="k-table k-rated")


def as_table(name: str, found: Sequence[Rated], language: str) -> Table:
    """Give ratings for whoever takes them away."""
    heads = [
        tr(N_("What is rated"), language),
        tr(N_("Rating"), language),
        tr(N_("Step of the scale"), language),
        tr(N_("Rated first"), language),
        tr(N_("First rating"), language),
    ]
    rows: list[list[Cell]] = [
        [
            one.name,
            Number(_number(one, language), one.value),
            _meaning(one.step, language),
            quarter_short(one.since, language) if one.since else "",
            pick(one.first.numbered, language) if one.first else "",
        ]
        for one in found
    ]
    return Table(name, heads, rows)


def _part(step: Category | None, steps: Sequence[Category]) -> Fraction:
    top = max((one.value for one in steps if one.value is not None), default=None)
    if step is None or step.value is None or not top:
        return Fraction(0)
    return Fraction(step.value) / Fraction(top)


def _drawn(one: Rated) -> Html:
    """Draw a bar over as many parts as the scale has steps; a ring where the first rating stood."""
    bar = el("span", "", class_="k-bar", style=f"width:{float(one.part) * 100:.1f}%")
    ring = None
    if one.first is not None and one.first != one.step:
        ring = el("span", "", class_="k-then", style=f"left:{float(_part(one.first, one.steps)) * 100:.1f}%")
    parts = max(len(one.steps) - 1, 1)
    style = f"--k-parts:{parts}"
    return el("span", bar, ring, class_="k-track k-steps-track", style=style, aria_hidden="true")


def _said(one: Rated, language: str) -> Iterator[Html]:
    if one.step is None:
        yield el("span", tr(N_("not yet rated"), language), class_="k-none-said")
    else:
        yield el("strong", pick(one.step.numbered, language))
        if one.step.description:
            yield el("span", pick(one.step.description, language), class_="k-small")
    if one.first is not None and one.since is not None and one.first != one.step:
        text = whole(
            N_("At first, in {quarter}: {step}"), language, quarter=one.since, step=pick(one.first.numbered, language)
        )
        yield el("span", el("span", "◇ ", aria_hidden="true"), text, class_="k-small")


def _meaning(step: Category | None, language: str) -> str:
    if step is None:
        return tr(N_("not yet rated"), language)
    said = pick(step.label, language)
    return f"{said}: {pick(step.description, language)}" if step.description else said


def _number(one: Rated, language: str) -> str:
    return title(tr(N_("not yet rated"), language)) if one.value is None else number(one.value, language)


def both(first: Sequence[Rated], second: Sequence[Rated], names: tuple[str, str], language: str) -> Html:
    """Show the ratings of two rows beside each other."""
    body = [
        el("tr", el("th", one.name, scope="row"), *(_beside(each, name, language) for each, name in pair))
        for one, *pair in ((one, (one, names[0]), (other, names[1])) for one, other in zip(first, second, strict=True))
    ]
    heads = [el("th", tr(N_("What is rated"), language), scope="col"), *(el("th", one, scope="col") for one in names)]
    name = tr(N_("How they are rated"), language)
    return table(name, el("thead", el("tr", *heads)), el("tbody", *body), class_="k-table k-returns k-both")


def _beside(one: Rated, name: str, language: str) -> Html:
    said = el("span", tr(N_("not yet rated"), language), class_="k-none-said")
    if one.step is not None:
        said = join(_drawn(one), el("span", pick(one.step.numbered, language)))
    return el("td", said, data_label=name)
