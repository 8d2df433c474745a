"""Cross-checks of what the pages of one subject rest on."""

from collections.abc import Iterator

from kpi.framework.found import NEEDED, NEEDLESS, OUT_OF_RANGE, REPEATED, WRONG_TYPE, Found, Path, named
from kpi.framework.model import ColumnType, Form, FormKind, Framework, UnitKind
from kpi.problems import N_

_PAGES: Path = ("pages",)


def pages(framework: Framework) -> Iterator[Found]:
    """Check every subject that has a page."""
    for check in (_gender, _funding, _regions, _portfolio, _learning, _stories, _influence):
        yield from check(framework)


def _gender(framework: Framework) -> Iterator[Found]:
    page, path = framework.pages.gender, (*_PAGES, "gender")
    if page is None:
        return
    yield from named((*path, "dimension"), N_("dimension"), page.dimension, framework.dimensions)
    if page.dimension in framework.dimensions:
        there = framework.dimensions[page.dimension].categories
        yield from named((*path, "share_of"), N_("category"), page.share_of, there)


def _funding(framework: Framework) -> Iterator[Found]:
    page, path = framework.pages.funding, (*_PAGES, "funding")
    if page is None:
        return
    yield from named((*path, "capital"), N_("dimension"), page.capital, framework.dimensions)
    for name in ("attracted", "received", "leverage", "used"):
        key = getattr(page, name)
        if key is not None:
            yield from named((*path, name), N_("indicator"), key, framework.indicators)
    if page.attracted not in framework.indicators:
        return
    attracted = framework.indicators[page.attracted]
    unit = framework.units.get(attracted.unit)
    if unit is not None and unit.kind is not UnitKind.MONEY:
        values = {"found": page.attracted, "allowed": UnitKind.MONEY.value}
        yield Found((*path, "attracted"), OUT_OF_RANGE, values)
    form = framework.forms.get(attracted.forms[0])
    if page.funder is not None and form is not None:
        yield from _column(form, (*path, "funder"), page.funder, ColumnType.TEXT)


def _regions(framework: Framework) -> Iterator[Found]:
    page, path = framework.pages.regions, (*_PAGES, "regions")
    if page is None:
        return
    yield from named((*path, "dimension"), N_("dimension"), page.dimension, framework.dimensions)
    if page.finer is not None:
        yield from named((*path, "finer"), N_("dimension"), page.finer, framework.dimensions)
        finer = framework.dimensions.get(page.finer)
        if finer is not None and finer.rolls_up_to != page.dimension:
            yield Found((*path, "finer"), NEEDLESS, {"found": page.finer, "allowed": f"rolls_up_to: {page.dimension}"})
    for dimension in page.maps:
        there = {one: None for one in (page.dimension, page.finer) if one is not None}
        yield from named((*path, "maps", dimension), N_("dimension"), dimension, there)


def _portfolio(framework: Framework) -> Iterator[Found]:
    page, path = framework.pages.portfolio, (*_PAGES, "portfolio")
    if page is None:
        return
    yield from named((*path, "form"), N_("form"), page.form, framework.forms)
    form = framework.forms.get(page.form)
    if form is None:
        return
    if form.key is None:
        yield Found((*path, "form"), NEEDED, {"found": "key"})
    yield from _column(form, (*path, "profile"), page.profile, ColumnType.RATING)
    column = form.columns.get(page.profile)
    if column is not None and column.type is ColumnType.RATING and column.spread is None:
        yield Found((*path, "profile"), NEEDED, {"found": "spread"})


def _learning(framework: Framework) -> Iterator[Found]:
    page = framework.pages.learning
    if page is not None:
        columns = {"finding": page.finding, "adjustment": page.adjustment}
        yield from _register(framework, "learning", page.form, columns, {"done": page.done})


def _stories(framework: Framework) -> Iterator[Found]:
    page = framework.pages.stories
    if page is not None:
        columns = {"title": page.title, "text": page.text}
        yield from _register(framework, "stories", page.form, columns, {"consent": page.consent})


def _influence(framework: Framework) -> Iterator[Found]:
    page = framework.pages.influence
    forms = page.forms if page is not None else ()
    for index, key in enumerate(forms):
        path = (*_PAGES, "influence", "forms", index)
        if key in forms[:index]:
            yield Found(path, REPEATED, {"found": key})
        yield from named(path, N_("form"), key, framework.forms)
        if key in framework.forms and framework.forms[key].kind is not FormKind.REGISTER:
            yield Found(path, NEEDLESS, {"found": key, "allowed": "kind: register"})


def _register(
    framework: Framework, page: str, key: str, texts: dict[str, str], answers: dict[str, str]
) -> Iterator[Found]:
    path = (*_PAGES, page)
    yield from named((*path, "form"), N_("form"), key, framework.forms)
    form = framework.forms.get(key)
    if form is None:
        return
    for name, column in texts.items():
        yield from _column(form, (*path, name), column, ColumnType.TEXT)
    for name, column in answers.items():
        yield from _column(form, (*path, name), column, ColumnType.YES_NO)


def _column(form: Form, path: Path, key: str, wanted: ColumnType) -> Iterator[Found]:
    yield from named(path, N_("column"), key, form.columns)
    column = form.columns.get(key)
    if column is not None and column.type is not wanted:
        yield Found(path, WRONG_TYPE, {"found": key, "type": column.type.value, "allowed": [wanted.value]})
