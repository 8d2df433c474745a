"""Success stories as they were told: cards with whose they are, when, and whether they may be published."""

from collections.abc import Iterator, Mapping, Sequence

from kpi.framework.model import ColumnType, Framework, StoriesPage
from kpi.language import pick, quarter_name, quarter_short, tr, whole
from kpi.present.entries import label, long_text, shown, words
from kpi.present.html import Html, el, join
from kpi.present.table import Table
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.stories import Story, told


def sentence(found: Sequence[Story], language: str, *, hides: bool, counted: str) -> Iterator[str]:
    """Say how many stories there are, and how many may be published; `hides`: the reader sees no others.

    `counted` is their number beside that of another window.
    """
    yield whole(
        N_("Stories: {count}. Organisations: {organisations}."),
        language,
        count=counted,
        organisations=len({one.organisation for one in found}),
    )
    kept = sum(not one.consent for one in found)
    if kept:
        yield whole(N_("Without consent, and so not for publication: {count}."), language, count=kept)
    if hides:
        yield tr(N_("Stories without consent to publish count in the figures, but are not told here."), language)


def cards(
    framework: Framework,
    page: StoriesPage,
    found: Sequence[Story],
    language: str,
    *,
    beside: Mapping[str, Html] | None = None,
) -> Html:
    """Show stories one by one; `beside` leads, by organisation, to what else it runs."""
    ways = beside or {}
    return el(
        "div",
        *(_card(framework, page, one, language, ways.get(one.organisation)) for one in found),
        class_="k-stories",
    )


def _card(framework: Framework, page: StoriesPage, one: Story, language: str, way: Html | None) -> Html:
    columns = framework.forms[page.form].columns
    beside, links = [], []
    for name in told(framework):
        said = shown(framework, one.entry, name, language)
        if not said:
            continue
        if columns[name].type is ColumnType.LINK:
            links.append(el("p", said, class_="k-story-link"))
        else:
            beside.append(el("span", said, title=pick(columns[name].label, language)))
    return el(
        "article",
        el("h2", as_written(one.title, language, framework)),
        el("p", pick(one.name, language), " · ", quarter_name(one.quarter, language), class_="k-small"),
        long_text(framework, one.text, language),
        el("p", *beside, class_="k-chips") if beside else None,
        *links,
        el("p", way, class_="k-story-link") if way is not None else None,
        _consent(one, language),
        class_="k-story" if one.consent else "k-story k-kept",
    )


def _consent(one: Story, language: str) -> Html:
    if one.consent:
        sign, text, tone = "✓", N_("With consent to publish"), "good"
    else:
        sign, text, tone = "⊘", N_("No consent: only the core team and the organisation read it"), "risk"
    mark = el("span", sign, class_="k-sign", aria_hidden="true")
    return el("p", el("span", join(mark), tr(text, language), class_=f"k-badge k-{tone}"), class_="k-consent")


def as_table(framework: Framework, page: StoriesPage, found: Sequence[Story], language: str) -> Table:
    """Give stories for whoever takes them away."""
    names = told(framework)
    heads = [
        label(framework, page.form, page.title, language),
        label(framework, page.form, page.text, language),
        *(label(framework, page.form, name, language) for name in names),
        tr(N_("Organisation"), language),
        tr(N_("Quarter"), language),
        label(framework, page.form, page.consent, language),
    ]
    rows = [
        [
            one.title,
            one.text,
            *(words(framework, one.entry, name, language) for name in names),
            pick(one.name, language),
            quarter_short(one.quarter, language),
            words(framework, one.entry, page.consent, language),
        ]
        for one in found
    ]
    return Table(pick(framework.forms[page.form].label, language), heads, rows)
