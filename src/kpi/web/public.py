"""The public page: published figures, stories with consent, reports, open data, for everybody; only where it is on."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from kpi import editions, figures
from kpi.access import PUBLIC
from kpi.breakdowns import dimensions
from kpi.editions import Edition
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.language import day, language_name, pick, tr, whole
from kpi.measure.needs import Question
from kpi.open_data import files
from kpi.present import published
from kpi.present.cards import sample_banner
from kpi.present.html import Html, el, join, table
from kpi.present.sheet import assumed
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.quarter import Window
from kpi.settings import Settings
from kpi.stories import stories
from kpi.web import editions as listed
from kpi.web import offering, plain
from kpi.web.downloads import attachment, edition, open_data, served
from kpi.web.kept import kept
from kpi.web.opened import moment, opened, today
from kpi.web.person import languages

ADDRESS = "/public"
_STYLE = Path(__file__).with_name("public.css")


def is_on() -> bool:
    """Tell whether there is a public page."""
    return Settings.from_environment(os.environ).public


def is_open(path: str) -> bool:
    """Tell whether a path is answered to everybody: the page and its files, where it is switched on."""
    asked = {"type": "http", "method": "GET", "path": path}
    return is_on() and any(route.matches(asked)[0] is Match.FULL for route in _OPEN)


def _found() -> Installation:
    """Give the installation as everybody may see it; a `KeyError` where there is no public page."""
    found = opened().installation
    if found is None or not is_on():
        raise KeyError(ADDRESS)
    return found.asked_by(PUBLIC)


def _page(request: Request) -> Response:
    found, language = _found(), plain.language_of(request)
    windows = figures.published_windows(found.framework, today())
    asked = request.query_params.get("window")
    window = next((one for one in windows if str(one) == asked), windows[-1] if windows else None)
    top = kept(found, "top", language, str(window), make=lambda: str(_top(found, windows, window, language)))
    rest = kept(found, "rest", language, make=lambda: str(_rest(found, windows, language)))
    name = pick(found.framework.programme.name, language)
    heading = tr(N_("Published figures"), language)
    body = (el("h1", heading), *_not_known(request, window, language), Html(top), _reports(found, language), Html(rest))
    return plain.page(request, heading, *body, language=language, name=name, style=_STYLE)


def _not_known(request: Request, window: Window | None, language: str) -> Iterator[Html]:
    """Say what the address asks for that there is not, and what is shown instead."""
    spoken, asked = request.query_params.get("lang", ""), request.query_params.get("window", "")
    if spoken and spoken.partition("-")[0].lower() not in languages():
        text = N_("“{found}” is not spoken here: this page is in {language}.")
        here = language_name(language, language)
        yield el("p", whole(text, language, found=spoken, language=here), class_="note", role="status")
    if asked and window is not None and asked != str(window):
        text = N_("Nothing is published for “{found}”. Shown is: {window}.")
        shown = period(window, language)
        yield el("p", whole(text, language, found=asked, window=shown), class_="note", role="status")


def _top(found: Installation, windows: tuple[Window, ...], window: Window | None, language: str) -> Html:
    """Show the figures of a window."""
    framework = found.framework
    description = framework.programme.description
    return join(
        el("p", pick(description, language), class_="lead") if description else None,
        sample_banner(language) if figures.overview(found).is_sample else None,
        _windows(windows, window, language),
        _figures(found, window, language) if window else None,
    )


def _reports(found: Installation, language: str) -> Html | None:
    """List the published reports that are for everybody, each with its files; of those replaced, that there were."""
    every, framework = editions.editions(found, today=today()), found.framework
    if not every:
        return None
    heads = [tr(one, language) for one in (N_("Period"), N_("Edition"), N_("Published"), N_("Files"))]
    rows = [_report(framework, one, heads, language) for one in every]
    head = el("thead", el("tr", *(el("th", one, scope="col") for one in heads)))
    name = tr(N_("Published reports"), language)
    return join(el("h2", name), table(name, head, el("tbody", *rows), class_="k-table k-files"))


def _report(framework: Framework, one: Edition, heads: Sequence[str], language: str) -> Html:
    cells = (
        listed.number(one, language),
        day(one.stored.published_at, language),
        listed.files(framework, one, language, f"{ADDRESS}/edition"),
    )
    named = el("th", listed.of_what(framework, one, language), scope="row")
    return el("tr", named, *(el("td", cell, data_label=head) for head, cell in zip(heads[1:], cells, strict=True)))


def _rest(found: Installation, windows: tuple[Window, ...], language: str) -> Html:
    """Offer the data, and say how to read them."""
    framework = found.framework
    return join(
        el("h2", tr(N_("Open data"), language)),
        offering.summary(framework, windows, today(), language),
        offering.files_table(
            framework, files.formats(framework), f"{ADDRESS}/data/{{format}}?lang={{language}}", language
        )
        if windows
        else None,
        el("h2", tr(N_("How to read it"), language)),
        offering.guide(framework, language),
        el("p", assumed(framework, language), class_="k-note"),
        el("p", whole(N_("As of {moment}."), language, moment=moment().astimezone()), class_="note"),
    )


def _windows(windows: tuple[Window, ...], chosen: Window | None, language: str) -> Html | None:
    """Lead to the windows that are published, the latest first."""
    links = [
        el(
            "a",
            title(period(one, language)),
            href=f"?{urlencode({'window': str(one), 'lang': language})}",
            aria_current="page" if one == chosen else None,
        )
        for one in reversed(windows)
    ]
    return el("nav", *links, class_="windows", aria_label=tr(N_("Period"), language)) if links else None


def _figures(found: Installation, window: Window, language: str) -> Html:
    framework, day = found.framework, today()
    page = framework.pages.gender
    keys = list(framework.indicators)
    gendered = [key for key in keys if page is not None and page.dimension in dimensions(framework, key)]
    by = (page.dimension,) if page is not None else ()
    questions = [*(Question(key, window) for key in keys), *(Question(key, window, by=by) for key in gendered)]
    answers = figures.measured(found, questions, today=day)
    totals = {answer[0].indicator: answer[0] for answer in answers[: len(keys)]}
    by_gender = {answer[0].indicator: answer[1:] for answer in answers[len(keys) :]}
    summary = published.Summary(framework, totals, by_gender)
    return join(
        published.headlines(summary, language),
        published.levels(summary, language),
        published.told(stories(found, window), language),
    )


def _data(request: Request) -> Response:
    return attachment(open_data(_found(), request.path_params["form"], plain.language_of(request)))


def _edition(request: Request) -> Response:
    return edition(_found(), request)


def _nothing(request: Request) -> Response:
    raise KeyError(request.url.path)


_OPEN = (
    Route(ADDRESS, partial(served, make=_page)),
    Route(f"{ADDRESS}/data/{{form}}", partial(served, make=_data)),
    Route(f"{ADDRESS}/edition/{{edition}}/{{language}}/{{form}}", partial(served, make=_edition)),
)
#: Beneath the page there is nothing else, for those who are signed in neither.
ROUTES = (*_OPEN, Route(f"{ADDRESS}/{{rest:path}}", partial(served, make=_nothing)))
