"""What is taken away as a file, or printed: templates, drafts as workbooks, uploaded files, evidence, receipts.

Who asks is looked up for each request; what they may not have, and what there is not, look the same from outside.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpi import cast, drafts, editions, evidence, figures, incoming, offline, receipts
from kpi.access import NOBODY, Deed, NotPermittedError, Person, may
from kpi.areas import Areas, MapUnusableError, maps_of
from kpi.installation import Installation
from kpi.language import pick, said, tr
from kpi.open_data import dataset, files
from kpi.participation import UnknownOrganisationError
from kpi.present.html import el
from kpi.present.receipt import receipt_page
from kpi.problems import N_, SaidError
from kpi.quarter import NotAQuarterError, Quarter
from kpi.sessions import who_holds
from kpi.settings import Settings
from kpi.web import plain
from kpi.web.cookies import ROLE, session_cookie
from kpi.web.kept import kept
from kpi.web.opened import moment, opened, today
from kpi.web.person import own_name

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class File:
    """What is taken away."""

    name: str
    content: bytes
    media_type: str = WORKBOOK


def person_of(request: Request) -> Person:
    """Give who asks; nobody where they are signed out."""
    found, client = opened().installation, request.client.host if request.client else None
    if found is None:
        return NOBODY
    if cast.is_local(request.headers.get("host"), client) and cast.plays(found):
        return cast.played(found, request.cookies.get(ROLE))
    return who_holds(found, token=request.cookies.get(session_cookie()), at=moment()) or NOBODY


def asked_by(request: Request) -> Installation:
    """Give the installation as whoever asks may see it; a `KeyError` where it cannot be opened, or for nobody."""
    found, looks = opened().installation, person_of(request)
    if found is None or looks is NOBODY:
        raise KeyError(request.url.path)
    return found.asked_by(looks)


async def served(request: Request, make: Callable[[Request], Response]) -> Response:
    """Answer a request; with a plain page in the person's language where there is nothing to give."""
    return await run_in_threadpool(_served, request, make)


def _served(request: Request, make: Callable[[Request], Response]) -> Response:
    try:
        return make(request)
    except (KeyError, NotAQuarterError, NotPermittedError, UnknownOrganisationError):
        text = N_("There is nothing here, or it is not open to you. Look whether the address is whole.")
        return _refused(request, lambda language: tr(text, language), HTTPStatus.NOT_FOUND)
    except SaidError as fault:
        told = fault
        return _refused(request, lambda language: said(told, language), HTTPStatus.CONFLICT)


def _refused(request: Request, sentence: Callable[[str], str], status: HTTPStatus) -> Response:
    language = plain.language_of(request, person_of(request).language)
    title = tr(N_("Nothing to show"), language)
    back = el("p", el("a", tr(N_("To the first page"), language), href="/"))
    body = (el("h1", title), el("p", sentence(language)), back)
    return plain.page(request, title, *body, language=language, name=_programme(language), status=status)


def _programme(language: str) -> str:
    found = opened().installation
    return pick(found.framework.programme.name, language) if found else "KPI"


def attachment(file: File) -> Response:
    """Hand a file over to be kept, never to be opened within a page."""
    ascii_name = "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "_" for each in file.name)
    named = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "content-disposition": named,
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        },
    )


def number_of(text: str) -> int:
    """Read an id; a `KeyError` for what is none."""
    if not (text.isascii() and text.isdigit()) or int(text[:12]) > _LARGEST_ID:
        raise KeyError(text)
    return int(text[:12])


def _template(request: Request) -> Response:
    found, organisation, quarter, language = _asked(request)
    made = incoming.template_for(found, organisation=organisation, quarter=quarter, language=language, today=today())
    return attachment(File(_name(organisation, quarter, language), made))


def _workbook(request: Request) -> Response:
    found, organisation, quarter, language = _asked(request)
    made = offline.workbook_of(found, organisation=organisation, quarter=quarter, language=language)
    if made is None:
        raise KeyError(organisation)
    return attachment(File(_name(organisation, quarter, language), made))


