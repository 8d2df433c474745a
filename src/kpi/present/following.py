"""What is done about indicators, for people: actions, dated notes, changed targets and baselines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from kpi.follow_up import StoredAction, StoredNote
from kpi.framework.model import Baseline, Framework, Revision
from kpi.language import day, pick, quarter_name, quarter_short, tr, whole
from kpi.measure.model import Measurement
from kpi.present import findings
from kpi.present.html import Html, el, table
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.status import badge
from kpi.present.words import NOTHING, of
from kpi.present.written import as_written, within
from kpi.problems import N_

_HEADS = (
    N_("Indicator"),
    N_("What is done"),
    N_("Who"),
    N_("Until"),
)
_OUTCOME = N_("What came of it")


def name_of(signature: str) -> str:
    """Give the name of whoever signed: what everybody may read says nobody's address."""
    return signature.partition(" <")[0]


def is_overdue(one: StoredAction, today: date) -> bool:
    """Tell whether an action is open after its day."""
    return one.closed_at is None and one.due < today


def actions_table(  # noqa: PLR0913 (what a list of actions may say)
    scene: Scene, found: Sequence[StoredAction], today: date, *, name: str, named: bool = True, outcome: bool = False
) -> Html:
    """List actions; `named` says of which indicator each is, `outcome` what came of it."""
    language = scene.language
    heads = [*(_HEADS if named else _HEADS[1:]), *([_OUTCOME] if outcome else [])]
    top = [el("th", tr(head, language), scope="col") for head in heads]
    rows = [el("tr", *_cells(scene, one, today, named=named, outcome=outcome)) for one in found]
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns k-actions-table")


def _cells(scene: Scene, one: StoredAction, today: date, *, named: bool, outcome: bool) -> Iterator[Html]:
    language, own = scene.language, partial(as_written, language=scene.language, framework=scene.framework)
    what = [
        el("span", own(one.action), class_="k-long"),
        el("span", own(one.explanation), class_="k-small"),
        el("span", _signed(scene, one), class_="k-small"),
    ]
    if named:
        yield el("th", *indicator_name(scene, one.indicator), scope="row")
        yield el("td", *what, data_label=tr(_HEADS[1], language))
    else:
        yield el("th", *what, scope="row")
    yield el("td", own(one.owner), data_label=tr(_HEADS[2], language))
    yield el("td", *_due(one, today, language), data_label=tr(_HEADS[3], language))
    if outcome:
        yield el("td", *_closed(one, language, own), data_label=tr(_OUTCOME, language))


def action(scene: Scene, one: StoredAction, today: date, *, named: bool = True) -> Html:
    """Show one open action by itself, as rows of the list do."""
    language, own = scene.language, partial(as_written, language=scene.language, framework=scene.framework)
    who = el("span", f"{tr(_HEADS[2], language)}: ", own(one.owner), " · ")
    until = el("span", f"{tr(_HEADS[3], language)}: ", *_due(one, today, language))
    return el(
        "div",
        el("p", *indicator_name(scene, one.indicator), class_="k-note") if named else None,
        el("p", own(one.action), class_="k-question-text"),
        el("p", own(one.explanation), class_="k-small"),
        el("p", who, until, class_="k-until"),
        el("p", _signed(scene, one), class_="k-small"),
        class_="k-question",
    )


def _signed(scene: Scene, one: StoredAction) -> Html:
    return within(_as_of(one, scene.language), name_of(one.opened_by), scene.language, scene.framework)


def indicator_name(scene: Scene, key: str) -> tuple[Html, Html]:
    """Name an indicator, with the way to its page; one that is no longer there by its key alone."""
    known = scene.framework.indicators.get(key)
    shown = el("span", key, class_="k-key")
    if known is None:
        return shown, Html("")
    href = indicator_link(key, scene.params)
    return shown, el("a", pick(known.label, scene.language), href=href, target="_self")


def _as_of(one: StoredAction, language: str) -> str:
    return whole(
        N_("as of {quarter}; {person}, {day}"),
        language,
        quarter=quarter_short(one.quarter, language),
        person=name_of(one.opened_by),
        day=day(one.opened_at, language),
    )


def _due(one: StoredAction, today: date, language: str) -> Iterator[str]:
    yield day(one.due, language)
    if is_overdue(one, today):
        sign = el("span", "▼", class_="k-sign", aria_hidden="true")
        late = tr(N_("overdue"), language)
        yield el("span", sign, late, class_="k-badge k-bad k-block")


def _closed(one: StoredAction, language: str, own: Callable[[str], str]) -> Iterator[str]:
    yield el("span", own(one.outcome or NOTHING))
    if one.closed_at is not None:
        yield el("span", own(name_of(one.closed_by or NOTHING)), ", ", day(one.closed_at, language), class_="k-small")


