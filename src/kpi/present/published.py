"""The published figures for whoever has no account: what was reached, by level, without script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.framework.model import Framework
from kpi.language import pick, quarter_name, tr, whole
from kpi.measure.model import Measurement
from kpi.present import judged
from kpi.present.html import Html, beneath, el, join, table
from kpi.present.levels import coverage, in_order, planned
from kpi.present.scene import Scene
from kpi.present.split import Told
from kpi.present.split_said import AT_LEAST
from kpi.present.status import badge
from kpi.present.words import NOTHING, inside, state, with_unit
from kpi.problems import N_
from kpi.splits import Split, adds_up, split
from kpi.stories import Story


@dataclass(frozen=True, slots=True)
class Summary:
    """The totals of a window by indicator, and of those that know the gender the figures by it."""

    framework: Framework
    totals: Mapping[str, Measurement]
    by_gender: Mapping[str, Sequence[Measurement]]


def headlines(summary: Summary, language: str) -> Html | None:
    """Show the headline figures, each with its status."""
    framework = summary.framework
    cards = [
        el(
            "li",
            beneath(
                el("span", pick(headline.label, language), class_="name"),
                el("strong", _value(framework, summary.totals[headline.indicator], language)),
                badge(summary.totals[headline.indicator].standing, language),
                judged.basis_mark(framework, summary.totals[headline.indicator], language),
            ),
        )
        for headline in framework.headlines.values()
    ]
    return el("ul", *cards, class_="headlines") if cards else None


def levels(summary: Summary, language: str) -> Html:
    """Show every indicator, level by level."""
    return join(*(_level(summary, level, language) for level in summary.framework.levels))


def _level(summary: Summary, level: str, language: str) -> Html | None:
    framework = summary.framework
    keys = [key for key, _ in in_order(framework, level)]
    if not keys:
        return None
    share = _share_name(framework, language) if any(key in summary.by_gender for key in keys) else None
    heads = [N_("Value"), *([share] if share else []), N_("Expected by now"), N_("Status"), N_("Returns")]
    named = [tr(head, language) for head in heads]
    rows = [_row(summary, key, named, language, gender=share is not None) for key in keys]
    first = el("th", tr(N_("Indicator"), language), scope="col")
    head = el("tr", first, *(el("th", each, scope="col") for each in named))
    entry = framework.levels[level]
    help_ = el("p", pick(entry.help, language), class_="note") if entry.help else None
    label = pick(entry.label, language)
    bounded = any(found is not None and found.least is not None for found in (_split(summary, key) for key in keys))
    return join(
        el("h2", label),
        help_,
        table(label, el("thead", head), el("tbody", *rows), class_="indicators"),
        el("p", tr(AT_LEAST, language), class_="note") if bounded else None,
    )


def _row(summary: Summary, key: str, heads: Sequence[str], language: str, *, gender: bool) -> Html:
    framework, found = summary.framework, summary.totals[key]
    indicator = framework.indicators[key]
    name = el(
        "details",
        el("summary", pick(indicator.label, language)),
        el("p", pick(indicator.definition, language), class_="note"),
    )
    expected: Html | str = NOTHING
    if judged.compared(framework, found)[1] is not None:
        compared = judged.against(framework, found, language)
        due = planned(framework, key, judged.due(framework, found, language), language)
        expected = beneath(due, el("small", compared, class_="k-basis") if compared else None)
    cells = [
        el("strong", _value(framework, found, language)),
        *([_share(summary, key, language)] if gender else []),
        expected,
        beneath(badge(found.standing, language), judged.basis_mark(framework, found, language)),
        coverage(framework, found, language),
    ]
    below = [el("td", cell, data_label=head) for head, cell in zip(heads, cells, strict=True)]
    return el("tr", el("th", name, scope="row"), *below)


def _value(framework: Framework, found: Measurement, language: str) -> str:
    if found.value is None:
        return state(found, framework, language)
    return with_unit(framework, found.indicator, found.value, language)


def _share_name(framework: Framework, language: str) -> str | None:
    page = framework.pages.gender
    if page is None:
        return None
    name = pick(framework.dimensions[page.dimension].categories[page.share_of].label, language)
    return whole(N_("Share: {category}"), language, category=inside(name))


def _share(summary: Summary, key: str, language: str) -> str:
    """Give a category's share of those who stated it, or what it is at least. A ratio has no parts."""
    page, found = summary.framework.pages.gender, _split(summary, key)
    if page is None or found is None:
        return NOTHING
    return Told(Scene(summary.framework, language, {}), page).share_of(found)


def _split(summary: Summary, key: str) -> Split | None:
    page, slices = summary.framework.pages.gender, summary.by_gender.get(key, ())
    if page is None or not slices or not adds_up(summary.framework, key):
        return None
    return split(summary.framework, page, [summary.totals[key], *slices])


def told(found: Sequence[Story], language: str) -> Html | None:
    """Show success stories; nothing where there are none."""
    stories = [
        el(
            "article",
            el("h3", one.title),
            el("p", one.text),
            el("p", pick(one.name, language), " · ", quarter_name(one.quarter, language), class_="note"),
        )
        for one in found
    ]
    return join(el("h2", tr(N_("Success stories"), language)), *stories) if stories else None
