"""The portfolio as a whole: what is in it in a sentence, as cards, and as a table to take away."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from kpi.framework.model import ColumnType, Framework, PortfolioPage
from kpi.intake.words import NO_LABEL, YES_LABEL
from kpi.language import pick, quarter_short, tr, whole
from kpi.measure.model import Measurement
from kpi.present import rubric
from kpi.present.entries import category, label, name_of, words
from kpi.present.html import Html, el, join
from kpi.present.scene import Scene
from kpi.present.table import Cell, Number, Table
from kpi.present.words import of, title
from kpi.problems import N_
from kpi.registers import Entry
from kpi.script import written_in


def address_of(entry: Entry) -> str:
    """Give what stands in the address for a row of the portfolio."""
    return f"{entry.organisation}/{entry.key or entry.position}"


def link(entry: Entry, params: Mapping[str, str]) -> str:
    """Give the address of a row's own view."""
    return f"portfolio?{urlencode({**params, 'thing': address_of(entry)})}"


def findings(
    framework: Framework, page: PortfolioPage, found: Sequence[Entry], language: str, *, counted: str = ""
) -> Iterator[str]:
    """Say how many there are, and how they part by what they answer with yes or no.

    `counted` is their number beside that of another window, where there is one.
    """
    yield whole(
        N_("“{form}”: {count}. Organisations: {organisations}."),
        language,
        form=pick(framework.forms[page.form].label, language),
        count=counted or len(found),
        organisations=len({one.organisation for one in found}),
    )
    for name, column in framework.forms[page.form].columns.items():
        if column.type is ColumnType.YES_NO:
            yes = sum(one.cells.get(name) is True for one in found)
            no = sum(one.cells.get(name) is False for one in found)
            said = label(framework, page.form, name, language)
            yield whole(N_("{what}: yes {yes}, no {no}."), language, what=said, yes=yes, no=no)


def kinds(framework: Framework, form: str, found: Sequence[Entry], names: Sequence[str], language: str) -> Html | None:
    """Show how the rows part by some choices, each with what the category means."""
    blocks = []
    for name in names:
        column = framework.forms[form].columns[name]
        counts = Counter(one.cells.get(name) for one in found)
        known = framework.dimensions[column.dimension].categories if column.dimension else {}
        rows = [
            el(
                "div",
                el("dt", pick(one.label, language)),
                el("dd", str(counts[key]), _explained(one.description, language)),
            )
            for key, one in known.items()
            if counts[key]
        ]
        if rows:
            blocks.append(join(el("h3", label(framework, form, name, language)), el("dl", *rows, class_="k-facts")))
    return el("div", *blocks) if blocks else None


def _explained(text: Mapping[str, str] | None, language: str) -> Html | None:
    return el("small", pick(text, language)) if text else None


def strongest(framework: Framework, slices: Sequence[Measurement], by: str, language: str) -> str | None:
    """Say on which part of the rubric the mean is highest and lowest."""
    known = framework.dimensions[by].categories
    told = [(one.value, one) for one in slices if one.value is not None and one.slice.get(by) in known]
    if len({value for value, _ in told}) < 2:  # noqa: PLR2004 (one value is neither high nor low)
        return None
    (low, lowest), (high, highest) = min(told, key=lambda one: one[0]), max(told, key=lambda one: one[0])
    return whole(
        N_("On average rated highest: {high} ({most}); lowest: {low} ({least})."),
        language,
        high=pick(known[highest.slice[by]].label, language),
        most=of(framework, highest.indicator, high, language),
        low=pick(known[lowest.slice[by]].label, language),
        least=of(framework, lowest.indicator, low, language),
    )


def averages(framework: Framework, slices: Sequence[Measurement], by: str, language: str) -> Table:
    """Give the means of the parts of the rubric for whoever takes them away."""
    known = framework.dimensions[by].categories
    heads = [pick(framework.dimensions[by].label, language), tr(N_("Value"), language)]
    rows: list[list[Cell]] = [
        [
            pick(known[one.slice[by]].label, language),
            Number(of(framework, one.indicator, one.value, language), one.value),
        ]
        for one in slices
        if one.slice[by] in known
    ]
    return Table(heads[0], heads, rows)


def cards(scene: Scene, page: PortfolioPage, found: Sequence[Entry]) -> Html:
    """Show each as a card that leads to its own view."""
    return el("div", *(_card(scene, page, one) for one in found), class_="k-cards k-things")