def behind_table(
    scene: Scene, found: Sequence[Measurement], planned: Mapping[str, Sequence[StoredAction]], today: date
) -> Html:
    """List indicators that are off track or at risk, each with how much is planned."""
    language = scene.language
    heads = (N_("Indicator"), N_("Status"), N_("Where it stands"), N_("Open actions"))
    rows = []
    for one in found:
        own = planned.get(one.indicator, ())
        late = sum(is_overdue(each, today) for each in own)
        overdue = whole(N_("overdue: {count}"), language, count=late)
        counted_ = str(len(own)) if own else tr(N_("none yet"), language)
        cells = (
            badge(one.standing, language),
            findings.indicator(scene.framework, one, language),
            f"{counted_} ({overdue})" if late else counted_,
        )
        rows.append(
            el(
                "tr",
                el("th", *indicator_name(scene, one.indicator), scope="row"),
                *(el("td", cell, data_label=tr(head, language)) for head, cell in zip(heads[1:], cells, strict=True)),
            )
        )
    top = [el("th", tr(head, language), scope="col") for head in heads]
    name = tr(N_("Off track or at risk"), language)
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns")


def closed_by_quarter(scene: Scene, found: Sequence[StoredAction], today: date, *, named: bool = True) -> Html:
    """List closed actions, folded by the quarter as of which they were opened, the newest first."""
    quarters = sorted({one.quarter for one in found}, reverse=True)
    folds = []
    for quarter in quarters:
        of_then = [one for one in found if one.quarter == quarter]
        when = quarter_name(quarter, scene.language)
        head = whole(N_("Closed, as of {quarter}: {count}"), scene.language, quarter=when, count=len(of_then))
        listed = actions_table(scene, of_then, today, name=head, named=named, outcome=True)
        folds.append(el("details", el("summary", head), listed, class_="k-fold"))
    return el("div", *folds)


def short(one: StoredAction) -> str:
    """Name an action in a line."""
    return f"{one.indicator}: {one.action}"


def counted(found: Sequence[StoredAction], today: date, language: str) -> str:
    """Say how many actions are open and how many of them are overdue."""
    late = sum(is_overdue(one, today) for one in found)
    text = N_("Open: {open}, of these overdue: {late}.") if late else N_("Open: {open}, none of them overdue.")
    return whole(text, language, open=len(found), late=late)


def notes_list(framework: Framework, found: Sequence[StoredNote], language: str) -> Html:
    """List notes under the numbers that stand on the chart."""
    items = [
        el(
            "li",
            el("strong", day(one.day, language)),
            ": ",
            as_written(one.text, language, framework),
            el("span", " – ", as_written(name_of(one.by), language, framework), class_="k-small-inline"),
        )
        for one in found
    ]
    return el("ol", *items, class_="k-notes")


def changes(framework: Framework, keys: Sequence[str], scene: Scene, *, named: bool = True) -> Html | None:
    """List how targets and baselines of indicators were changed, the newest first: what stood there, and why."""
    language = scene.language
    log = sorted(
        (
            (revision.on, key, index)
            for key in keys
            for index, revision in enumerate(framework.indicators[key].revisions)
        ),
        reverse=True,
    )
    if not log:
        return None
    heads = [N_("From"), *([N_("Indicator")] if named else []), N_("Changed"), N_("Why")]
    rows = []
    for on, key, index in log:
        revision = framework.indicators[key].revisions[index]
        cells = [el("th", day(on, language), scope="row")]
        if named:
            cells.append(el("td", *indicator_name(scene, key), data_label=tr(heads[1], language)))
        what = [el("span", text, class_="k-block") for text in _changed(framework, key, index, language)]
        cells.append(el("td", *what, data_label=tr(heads[-2], language)))
        cells.append(el("td", pick(revision.reason, language), data_label=tr(heads[-1], language)))
        rows.append(el("tr", *cells))
    top = [el("th", tr(head, language), scope="col") for head in heads]
    name = tr(N_("Changed targets and baselines"), language)
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns")


def _changed(framework: Framework, key: str, index: int, language: str) -> Iterator[str]:
    """Say what a revision changed, against what stood there just before it."""
    indicator = framework.indicators[key]
    baseline, targets = indicator.baseline, dict(indicator.targets)
    for earlier in indicator.revisions[:index]:
        baseline, targets = earlier.baseline or baseline, targets | dict(earlier.targets)
    revision: Revision = indicator.revisions[index]
    if revision.baseline is not None:
        yield whole(
            N_("baseline: {before} → {after}"),
            language,
            before=_baseline(framework, key, baseline, language),
            after=_baseline(framework, key, revision.baseline, language),
        )
    for year, value in sorted(revision.targets.items()):
        yield whole(
            N_("target {year}: {before} → {after}"),
            language,
            year=str(year),
            before=of(framework, key, targets.get(year), language),
            after=of(framework, key, value, language),
        )


def _baseline(framework: Framework, key: str, found: Baseline | None, language: str) -> str:
    return NOTHING if found is None else f"{of(framework, key, found.value, language)} ({found.year})"


def by_indicator(found: Sequence[StoredAction]) -> Mapping[str, list[StoredAction]]:
    """Part actions by their indicator."""
    parted: dict[str, list[StoredAction]] = {}
    for one in found:
        parted.setdefault(one.indicator, []).append(one)
    return parted
