"""The framework in words for a person: contents, and every indicator by level with its whole definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.present.html import Html, el, join
from kpi.present.levels import in_order, indicator_title
from kpi.present.sheet import assumptions, entries
from kpi.problems import N_


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, its title, what stands in it, and the anchors and titles of its own parts."""

    anchor: str
    title: str
    body: Html
    parts: Sequence[tuple[str, str]] = ()


def contents(sections: Sequence[Section], language: str) -> Html:
    """List what stands on the page, each leading there."""
    lines = [
        el(
            "li",
            el("a", one.title, href=f"#{one.anchor}"),
            el("ul", *(el("li", el("a", title, href=f"#{anchor}")) for anchor, title in one.parts))
            if one.parts
            else None,
        )
        for one in sections
    ]
    name = tr(N_("Contents"), language)
    return el("nav", el("h2", name), el("ol", *lines), class_="k-contents", aria_label=name)


def shown(section: Section) -> Html:
    """Show a section under its title."""
    return el("section", el("h2", section.title, id=section.anchor), section.body, class_="k-about")


def programme(framework: Framework, language: str) -> Section:
    """Say whose framework it is."""
    one = framework.programme
    told = [
        pick(one.description, language) if one.description else "",
        whole(
            N_("Version {version} of the framework; figures from {starts} on."),
            language,
            version=one.version,
            starts=one.starts,
        ),
        whole(
            N_("Levels: {levels}. Indicators: {indicators}. Forms: {forms}."),
            language,
            levels=len(framework.levels),
            indicators=len(framework.indicators),
            forms=len(framework.forms),
        ),
    ]
    whom = [pick(one.contact.name, language), one.contact.email, one.contact.phone]
    asked = el("p", tr(N_("Whom to ask:"), language), " ", ", ".join(each for each in whom if each))
    body = join(*(el("p", each) for each in told if each), asked, assumptions(framework, language))
    return Section("programme", tr(N_("The programme"), language), body)


def indicators(framework: Framework, dimensions: Mapping[str, tuple[str, ...]], language: str) -> list[Section]:
    """Define every indicator, level by level; `dimensions` are those by which each can be broken down."""
    found = []
    for level, entry in framework.levels.items():
        keys = [key for key, _ in in_order(framework, level)]
        names = {key: indicator_title(framework, key, language) for key in keys}
        blocks = [
            el(
                "article",
                el("h3", name, id=_id(key)),
                _lasts(framework, key, language),
                entries(framework, key, dimensions[key], language, to=_anchor),
            )
            for key, name in names.items()
        ]
        about = el("p", pick(entry.help, language), class_="k-note") if entry.help else None
        parts = [(_id(key), name) for key, name in names.items()]
        found.append(Section(f"level-{level}", pick(entry.label, language), join(about, *blocks), parts))
    return found


def _id(key: str) -> str:
    return f"indicator-{key}"


def _anchor(key: str) -> str:
    return f"#{_id(key)}"


def _lasts(framework: Framework, key: str, language: str) -> Html | None:
    """Say from when to when an indicator is there, and which one it replaces."""
    one, said = framework.indicators[key], []
    if one.since is not None:
        said.append(whole(N_("From {quarter} on."), language, quarter=one.since))
    if one.until is not None:
        said.append(whole(N_("Until {quarter}."), language, quarter=one.until))
    if one.replaces is not None:
        said.append(whole(N_("Replaces {key}, whose meaning was another one."), language, key=one.replaces))
    return el("p", " ".join(said), class_="k-note") if said else None


def headlines(framework: Framework, language: str) -> Section | None:
    """Say on which indicator each headline figure rests."""
    if not framework.headlines:
        return None
    rows = [
        join(
            el("dt", pick(one.label, language)),
            el(
                "dd",
                el(
                    "a",
                    indicator_title(framework, one.indicator, language),
                    href=_anchor(one.indicator),
                ),
            ),
        )
        for one in framework.headlines.values()
    ]
    return Section("headlines", tr(N_("Headline figures"), language), el("dl", *rows, class_="k-sheet"))


def sources(framework: Framework, language: str) -> Section:
    """List where the indicators come from, each source with its indicators."""
    by_source: dict[str, list[str]] = {}
    for key, one in framework.indicators.items():
        by_source.setdefault(pick(one.source, language), []).append(key)
    rows = [join(el("dt", ", ".join(keys)), el("dd", source)) for source, keys in by_source.items()]
    return Section("sources", tr(N_("Sources"), language), el("dl", *rows, class_="k-sheet"))