def _marked(request: Request) -> Response:
    found, organisation, quarter, language = _asked(request)
    draft = drafts.draft_of(found, organisation=organisation, quarter=quarter)
    if draft is None:
        raise KeyError(organisation)
    made = offline.marked(found, draft, language=language)
    return attachment(File(_name(organisation, quarter, language, "marked"), made))


def _file(request: Request) -> Response:
    found = asked_by(request)
    kept = receipts.file_of(found, return_id=number_of(request.query_params.get("return", "")))
    return attachment(File(kept.name, kept.content, kept.media_type))


def _evidence(request: Request) -> Response:
    found, asked = asked_by(request), request.path_params
    kept = evidence.open_file(found, file_id=number_of(asked["file"]), return_id=number_of(asked["return_id"]))
    return attachment(File(kept.name, kept.content, kept.media_type))


def open_data(found: Installation, form: str, language: str) -> File:
    """Give a file of open data; a `KeyError` for a format that there is not."""

    def made() -> bytes:
        return files.written(dataset.gather(found, today=today(), at=moment(), maps=_maps(found)), form, language)

    one = files.formats(found.framework)[form]
    until = figures.published_windows(found.framework, today())
    name = files.name_of(found.framework, until, form, language)
    return File(name, kept(found, form, language, make=made), one.media_type)


def _maps(found: Installation) -> Mapping[str, Areas]:
    try:
        return maps_of(found.framework, Settings.from_environment(os.environ).framework)
    except MapUnusableError:  # “kpi check” says why
        return {}


def _open_data(request: Request) -> Response:
    found = asked_by(request)
    return attachment(open_data(found, request.path_params["form"], plain.language_of(request, found.who.language)))


def edition(found: Installation, request: Request) -> Response:
    """Hand over the file of a published report that a request names."""
    asked = request.path_params
    edition_id, language = number_of(asked["edition"]), asked["language"]
    kept = editions.file_of(found, edition_id=edition_id, language=language, form=asked["form"], today=today())
    return attachment(File(kept.name, kept.content, kept.media_type))


def _edition(request: Request) -> Response:
    return edition(asked_by(request), request)


def _receipt(request: Request) -> Response:
    found = asked_by(request)
    told = receipts.receipt(found, return_id=number_of(request.path_params["return_id"]))
    language = plain.language_of(request, found.who.language)
    title, body = receipt_page(found.framework, told, own_name(told.revision.language), language)
    there = urlencode({"lang": language, "org": told.organisation.code, "quarter": str(told.revision.quarter)})
    back = el("a", tr(N_("What is due"), language), href=f"/my_returns?{there}")
    may_go_on = may(found.who, Deed.REPORT, organisation=told.organisation.code)
    below = el("p", back, class_="screen") if may_go_on else None
    return plain.page(request, title, body, below, language=language, name=_programme(language))


def _asked(request: Request) -> tuple[Installation, str, Quarter, str]:
    """Read whose quarter is asked for, and in which language."""
    found, asked = asked_by(request), request.query_params
    quarter = Quarter.parse(asked.get("quarter", ""))
    return found, asked.get("org", ""), quarter, plain.language_of(request, found.who.language)


def _name(organisation: str, quarter: Quarter, language: str, *more: str) -> str:
    return f"{'_'.join([organisation, str(quarter), language, *more])}.xlsx"


def _route(path: str, make: Callable[[Request], Response]) -> Route:
    return Route(path, partial(served, make=make))


ROUTES = (
    _route("/download/template", _template),
    _route("/download/workbook", _workbook),
    _route("/download/marked", _marked),
    _route("/download/file", _file),
    _route("/download/open_data/{form}", _open_data),
    _route("/download/edition/{edition}/{language}/{form}", _edition),
    _route("/evidence/{return_id}/{file}", _evidence),
    _route("/receipt/{return_id}", _receipt),
)
