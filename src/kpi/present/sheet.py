"""The definition sheet of an indicator: all that its entry in the framework says, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kpi.framework.model import Better, Category, Due, Form, FormTime, Framework, Revision, TargetBasis
from kpi.language import day, pick, tr, whole
from kpi.present.formula import formula
from kpi.present.html import Html, el, join
from kpi.present.levels import assumption_mark, indicator_title
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.words import dimension, distance, inside, listed, of, percent, short_share, title, unit, window_kind
from kpi.problems import N_


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a definition says.

    `assumed`: it waits to be confirmed; `number`: all it says is this number; `names`: the other indicator that it is.
    """

    name: str
    text: str
    assumed: bool = False
    number: Decimal | None = None
    names: str | None = None


def sheet(scene: Scene, key: str, dimensions: tuple[str, ...]) -> Html:
    """Show the definition sheet; `dimensions` are those the indicator can be broken down by."""
    framework, language = scene.framework, scene.language
    assumed = None if framework.indicators[key].confirmed else assumptions(framework, language)
    shown = entries(framework, key, dimensions, language, to=lambda other: indicator_link(other, scene.params))
    return el("div", shown, assumed)


def entries(
    framework: Framework, key: str, dimensions: tuple[str, ...], language: str, *, to: Callable[[str], str]
) -> Html:
    """Show what the sheet says; assumptions carry their mark, which is explained elsewhere.

    `to` gives the address of another indicator.
    """
    rows = [
        join(
            el("dt", one.name),
            el(
                "dd",
                one.text if one.names is None else el("a", one.text, href=to(one.names)),
                assumption_mark(language) if one.assumed else None,
            ),
        )
        for one in definition(framework, key, dimensions, language)
    ]
    return el("dl", *rows, class_="k-sheet")


def definition(framework: Framework, key: str, dimensions: tuple[str, ...], language: str) -> list[Said]:
    """Give all that an indicator's entry says, in words."""
    main = framework.indicators[key].supports
    name = tr(N_("Supports"), language)
    return [
        *(Said(*one) for one in _meaning(framework, key, language)),
        *([Said(name, indicator_title(framework, main, language), names=main)] if main else []),
        *(Said(name, text) for name, text in _collected(framework, key, dimensions, language) if text),
        *_aims(framework, key, language),
    ]


def assumptions(framework: Framework, language: str) -> Html:
    """Say what the mark of an assumption means."""
    return el("p", "* ", assumed(framework, language), class_="k-note")


def assumed(framework: Framework, language: str) -> str:
    """Say what is assumed and waits to be confirmed."""
    said = framework.programme.assumptions
    return pick(said, language) if said else tr(N_("An assumption, to be confirmed by the programme."), language)


def _meaning(framework: Framework, key: str, language: str) -> Iterator[tuple[str, str]]:
    one = framework.indicators[key]
    yield tr(N_("What it measures"), language), pick(one.definition, language)
    if one.why:
        yield tr(N_("Why it is followed"), language), pick(one.why, language)
    yield tr(N_("How it is made"), language), formula(framework, key, language)
    if one.windows:
        yield tr(N_("Has a meaning by"), language), ", ".join(window_kind(each, language) for each in one.windows)
    if one.judge_from is not None:
        yield tr(N_("Judged from"), language), whole(N_("{count} cases"), language, count=one.judge_from)
    level = framework.levels[one.level]
    yield tr(N_("Level"), language), pick(level.label, language)


def _collected(
    framework: Framework, key: str, dimensions: tuple[str, ...], language: str
) -> Iterator[tuple[str, str | None]]:
    one = framework.indicators[key]
    yield tr(N_("Unit"), language), unit(framework, key, language) or pick(framework.units[one.unit].label, language)
    better = N_("higher is better") if one.better is Better.HIGHER else N_("lower is better")
    yield tr(N_("Direction"), language), title(tr(better, language))
    names = [dimension(framework, each, language) for each in dimensions]
    yield tr(N_("Broken down by"), language), title(", ".join(names))
    yield tr(N_("How collected"), language), pick(one.collected, language)
    forms = [framework.forms[form] for form in one.forms]
    often, asked = (
        title(listed(list(dict.fromkeys(said)), language))
        for said in ([_often(form, language) for form in forms], [_asked(framework, form, language) for form in forms])
    )
    yield tr(N_("Frequency"), language), often
    yield tr(N_("Asked of"), language), asked
    yield tr(N_("Responsible"), language), pick(one.responsible, language)
    counted = N_("The same person can be counted more than once: these are participations, not different people.")
    yield tr(N_("Double counting"), language), tr(counted, language) if one.double_counting else None
    yield tr(N_("Quality"), language), _quality(framework, key, language)
    yield tr(N_("Source"), language), pick(one.source, language)


