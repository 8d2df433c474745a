"""Pages that need no script: what is served beside the dashboard, to print or to say why there is nothing."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from babel import negotiate_locale
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kpi.language import tr
from kpi.present.foot import foot
from kpi.present.html import Html, el
from kpi.problems import N_
from kpi.web.opened import opened
from kpi.web.person import languages, own_name

_STYLE = Path(__file__).with_name("plain.css")


def language_of(request: Request, own: str | None = None) -> str:
    """Give the language of a page: the one asked for, else the person's own, the browser's, the framework's first."""
    offered = list(languages())
    browser = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    wanted = [one for one in (request.query_params.get("lang"), own, *browser) if one]
    return negotiate_locale([one.partition("-")[0].lower() for one in wanted], offered) or offered[0]


def page(  # noqa: PLR0913 (what a page is made of)
    request: Request,
    title: str,
    *body: str | None,
    language: str,
    name: str,
    status: HTTPStatus = HTTPStatus.OK,
    style: Path = _STYLE,
) -> HTMLResponse:
    """Make a page; `title` is worded already, `name` is whose page it is, `style` the sheet of its looks."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{title} – {name}"),
        Html(f"<style>{style.read_text(encoding='utf-8')}</style>"),
    )
    main = el("main", el("p", name, class_="programme"), *body, _languages(request, language))
    found = opened().installation
    beneath = foot(found.framework, language) if found else None
    return HTMLResponse(
        f"<!doctype html>{el('html', head, el('body', main, beneath), lang=language)}",
        status,
        headers={"cache-control": "no-store"},
    )


def _languages(request: Request, language: str) -> Html | None:
    others: Sequence[Html] = [
        el("a", own_name(code), href=f"?{urlencode({**request.query_params, 'lang': code})}", lang=code)
        for code in languages()
        if code != language
    ]
    return el("nav", *others, aria_label=tr(N_("Language"), language)) if others else None
