"""What is said of open data on the page and on the public one: the files, what is in them, how to read them."""

from collections.abc import Mapping, Sequence
from datetime import date

from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.open_data.files import Format
from kpi.open_data.table import Table
from kpi.open_data.terms import source
from kpi.present.html import Html, el, join, table
from kpi.present.words import listed, period, small
from kpi.problems import N_
from kpi.quarter import Window
from kpi.web.person import own_name


def summary(framework: Framework, windows: Sequence[Window], today: date, said: str) -> Html:
    """Say what is published, in which windows, on which terms it may be used, and how it is cited."""
    told = N_(
        "The published figures of all {count} indicators, with their definitions, baselines and targets: by year, and "
        "for the present year up to the last quarter that was due. Everybody may have them, and all get the same."
    )
    parts: list[Html] = [el("p", tr(told, said, count=len(framework.indicators)), class_="k-findings")]
    names = listed([period(one, said) for one in windows], said)
    now = whole(N_("Published now: {windows}."), said, windows=names)
    parts.append(el("p", now if windows else tr(N_("Nothing is published yet: no quarter has been due."), said)))
    if framework.open_data is not None:
        licence = framework.open_data.licence
        link = el("a", pick(licence.label, said), href=licence.path, target="_blank", rel="noopener")
        parts.append(el("p", tr(N_("Licence"), said), ": ", link))
    parts.append(el("p", tr(N_("Cite as"), said), ": ", source(framework, today, said)))
    return el("div", *parts, class_="k-terms")


def files_table(framework: Framework, offered: Mapping[str, Format], address: str, said: str) -> Html:
    """List the formats, each with what it is for and its files; `address` has a place for format and language."""
    heads = (N_("Format"), N_("What it is for"), N_("File"))
    rows = [
        el(
            "tr",
            el("th", one.label, scope="row"),
            el("td", tr(one.serves, said)),
            el("td", *_links(framework, key, one, address, said)),
        )
        for key, one in offered.items()
    ]
    head = el("thead", el("tr", *(el("th", tr(text, said), scope="col") for text in heads)))
    listed = table(tr(N_("Files"), said), head, el("tbody", *rows), class_="k-table k-files")
    declared = framework.open_data.iati if framework.open_data is not None else None
    if declared is None or declared.confirmed:
        return listed
    warned = N_(
        "The file for IATI stands under placeholders: it is for a look only, until the programme is registered."
    )
    return join(listed, el("p", tr(warned, said), class_="k-note"))


def _links(framework: Framework, key: str, one: Format, address: str, said: str) -> list[str]:
    parts: list[str] = []
    for language in sorted(framework.languages, key=lambda other: other != said):
        told = whole(N_("{format} in {language}"), said, format=one.label, language=own_name(language))
        there = address.format(format=key, language=language)
        parts += [el("a", own_name(language), href=there, aria_label=told, download=""), " · "]
    return parts[:-1]


def contents(tables: Sequence[Table], said: str) -> Html:
    """Say, table by table, what each field means."""
    return join(*(_table(one, said) for one in tables))


def _table(table: Table, said: str) -> Html:
    rows = [join(el("dt", el("code", field.name)), el("dd", tr(field.meaning, said))) for field in table.fields]
    name = el("summary", tr(table.title, said), " ", el("code", f"{table.name}.csv"))
    return el("details", name, el("dl", *rows, class_="k-sheet"))


def guide(framework: Framework, said: str) -> Html:
    """Say how the figures are to be read."""
    points = (
        tr(N_("Only approved returns count. Every figure says how many of the expected returns are in."), said),
        whole(
            N_(
                "“{small}” (in the field “state”: “small”) stands for a count of people from 1 to {most}; “hidden” for "
                "a figure that would give such a number away. Neither is 0, and 0 is always written as 0."
            ),
            said,
            small=small(framework),
            most=framework.rules.small_counts_below - 1,
        ),
        tr(N_("Slices add up within one dimension, never across two. Shares and means never add up."), said),
        tr(
            N_("A share is written as a fraction (0.5 is 50%), in IATI as a percentage. Amounts have two decimals."),
            said,
        ),
        tr(
            N_("People in courses and services are participations where the indicator says that it counts twice."), said
        ),
    )
    return el("ul", *(el("li", point) for point in points), class_="k-points")
