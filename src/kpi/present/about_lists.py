"""What is collected and by what it is broken down: every form with its columns, every dimension with its categories."""

from collections.abc import Sequence

from kpi.framework.base import Lasting
from kpi.framework.model import Category, Column, ColumnType, Dimension, Due, FormKind, FormTime, Framework
from kpi.language import pick, tr, whole
from kpi.present.about import Section
from kpi.present.html import Html, el, join
from kpi.present.words import listed, quoted, title
from kpi.problems import N_

_DUE = {Due.QUARTERLY: N_("each quarter"), Due.HALF_YEARLY: N_("each half-year"), Due.YEARLY: N_("each year")}
_TYPES = {
    ColumnType.TEXT: N_("text"),
    ColumnType.LINK: N_("web address"),
    ColumnType.COUNT: N_("whole number"),
    ColumnType.DECIMAL: N_("number"),
    ColumnType.MONEY: N_("amount with its currency"),
    ColumnType.CHOICE: N_("one of a list"),
    ColumnType.RATING: N_("step of a scale"),
    ColumnType.DATE: N_("date"),
    ColumnType.YES_NO: N_("yes or no"),
    ColumnType.REF: N_("a row of another form"),
}


def forms(framework: Framework, language: str) -> Section:
    """Say what is asked of whom and how often, and what each column holds."""
    blocks, parts = [], []
    for key, form in framework.forms.items():
        name, anchor = pick(form.label, language), f"form-{key}"
        parts.append((anchor, name))
        who = [pick(one, language) for one in framework.labels_of(form.asked_of)]
        facts = [
            (N_("Asked of"), listed(who, language) if who else tr(N_("every organisation"), language)),
            (N_("How often"), tr(_DUE[form.due], language)),
            (N_("What it tells"), tr(_time(form.time), language)),
            (N_("Rows"), _rows(framework, form.kind, form.rows, language)),
            (N_("In force"), lasts(form, language)),
        ]
        entries = [join(el("dt", tr(head, language)), el("dd", title(said))) for head, said in facts if said]
        columns = [el("li", _column(framework, column, language)) for column in form.columns.values()]
        blocks.append(
            _folded(
                name,
                anchor,
                el("p", pick(form.help, language)) if form.help else None,
                el("dl", *entries, class_="k-sheet"),
                el("ul", *columns, class_="k-rules"),
            )
        )
    return Section("forms", tr(N_("What is collected"), language), join(*blocks), parts)


def _folded(name: str, anchor: str, *inner: Html | None) -> Html:
    """Show something that opens when it is asked for, and stands open in print."""
    return el("details", el("summary", el("h3", name, id=anchor)), *inner, class_="k-entry")


def _time(time: FormTime) -> str:
    return (
        N_("what happened in the quarter") if time is FormTime.FLOW else N_("the whole position at the quarter's end")
    )


def _rows(framework: Framework, kind: FormKind, rows: str | None, language: str) -> str:
    if kind is FormKind.REGISTER:
        return tr(N_("one for each thing recorded"), language)
    if rows is None:
        return tr(N_("a single one"), language)
    label = quoted(pick(framework.dimensions[rows].label, language), language)
    return whole(N_("one for each category of {dimension}"), language, dimension=label)


def _column(framework: Framework, column: Column, language: str) -> Html:
    said = [tr(_TYPES[column.type], language)]
    if column.type is ColumnType.CHOICE and column.dimension:
        said = [whole(N_("one of {list}"), language, list=_named(framework, column.dimension, language))]
    if column.spread:
        said.append(whole(N_("by {dimension}"), language, dimension=_named(framework, column.spread, language)))
    if column.required:
        said.append(tr(N_("required"), language))
    if column.given_by:
        who = listed([pick(one, language) for one in framework.labels_of(column.given_by)], language)
        said.append(whole(N_("filled in only by: {who}"), language, who=who))
    if held := lasts(column, language):
        said.append(held)
    about = f". {pick(column.help, language)}" if column.help else ""
    return join(el("strong", pick(column.label, language)), f": {'; '.join(said)}{about}")


def _named(framework: Framework, dimension: str, language: str) -> str:
    return quoted(pick(framework.dimensions[dimension].label, language), language)


def dimensions(framework: Framework, language: str) -> Section:
    """List every dimension with its categories: what they mean, to what they belong, from when to when they hold."""
    blocks, parts = [], []
    for key, entry in framework.dimensions.items():
        name, anchor = pick(entry.label, language), f"dimension-{key}"
        parts.append((anchor, name))
        above = None
        if entry.rolls_up_to:
            said = whole(
                N_("Each belongs to a category of {dimension}."),
                language,
                dimension=_named(framework, entry.rolls_up_to, language),
            )
            above = el("p", said, class_="k-note")
        blocks.append(
            _folded(
                name,
                anchor,
                el("p", pick(entry.help, language)) if entry.help else None,
                above,
                _categories(framework, entry, language),
            )
        )
    return Section("dimensions", tr(N_("By what figures are broken down"), language), join(*blocks), parts)


def _categories(framework: Framework, entry: Dimension, language: str) -> Html:
    told = any(one.description or one.guidance for one in entry.categories.values())
    lines = [el("li", *_category(framework, entry, one, language)) for one in entry.categories.values()]
    return el("ul", *lines, class_="k-rules" if told else "k-rules k-short")


def _category(framework: Framework, entry: Dimension, one: Category, language: str) -> Sequence[Html | str | None]:
    beside = []
    if entry.rolls_up_to and one.in_:
        beside.append(pick(framework.dimensions[entry.rolls_up_to].categories[one.in_].label, language))
    if one.not_stated:
        beside.append(tr(N_("kept out of shares"), language))
    if one.personal:
        beside.append(tr(N_("single persons"), language))
    if held := lasts(one, language):
        beside.append(held)
    described = f": {pick(one.description, language)}" if one.description else ""
    inner = f" ({'; '.join(beside)})" if beside else ""
    points = el("ul", *(el("li", pick(point, language)) for point in one.guidance)) if one.guidance else None
    return [el("strong", pick(one.numbered, language)), inner, described, points]


def lasts(entry: Lasting, language: str) -> str:
    """Say from when to when an entry holds; nothing where it always does."""
    match entry.since, entry.until:
        case None, None:
            return ""
        case since, None:
            return whole(N_("from {quarter} on"), language, quarter=since)
        case None, until:
            return whole(N_("until {quarter}"), language, quarter=until)
        case since, until:
            return whole(N_("from {since} until {until}"), language, since=since, until=until)
