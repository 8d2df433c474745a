"""One row of the portfolio: what it answers to and how, how it is rated, what refers to it, how it came here."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from kpi.framework.model import ColumnType, Framework
from kpi.language import money, pick, quarter_name, quarter_short, tr, whole
from kpi.portfolio import Thing, referring
from kpi.present import rubric
from kpi.present.entries import amount, category, label, linked, long_text, shown, words
from kpi.present.html import Html, el, join, table
from kpi.present.table import Number, Table
from kpi.present.words import NOTHING, title
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.registers import Entry

#: How a cell is written: for a page, or as plain text.
Written = Callable[[Framework, Entry, str, str], str]
#: Of so many columns each has room for words and numbers as they are.
_BROAD = 5
_FACTS = {ColumnType.CHOICE, ColumnType.DATE, ColumnType.YES_NO, ColumnType.COUNT, ColumnType.DECIMAL, ColumnType.MONEY}


def facts(framework: Framework, entry: Entry, language: str) -> Html:
    """Show whose it is, and what its choices, dates and numbers say, each with what it means."""
    name = pick(entry.name, language)
    stands = whole(N_("as of {quarter}"), language, quarter=entry.quarter)
    blocks = [_fact(tr(N_("Organisation"), language), name, stands)]
    for key, column in framework.forms[entry.form].columns.items():
        said = words(framework, entry, key, language)
        if column.type in _FACTS and said:
            chosen = category(framework, column, entry.cells.get(key)) if column.type is ColumnType.CHOICE else None
            about = pick(chosen.description, language) if chosen and chosen.description else None
            blocks.append(_fact(label(framework, entry.form, key, language), said, about))
    return el("dl", *blocks, class_="k-facts k-thing-facts")


def _fact(name: str, said: str, about: str | None) -> Html:
    return el("div", el("dt", name), el("dd", said, el("small", about) if about else None))


def way(framework: Framework, entry: Entry, language: str) -> Html | None:
    """Show the texts of a row in their order, as a way from the first to the last."""
    key = framework.forms[entry.form].key
    steps = [
        el(
            "li",
            el("span", label(framework, entry.form, name, language), class_="k-way-name"),
            long_text(framework, said, language),
        )
        for name, column in framework.forms[entry.form].columns.items()
        if column.type is ColumnType.TEXT and name != key and (said := words(framework, entry, name, language))
    ]
    return el("ol", *steps, class_="k-way") if steps else None


def pointing(framework: Framework, found: Thing, form: str, language: str, written: Written = words) -> Table:
    """Give the rows of a form that refer to the thing, without the column that does, the latest first."""
    rows, names = sorted(found.referring[form], key=lambda one: -one.quarter.ordinal), _told(framework, found, form)
    heads = [*(label(framework, form, name, language) for name in names), tr(N_("Quarter"), language)]
    cells = [
        [*(_cell(framework, one, name, language, written) for name in names), quarter_short(one.quarter, language)]
        for one in rows
    ]
    return Table(pick(framework.forms[form].label, language), heads, cells)


def _told(framework: Framework, found: Thing, form: str) -> list[str]:
    """Give the columns in which any of the referring rows says something, without the one that refers."""
    hidden, language = referring(framework, found.now.form)[form], framework.languages[0]
    return [
        name
        for name in framework.forms[form].columns
        if name != hidden and any(words(framework, one, name, language) for one in found.referring[form])
    ]


def _cell(framework: Framework, entry: Entry, name: str, language: str, written: Written) -> str | Number:
    said = written(framework, entry, name, language)
    if framework.forms[entry.form].columns[name].type is ColumnType.MONEY:
        return Number(said, amount(framework, entry, name))
    return said


def rows_html(framework: Framework, found: Thing, form: str, language: str) -> Html:
    """Show referring rows; where they hold nothing but texts, as ways from the first text to the last."""
    listed, hidden = pointing(framework, found, form, language, shown), referring(framework, found.now.form)[form]
    only_texts = all(
        one.type is ColumnType.TEXT for name, one in framework.forms[form].columns.items() if name != hidden
    )
    together = _together(framework, form, _told(framework, found, form))
    apart = [at for at in range(len(listed.heads)) if at not in together]
    numbers = {at for row in listed.rows for at, cell in enumerate(row) if isinstance(cell, Number)}
    heads = [el("th", listed.heads[at], scope="col", class_="k-right" if at in numbers else None) for at in apart]
    if together:
        heads.insert(1, el("th", tr(N_("What is said"), language), scope="col"))
    body = []
    for row in listed.rows:
        written = [(one.written if isinstance(one, Number) else one) or NOTHING for one in row]
        cells = [
            el(
                "td" if at else "th",
                written[at],
                scope=None if at else "row",
                data_label=listed.heads[at] if at else None,
                class_="k-right" if isinstance(row[at], Number) else None,
            )
            for at in apart
        ]
        if together:
            lines = (el("span", f"{listed.heads[at]}: ", written[at], class_="k-small") for at in together if row[at])
            cells.insert(1, el("td", *lines, data_label=tr(N_("What is said"), language), class_="k-long-said"))
        body.append(el("tr", *cells))
    ways = " k-ways" if only_texts else ""
    looks = f"k-table k-returns k-told-rows{ways}"
    return table(listed.title, el("thead", el("tr", *heads)), el("tbody", *body), class_=looks)


def _together(framework: Framework, form: str, names: Sequence[str]) -> list[int]:
    """Give which of many columns stand in one cell, so that the others have room: all but names, days and sums."""
    if len(names) <= _BROAD:
        return []
    columns = framework.forms[form].columns
    return [at for at, name in enumerate(names) if at and columns[name].type not in {ColumnType.DATE, ColumnType.MONEY}]


def summed(framework: Framework, found: Thing, form: str, language: str) -> Iterator[str]:
    """Say how many rows of a form refer to the thing, and what their amounts add up to in the main currency."""
    rows = found.referring[form]
    yield whole(N_("Rows: {count}."), language, count=len(rows))
    currency = framework.money.currency if framework.money else ""
    for name, column in framework.forms[form].columns.items():
        if column.type is ColumnType.MONEY and column.spread is None:
            amounts = [amount(framework, one, name) for one in rows]
            total = sum((one for one in amounts if one is not None), Fraction(0))
            said = label(framework, form, name, language)
            yield whole(N_("{what}: {sum} in all."), language, what=said, sum=money(total, currency, language))


def changes(framework: Framework, history: Sequence[Entry], language: str) -> Html | None:
    """Tell what changed from return to return, the latest first: ratings, answers and choices with both words."""
    told = [
        (after.quarter, lines)
        for before, after in pairwise(history)
        if (lines := list(_changed(framework, before, after, language)))
    ]
    if not history:
        return None
    first = whole(N_("Reported for the first time."), language)
    entries = [
        *((quarter, lines) for quarter, lines in reversed(told)),
        (history[0].quarter, [first]),
    ]
    return el(
        "ol",
        *(
            el(
                "li",
                el("span", quarter_name(quarter, language), class_="k-when"),
                el("ul", *(el("li", one) for one in lines)),
            )
            for quarter, lines in entries
        ),
        class_="k-course",
    )


def _changed(framework: Framework, before: Entry, after: Entry, language: str) -> Iterator[str | Html]:
    for name, column in framework.forms[after.form].columns.items():
        said = label(framework, after.form, name, language)
        if column.type is ColumnType.RATING:
            then, now = (list(rubric.rated(framework, one, [name], language)) for one in (before, after))
            for old, new in zip(then, now, strict=True):
                if old.step != new.step:
                    yield _from_to(new.name, _step(old, language), _step(new, language))
        elif before.cells.get(name) != after.cells.get(name):
            if column.type is ColumnType.TEXT:
                yield whole(N_("“{what}” was worded anew."), language, what=said)
            else:
                yield _from_to(said, words(framework, before, name, language), words(framework, after, name, language))


def _from_to(what: str, old: str, new: str) -> Html:
    return join(el("span", f"{what}: ", class_="k-quiet"), old or NOTHING, " → ", el("strong", new or NOTHING))


def _step(one: rubric.Rated, language: str) -> str:
    return pick(one.step.numbered, language) if one.step else tr(N_("not yet rated"), language)


def evidence(framework: Framework, found: Thing, language: str) -> Html | None:
    """List what stands behind the row and those that refer to it: links, and files to take away, each with its form."""
    lines = []
    for quarter, one in found.evidence:
        if one.file_id is not None:
            to = f"/evidence/{one.return_id}/{one.file_id}"
            named: Html | str = el("a", one.name, href=to, target="_self", download=one.name)
        else:
            named = linked(one.link or "", one.name)
        form = pick(framework.forms[one.form].label, language)
        lines.append(el("li", named, el("small", " · ", form, " · ", quarter_short(quarter, language))))
    return el("ul", *lines, class_="k-explained") if lines else None


def beside(framework: Framework, both: tuple[Entry, Entry], names: tuple[str, str], language: str) -> Html:
    """Show what two rows say, column by column; ratings stand in a drawing of their own."""
    key = framework.forms[both[0].form].key
    rows = []
    for name, column in framework.forms[both[0].form].columns.items():
        said = [words(framework, one, name, language) for one in both]
        if name != key and column.type is not ColumnType.RATING and any(said):
            cells = [
                el("td", as_written(one or NOTHING, language, framework), data_label=named)
                for one, named in zip(said, names, strict=True)
            ]
            rows.append(el("tr", el("th", label(framework, both[0].form, name, language), scope="row"), *cells))
    heads = [
        el("th", el("span", tr(N_("What is said"), language), class_="k-unseen"), scope="col"),
        *(el("th", one, scope="col") for one in names),
    ]
    named = tr(N_("What is said of them"), language)
    return table(named, el("thead", el("tr", *heads)), el("tbody", *rows), class_="k-table k-returns k-both")


def counted(framework: Framework, things: tuple[Thing, Thing], names: tuple[str, str], language: str) -> Html | None:
    """Show how much refers to each of two things, form by form."""
    rows = []
    for form in referring(framework, things[0].now.form):
        if not any(form in one.referring for one in things):
            continue
        cells = [
            " ".join(summed(framework, one, form, language)) if form in one.referring else NOTHING for one in things
        ]
        name = title(pick(framework.forms[form].label, language))
        both = (el("td", cell, data_label=named) for cell, named in zip(cells, names, strict=True))
        rows.append(el("tr", el("th", name, scope="row"), *both))
    if not rows:
        return None
    heads = [
        el("th", el("span", tr(N_("What refers to it"), language), class_="k-unseen"), scope="col"),
        *(el("th", one, scope="col") for one in names),
    ]
    named = tr(N_("What refers to them"), language)
    return table(named, el("thead", el("tr", *heads)), el("tbody", *rows), class_="k-table k-returns k-both")
