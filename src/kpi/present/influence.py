"""Acts as a line through time: by year, the latest first, each with what proves it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kpi.framework.model import Column, ColumnType, Framework
from kpi.influence import Act
from kpi.language import day, pick, quarter_name, quarter_short, tr, whole
from kpi.present.beside import alike, counted
from kpi.present.entries import label, long_text, name_of, shown, words
from kpi.present.html import Html, el, join
from kpi.present.table import Table
from kpi.present.words import period
from kpi.problems import N_
from kpi.quarter import Window


def sentence(  # noqa: PLR0913 (acts, in two windows)
    framework: Framework,
    found: Sequence[Act],
    window: Window,
    language: str,
    *,
    then: Window | None = None,
    running: bool = False,
) -> Iterator[str]:
    """Say how many acts there are, how many fall into a window and into the one compared with, and of which kinds.

    `running`: more may still come into the window.
    """
    within = str(_within(found, window))
    if then is not None:
        compares = alike(framework, window, then, running=running)
        within = counted(_within(found, window), _within(found, then), (window, then), language, compares=compares)
    yield whole(
        N_("Acts up to {quarter}: {all}; in the chosen period ({window}): {within}."),
        language,
        all=len(found),
        quarter=window.last,
        within=within,
        window=period(window, language),
    )
    counts = Counter(one.entry.form for one in found)
    parts = [f"{pick(framework.forms[form].label, language)}: {number}" for form, number in counts.items()]
    yield f"{'; '.join(parts)}."


def timeline(framework: Framework, found: Sequence[Act], window: Window, language: str) -> Html:
    """Show acts by year, those of the window marked."""
    years = dict.fromkeys(one.when.year for one in found)
    blocks = [
        join(
            el("h3", str(year), class_="k-year"),
            el(
                "ol",
                *(_act(framework, one, window, language) for one in found if one.when.year == year),
                class_="k-course k-timeline",
            ),
        )
        for year in years
    ]
    return el("div", *blocks)


def _within(found: Sequence[Act], window: Window) -> int:
    return sum(_falls_into(one, window) for one in found)


def _falls_into(one: Act, window: Window) -> bool:
    return one.since in window


def _act(framework: Framework, one: Act, window: Window, language: str) -> Html:
    entry, form = one.entry, framework.forms[one.entry.form]
    when = day(one.on, language) if one.on else quarter_name(one.since, language)
    chips = [
        el("span", said, title=pick(column.label, language))
        for name, column in form.columns.items()
        if column.type is ColumnType.CHOICE and (said := words(framework, entry, name, language))
    ]
    told = [
        el(
            "p",
            el("span", f"{pick(column.label, language)}: ", class_="k-quiet"),
            shown(framework, entry, name, language),
        )
        for name, column in _proof(framework, entry.form)
        if words(framework, entry, name, language)
    ]
    here = _falls_into(one, window)
    return el(
        "li",
        el(
            "p",
            el("span", when, class_="k-when"),
            el("span", pick(form.label, language), class_="k-quiet"),
            el("span", "◆ ", tr(N_("in the chosen period"), language), class_="k-within") if here else None,
            class_="k-act-head",
        ),
        el("div", long_text(framework, name_of(framework, entry, language), language), class_="k-act-name"),
        el("p", *chips, class_="k-chips"),
        _course(framework, one, language),
        *told,
        el("p", pick(entry.name, language), class_="k-small"),
        class_="k-act k-now" if here else "k-act",
    )


def _proof(framework: Framework, form: str) -> Iterator[tuple[str, Column]]:
    """Give the columns that say what proves a row: its texts beside its name, and its links."""
    entry = framework.forms[form]
    texts = [name for name, one in entry.columns.items() if one.type is ColumnType.TEXT]
    named = entry.key or next((name for name in texts if entry.columns[name].required), None)
    for name, column in entry.columns.items():
        if name != named and column.type in {ColumnType.TEXT, ColumnType.LINK}:
            yield name, column


def _course(framework: Framework, one: Act, language: str) -> Html | None:
    """Say when a choice became another one."""
    if len(one.course) <= 1:
        return None
    columns = framework.forms[one.entry.form].columns
    moved = [
        name
        for name, column in columns.items()
        if column.type is ColumnType.CHOICE and len({row.cells.get(name) for row in one.course}) > 1
    ]
    steps = [
        f"{quarter_short(row.quarter, language)} {', '.join(words(framework, row, name, language) for name in moved)}"
        for row in one.course
    ]
    return el("p", " → ".join(steps), class_="k-small")


def as_table(framework: Framework, found: Sequence[Act], language: str) -> Table:
    """Give acts for whoever takes them away; what only some of the registers tell is empty in the others."""
    forms = dict.fromkeys(one.entry.form for one in found)
    names: dict[str, str] = {}
    for form in forms:
        for name, column in framework.forms[form].columns.items():
            if column.type is not ColumnType.DATE and name not in _named(framework, form):
                names.setdefault(name, label(framework, form, name, language))
    heads = [N_("Date"), N_("Act"), N_("Register"), N_("Organisation")]
    rows = [
        [
            day(one.on, language) if one.on else quarter_short(one.since, language),
            name_of(framework, one.entry, language),
            pick(framework.forms[one.entry.form].label, language),
            pick(one.entry.name, language),
            *(
                words(framework, one.entry, name, language) if name in framework.forms[one.entry.form].columns else ""
                for name in names
            ),
        ]
        for one in found
    ]
    return Table(tr(N_("Acts"), language), [*(tr(head, language) for head in heads), *names.values()], rows)


def _named(framework: Framework, form: str) -> set[str]:
    shown_beside = {name for name, _ in _proof(framework, form)}
    columns = framework.forms[form].columns
    return {name for name, one in columns.items() if one.type is ColumnType.TEXT and name not in shown_beside}
