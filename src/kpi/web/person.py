"""Who looks, and in which language: asked by functions at each use.

Reruns of fragments never run the shell, and callbacks run before it: so whoever was signed out or disabled meanwhile
is noticed here, by every page, fragment and callback that asks for the installation. A page asks a hundred times while
it is drawn, so that an answer serves the thread that draws it for a moment; the shell and callbacks ask afresh.
"""

from collections.abc import Callable, Sequence
from threading import local
from time import monotonic
from urllib.parse import urlencode, urlsplit

import streamlit as st
from babel import Locale

from kpi import cast
from kpi.access import NOBODY, Deed, Person, may
from kpi.figures import Overview, overview
from kpi.installation import Installation
from kpi.language import LOCALES, tr
from kpi.measure.model import Organisation
from kpi.present.html import el
from kpi.present.sources import by_name
from kpi.problems import N_
from kpi.sessions import who_holds
from kpi.web.address import params
from kpi.web.cookies import ROLE, session_cookie
from kpi.web.opened import moment, opened

_NOW, _NOT_KEPT = "store.now", "person.not_kept"
_LANGUAGE = "person.language"
#: For so many seconds an answer to who looks serves the thread that asked.
_A_MOMENT = 1.0
_NOT_OPEN = N_("This file is not open to you any more. Sign in again, or load the page again.")
_answers = local()


def language() -> str:
    """Give the reader's language: the one chosen, else the account's, the browser's, the framework's first."""
    offered = languages()
    for wanted in (params().get("lang"), st.session_state.get(_LANGUAGE), (st.context.locale or "").partition("-")[0]):
        if wanted and wanted.lower() in offered:
            return wanted.lower()
    return offered[0]


def languages() -> Sequence[str]:
    """Give the languages to choose from; without a framework, those of the program."""
    found = opened().installation
    if found is not None:
        return found.framework.languages
    return ["en", *sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir())]


def own_name(code: str) -> str:
    """Name a language in its own words."""
    name = Locale.parse(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


def who(*, afresh: bool = False) -> Person:
    """Give who looks; nobody where they are signed out. `afresh` asks the store, whatever was answered before."""
    found = opened().installation
    if found is None:
        return NOBODY
    cookies = st.context.cookies
    token, role = cookies.get(session_cookie()), cookies.get(ROLE)
    asked, until, looks = getattr(_answers, "last", (None, 0.0, NOBODY))
    if not afresh and asked == (id(found), token, role) and monotonic() < until:
        return looks
    if is_demonstration():
        looks = cast.played(found, role)
    else:
        looks = who_holds(found, token=token, at=moment()) or NOBODY
        st.session_state[_LANGUAGE] = looks.language
    _answers.last = (id(found), token, role), monotonic() + _A_MOMENT, looks
    return looks


def is_demonstration() -> bool:
    """Tell whether sample data are shown on this very machine, where one may play any role."""
    found = opened().installation
    local = cast.is_local(st.context.headers.get("host"), st.context.ip_address)
    return local and found is not None and cast.plays(found)


def installation() -> Installation:
    """Give the installation as whoever looks may see it; to nobody nothing is shown."""
    found, looks = opened().installation, who()
    if found is None:
        st.stop()
    if looks is NOBODY:
        signed_out()
        st.stop()
    return found.asked_by(looks)


def held() -> Installation | None:
    """Give the installation to a callback; none for nobody. What is drawn next tells them that they are signed out."""
    found, looks = opened().installation, who(afresh=True)
    return found.asked_by(looks) if found is not None and looks is not NOBODY else None


def theirs(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Let a download be made at the click, for whoever it was drawn for; a sentence is all that others get.

    The click comes outside of any drawing, and anybody's session may fetch what it gives: so the store is asked who
    holds the session by now that the button was drawn in.
    """
    looks, token, text = who(), st.context.cookies.get(session_cookie()), tr(_NOT_OPEN, language())
    plays = is_demonstration()

    def made() -> bytes:
        found = opened().installation
        holds = None if found is None or plays else who_holds(found, token=token, at=moment())
        return make() if plays or holds == looks else text.encode("utf-8-sig")

    return made


def not_kept(text: str) -> None:
    """Remember what somebody typed who was not signed in any more, so that it can be copied."""
    st.session_state.setdefault(_NOT_KEPT, []).append(text)


def signed_out() -> None:
    """Say that nobody is signed in any more, what was typed since, and where to sign in to come back here."""
    said, typed = language(), [one for one in st.session_state.get(_NOT_KEPT, ()) if one]
    here = urlsplit(st.context.url or "").path + "?" + urlencode(params())
    there = "/sign-in?" + urlencode({"lang": said, "next": here if here.startswith("/") else "/"})
    st.html(
        el(
            "section",
            el("h1", tr(N_("You are signed out"), said)),
            el("p", tr(N_("Sign in again to go on. What you saved is still there."), said)),
            el("p", tr(N_("What you typed last was not saved; copy it first:"), said)) if typed else None,
            *(el("p", el("code", one)) for one in typed),
            el("p", el("a", tr(N_("Sign in"), said), href=there, target="_self")),
            class_="k-state",
        )
    )


def allowed(deed: Deed, *, organisation: str | None = None) -> bool:
    """Tell whether whoever looks may do something: what they may not is left out of the page."""
    return may(who(), deed, organisation=organisation)


def may_see_rows(organisation: str) -> bool:
    """Tell whether whoever looks may see the rows of an organisation's returns."""
    return allowed(Deed.SEE_ROWS) or allowed(Deed.REPORT, organisation=organisation)


def now(*, afresh: bool = False) -> Overview:
    """Tell who reports, and what the last change of the store was; the shell asks `afresh`, once a rerun."""
    if afresh or _NOW not in st.session_state:
        st.session_state[_NOW] = overview(installation())
    found: Overview = st.session_state[_NOW]
    return found


def organisations() -> list[Organisation]:
    """Give the reporting organisations, by name."""
    return by_name(now().organisations, language())