_OFTEN = {
    (Due.QUARTERLY, FormTime.FLOW): N_("each quarter, what happened in it"),
    (Due.HALF_YEARLY, FormTime.FLOW): N_("each half-year, what happened in it"),
    (Due.YEARLY, FormTime.FLOW): N_("each year, what happened in it"),
    (Due.QUARTERLY, FormTime.STOCK): N_("each quarter, the position at its end"),
    (Due.HALF_YEARLY, FormTime.STOCK): N_("each half-year, the position at its end"),
    (Due.YEARLY, FormTime.STOCK): N_("each year, the position at its end"),
}


def _often(form: Form, language: str) -> str:
    return tr(_OFTEN[form.due, form.time], language)


def _asked(framework: Framework, form: Form, language: str) -> str:
    """Say which organisations are asked for a form."""
    named = [
        pick(framework.dimensions[framework.organisation[attribute].dimension].categories[each].label, language)
        for attribute, categories in form.asked_of.items()
        for each in categories
    ]
    return "; ".join(named) if named else tr(N_("all reporting organisations"), language)


def _quality(framework: Framework, key: str, language: str) -> str:
    """Say when a figure is not judged, and what stands in for what was not reported."""
    one, rules = framework.indicators[key], framework.rules
    sentences = [
        whole(
            N_("Provisional while fewer than {share} of the expected returns are approved, and before they are due."),
            language,
            share=percent(rules.coverage, language),
        )
    ]
    if one.judge_from is None and (one.measure.ratio is not None or one.measure.mean is not None):
        sentences.append(whole(N_("Not judged on fewer than {least}."), language, least=rules.judge_from))
    if any(framework.forms[form].time is FormTime.STOCK for form in one.forms):
        text = N_("The last reported position stands in for a missing one for at most {quarters} quarters.")
        sentences.append(whole(text, language, quarters=rules.carried_quarters))
    return " ".join(sentences)


def _aims(framework: Framework, key: str, language: str) -> Iterator[Said]:
    one = framework.indicators[key]
    assumed = not one.confirmed

    def written(points: dict[int, Decimal]) -> str:
        return " · ".join(f"{year}: {of(framework, key, value, language)}" for year, value in sorted(points.items()))

    if one.baseline is not None:
        yield Said(tr(N_("Baseline"), language), written({one.baseline.year: one.baseline.value}), assumed)
    if one.targets:
        yield Said(tr(N_("Targets"), language), written(dict(one.targets)), assumed)
    for revision in one.revisions:
        yield Said(tr(N_("Revised"), language), _revision(framework, key, revision, language))
    if one.target_basis is TargetBasis.CUMULATIVE:
        yield Said(tr(N_("Targets are"), language), tr(N_("running totals since the start"), language))
    if one.tolerance is not None:
        written_ = distance(framework, key, one.tolerance, language)
        yield Said(tr(N_("Tolerance"), language), written_, assumed, one.tolerance)
    for each, categories in one.share_targets.items():
        for category, points in categories.items():
            label = pick(framework.dimensions[each].categories[category].label, language)
            said = " · ".join(f"{year}: {short_share(value, language)}" for year, value in sorted(points.items()))
            yield Said(whole(N_("Share aimed at: {category}"), language, category=inside(label)), said, assumed)


def _revision(framework: Framework, key: str, revision: Revision, language: str) -> str:
    parts = [f"{year}: {of(framework, key, value, language)}" for year, value in sorted(revision.targets.items())]
    if revision.baseline is not None:
        value = of(framework, key, revision.baseline.value, language)
        named = tr(N_("Baseline"), language)
        parts.insert(0, f"{named} {revision.baseline.year}: {value}")
    return f"{' · '.join(parts)} ({day(revision.on, language)}). {pick(revision.reason, language)}"


def guidance(framework: Framework, keys: tuple[str, ...], language: str) -> Html | None:
    """Show what the categories of these dimensions mean: descriptions, points to look at, steps of scales."""
    blocks = [_explained(framework, key, language) for key in keys]
    shown = [block for block in blocks if block is not None]
    heading = el("h3", tr(N_("What the categories mean"), language))
    return el("div", heading, *shown, class_="k-guidance") if shown else None


def _explained(framework: Framework, key: str, language: str) -> Html | None:
    entry = framework.dimensions[key]
    told = [one for one in entry.categories.values() if one.description or one.guidance]
    if not told:
        return None
    return el(
        "details",
        el("summary", pick(entry.label, language)),
        el("dl", *(_category(one, language) for one in told), class_="k-sheet"),
    )


def _category(one: Category, language: str) -> Html:
    points = el("ul", *(el("li", pick(point, language)) for point in one.guidance)) if one.guidance else None
    said = el("p", pick(one.description, language)) if one.description else None
    return join(el("dt", pick(one.numbered, language)), el("dd", said, points))
