"""The head of an indicator's page, and its breakdowns as bars."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi import breakdowns
from kpi.figures import ShareStanding
from kpi.framework.model import Category, Framework
from kpi.language import pick, share, tr, whole
from kpi.measure.model import UNSTATED, WITHHELD, Measurement, Organisation, State
from kpi.measure.values import allowed
from kpi.present import arithmetic, status, to_come
from kpi.present.bars import Bar, bars
from kpi.present.beside import said
from kpi.present.cards import value
from kpi.present.html import Html, el, join
from kpi.present.levels import coverage, kept_up, planned
from kpi.present.link import only
from kpi.present.restated import mark
from kpi.present.sources import organisation as organisation_name
from kpi.present.status import badge
from kpi.present.table import Cell, Number, Table
from kpi.present.withheld import withheld
from kpi.present.words import NOTHING, achieved, dimension, inside, is_due, of, period, state, title, unstated
from kpi.problems import N_
from kpi.restated import Restated


def facts(  # noqa: PLR0913 (all that is told of it)
    framework: Framework,
    found: Measurement,
    language: str,
    *,
    former: Restated | None = None,
    before: Measurement | None = None,
    preliminary: bool = False,
) -> Html:
    """Show what matters most of an indicator: value, status, expectation, target, achievement, coverage.

    In a window in which the figure means nothing, nothing is expected of it. `former` says what it was when it was
    settled, where it was another one, `before` what it was in the window that is compared with; `preliminary` that
    returns count that nobody has approved.
    """
    key, standing = found.indicator, found.standing
    judged = allowed(framework.indicators[key], found.window)
    target = of(framework, key, standing.target, language)
    beside = [mark(framework, former, language), said(framework, found, before, language)]
    beneath = join(*(join(one, " ") for one in beside if one))
    entries: list[tuple[str, Html | str, str | None]] = [
        (
            title(period(found.window, language)),
            value(framework, found, language),
            beneath,
        ),
    ]
    if (verdict := status.verdict(found, language, preliminary=preliminary)) is not None:
        entries.append((tr(N_("Status"), language), verdict, None))
    if judged and standing.expected is not None:
        due = of(framework, key, standing.expected, language)
        actual = whole(N_("measured: {value}"), language, value=of(framework, key, standing.actual, language))
        expected = whole(N_("Expected, {window}"), language, window=period(standing.basis, language))
        entries.append((expected, due, actual))
        part = kept_up(standing, language) or achieved(framework, standing.achievement, language)
        entries.append((tr(N_("Achievement"), language), part, None))
    if judged and standing.target is not None:
        rest = None if preliminary else to_come.sentence(framework, found, language)
        entries.append((tr(N_("Target"), language), planned(framework, key, target, language), rest))
    entries.append((tr(N_("Returns approved"), language), coverage(framework, found, language), None))
    return el("dl", *(_fact(*entry) for entry in entries), class_="k-facts")


def _fact(name: str, shown: Html | str, beneath: str | None) -> Html:
    return el("div", el("dt", name), el("dd", shown, el("small", beneath) if beneath else None))


#: From so many rows on, those with nothing are left out.
_LONG = 14
#: Beyond so many rows those with nothing are folded away, and of a ranking all that follow the first few.
_SHORT, _FIRST = 6, 10


@dataclass(frozen=True, slots=True)
class Parted:
    """An indicator by a dimension: what it is called, its rows, and what is to be said of them.

    `ranked`: the first rows are those that matter most; `scale` holds the least and the greatest value that can be.
    """

    title: str
    rows: Sequence[Bar]
    note: str = ""
    ranked: bool = False
    scale: tuple[Fraction, Fraction] | None = None


def drawn(found: Parted, written: Callable[[Fraction], str], language: str) -> Html:
    """Draw a breakdown; of a long one what has nothing is folded away.

    Of a ranking, and of a very long one, which is then ranked, all but the first few are.
    """
    shown, folded = list(found.rows), list[Bar]()
    if len(shown) > _SHORT:
        nothing = [row for row in shown if row.value == 0]
        if len(nothing) > 1:
            shown, folded = [row for row in shown if row not in nothing], nothing
    if not found.ranked and len(shown) > _LONG:
        shown.sort(key=lambda row: (row.apart, row.value is None, -(row.value or 0)))
    if (found.ranked or len(shown) > _LONG) and len(shown) > _FIRST:
        shown, folded = shown[:_FIRST], [*shown[_FIRST:], *folded]
    return bars(found.title, shown, written, language, found.note, scale=found.scale, folded=folded)


def breakdown(framework: Framework, key: str, by: str, slices: Sequence[Measurement], language: str) -> Html | None:
    """Show an indicator by a dimension; nothing where no slice says anything."""
    found = parted(framework, key, by, slices, language)
    return None if found is None else drawn(found, lambda number: of(framework, key, number, language), language)


def as_table(found: Parted, written: Callable[[Fraction], str], language: str) -> Table:
    """Give a breakdown as a table."""
    shares = any(row.share is not None for row in found.rows)
    heads = [tr(N_("Category"), language), tr(N_("Value"), language), *([tr(N_("Share"), language)] if shares else [])]
    rows = []
    for row in found.rows:
        cells: list[Cell] = [row.name, Number(row.note if row.value is None else written(row.value), row.value)]
        if shares:
            cells.append(Number("" if row.share is None else share(row.share, language), row.share))
        rows.append(cells)
    return Table(found.title, heads, rows)


def how(framework: Framework, found: Measurement, language: str) -> list[str]:
    """Say how the rows of a breakdown are made, and the whole."""
    return [by_itself(framework, found.indicator, language), *arithmetic.measured(framework, found, language)]


def by_itself(framework: Framework, indicator: str, language: str) -> str:
    """Say how the rows of a breakdown are made."""
    measure = framework.indicators[indicator].measure
    text = N_("Each row is made as the whole is, of what falls into it. The rows add up to the whole.")
    if measure.ratio is not None or measure.mean is not None:
        text = N_("Each row is divided by itself, of what falls into it. Shares and means do not add up to the whole.")
    return tr(text, language)


To = Callable[[str], str | None]


def nowhere(_key: str) -> None:
    """Lead nowhere: of what stands on no page."""


def parted(  # noqa: PLR0913 (what is broken down, by what, for whom)
    framework: Framework, key: str, by: str, slices: Sequence[Measurement], language: str, *, to: To = nowhere
) -> Parted | None:
    """Give an indicator by a dimension; nothing where no slice says anything.

    `to` gives the address of what there is of a category alone.
    """
    known = breakdowns.categories(framework, key, by)
    name = title(dimension(framework, by, language))
    lacking = next((each for each in slices if each.state is State.NOT_COLLECTED), None)
    if lacking is not None:
        return None
    if all(each.state is State.NOT_PUBLISHED for each in slices):
        return None
    shares = _shares(framework, by, slices)
    told = [each for each in slices if each.value is not None or (each.slice[by] in known and is_due(each))]
    rows = [
        Bar(
            (its := category(known, each.slice[by], language)),
            each.value,
            shares.get(each.slice[by]),
            state(each, framework, language),
            apart=_is_silent(known, each.slice[by]),
            withheld=each.state in WITHHELD,
            way=only(its, to(each.slice[by]), language),
        )
        for each in told
    ]
    if not any(row.value or row.withheld for row in rows):
        return None
    if len(rows) > _LONG:
        rows = [row for row in rows if row.value or row.withheld]
    note = tr(N_("Shares are of those stated."), language) if any(row.apart for row in rows) and shares else ""
    note = " ".join(withheld(framework, told, language)) or note
    return Parted(name, rows, note, scale=breakdowns.scale(framework, key))


def _shares(framework: Framework, by: str, slices: Sequence[Measurement]) -> Mapping[str, Fraction | None]:
    """Give shares where the slices add up to a whole: of counts and sums, all of them shown."""
    if any(each.denominator is not None or each.state in WITHHELD for each in slices):
        return {}
    return breakdowns.shares(framework, by, {each.slice[by]: each.value for each in slices})


def organisations(  # noqa: PLR0913 (what is broken down, by whom, for whom)
    framework: Framework,
    key: str,
    slices: Sequence[Measurement],
    names: Mapping[str, Organisation],
    language: str,
    *,
    to: To = nowhere,
) -> Parted | None:
    """Give an indicator by reporting organisation, the greatest first; those without a value say why.

    `to` gives the address of what there is of an organisation alone.
    """
    rows = [
        Bar(
            (its := organisation_name(names, each.organisation, language)),
            each.value,
            note=state(each, framework, language),
            way=only(its, to(each.organisation), language),
        )
        for each in slices
        if each.organisation is not None and each.state is not State.NOT_PUBLISHED
    ]
    if all(each.state is State.MISSING for each in slices):
        return None
    rows.sort(key=lambda row: (row.value is None, -(row.value or 0), row.name))
    return (
        Parted(tr(N_("By organisation"), language), rows, ranked=True, scale=breakdowns.scale(framework, key))
        if rows
        else None
    )


def share_targets(framework: Framework, found: Sequence[ShareStanding], language: str) -> Html | None:
    """Show the shares that have targets: each with its verdict, and how many are not stated."""
    rows = []
    for each in found:
        label = pick(framework.dimensions[each.dimension].categories[each.category].label, language)
        silent = each.share.not_stated_share
        rows.append(
            el(
                "div",
                el("dt", whole(N_("Share: {category}"), language, category=inside(label))),
                el(
                    "dd",
                    NOTHING if each.share.share is None else share(each.share.share, language),
                    " ",
                    badge(each.standing, language),
                    el("small", _aimed(each, language)),
                    el(
                        "small", whole(N_("not stated: {share}"), language, share=unstated(framework, silent, language))
                    ),
                ),
            )
        )
    return el("dl", *rows, class_="k-facts") if rows else None


def _aimed(each: ShareStanding, language: str) -> str:
    window = period(each.standing.basis, language)
    target = each.standing.target
    aimed = NOTHING if target is None else share(target, language)
    return whole(N_("{window}; target {target}"), language, window=title(window), target=aimed)


def category(known: Mapping[str, Category], key: str, language: str) -> str:
    """Name a category of a breakdown."""
    if key in known:
        return pick(known[key].numbered, language)
    return tr(N_("not stated"), language) if key == UNSTATED else key


def _is_silent(known: Mapping[str, Category], key: str) -> bool:
    return key == UNSTATED or (key in known and known[key].not_stated)