def legend(framework: Framework, page: PortfolioPage, language: str) -> str | None:
    """Say what the small bars stand for."""
    by = framework.forms[page.form].columns[page.profile].spread
    if by is None:
        return None
    names = [pick(one.label, language) for one in framework.dimensions[by].categories.values()]
    return whole(
        N_("Bars, from the left: {names}. The number is the mean of the ratings given."),
        language,
        names="; ".join(names),
    )


def _card(scene: Scene, page: PortfolioPage, entry: Entry) -> Html:
    framework, language = scene.framework, scene.language
    form = framework.forms[page.form]
    told = next((words(framework, entry, name, language) for name in _texts(framework, page.form)), "")
    lines = [
        el("span", said)
        for name, column in form.columns.items()
        if column.type is ColumnType.CHOICE and (said := _chip(framework, entry, name, language))
    ]
    answers = [
        el("span", _answer(framework, entry, name, language), class_="k-answered")
        for name, column in form.columns.items()
        if column.type is ColumnType.YES_NO
    ]
    ratings = list(rubric.rated(framework, entry, [page.profile], language))

    def own(text: str, looks: str) -> Html:
        return el("span", text, class_=looks, lang=written_in(text, language, framework.languages) or None)

    return el(
        "a",
        own(name_of(framework, entry, language), "k-card-name"),
        el("span", _whose(entry, language), class_="k-small"),
        own(told, "k-thing-told"),
        el("span", *lines, class_="k-chips"),
        el("span", rubric.strip(ratings, language), *answers, class_="k-card-foot"),
        href=link(entry, scene.params),
        target="_self",
        class_="k-card k-thing",
    )


def _chip(framework: Framework, entry: Entry, name: str, language: str) -> str | None:
    """Say what a choice tells; by its column's name where it is none that every page can be limited to."""
    column = framework.forms[entry.form].columns[name]
    one = category(framework, column, entry.cells.get(name))
    if one is None or one.not_stated:
        return None
    said, by = pick(one.label, language), column.dimension or ""
    if any(each in framework.programme.filters for each in (by, *framework.above(by))):
        return said
    return f"{label(framework, entry.form, name, language)}: {said}"


def _texts(framework: Framework, form: str) -> list[str]:
    """Give the text columns of a register beside the one that names its rows."""
    columns, key = framework.forms[form].columns, framework.forms[form].key
    return [name for name, one in columns.items() if one.type is ColumnType.TEXT and name != key]


def _answer(framework: Framework, entry: Entry, name: str, language: str) -> str:
    cell, said = entry.cells.get(name), label(framework, entry.form, name, language)
    if not isinstance(cell, bool):
        return ""
    sign = "●" if cell else "○"
    return f"{sign} {said}: {tr(YES_LABEL if cell else NO_LABEL, language)}"


def _whose(entry: Entry, language: str) -> str:
    name = pick(entry.name, language)
    if not entry.carried:
        return name
    stands = whole(N_("as of {quarter}"), language, quarter=entry.quarter)
    return f"{name} · {stands}"


def as_table(framework: Framework, page: PortfolioPage, found: Sequence[Entry], language: str) -> Table:
    """Give the portfolio for whoever takes it away: all that is said of each, and its ratings as numbers."""
    form = framework.forms[page.form]
    plain = [name for name, one in form.columns.items() if one.type is not ColumnType.RATING]
    rating = rubric.rating_columns(framework, page.form)
    named = [tr(N_("Organisation"), language), tr(N_("Quarter"), language)]
    first = list(rubric.rated(framework, found[0], rating, language)) if found else []
    heads = [
        title(label(framework, page.form, plain[0], language)),
        *named,
        *(label(framework, page.form, name, language) for name in plain[1:]),
        *(one.name for one in first),
    ]
    rows: list[list[Cell]] = [
        [
            words(framework, entry, plain[0], language),
            pick(entry.name, language),
            quarter_short(entry.quarter, language),
            *(words(framework, entry, name, language) for name in plain[1:]),
            *(
                Number("" if one.step is None else pick(one.step.numbered, language), one.value)
                for one in rubric.rated(framework, entry, rating, language)
            ),
        ]
        for entry in found
    ]
    return Table(pick(form.label, language), heads, rows)
