"""The people of an installation: invited, changed, disabled, given links."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from kpi.access import ROLE_NAMES, ROLES, Role
from kpi.installation import Installation
from kpi.language import pick, tr
from kpi.mail import send_link
from kpi.organisations import Organisation, all_organisations
from kpi.people import Account, AccountState, change, invite, link_address, list_people, missing, reset, state_of
from kpi.present.html import el
from kpi.present.listing import people_table
from kpi.present.sources import by_name
from kpi.problems import N_, SaidError
from kpi.settings import Settings
from kpi.web import telling
from kpi.web.opened import moment
from kpi.web.person import installation, language, languages, own_name

_AREA = "people"
_LINK, _ROUND = "administration.link", "administration.people.round"
_NEW = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the fields of an account say."""

    name: str
    role: Role
    organisations: list[str]
    language: str | None


def people() -> None:
    """Show who may sign in, and let the reader invite and change them."""
    here, said = installation(), language()
    found = list_people(here)
    known = {one.code: one for one in by_name(all_organisations(here), said)}
    telling.whether_done(_AREA)
    _link(here)
    if found:
        st.html(people_table(found, known, {code: own_name(code) for code in languages()}, said))
    else:
        st.html(el("p", tr(N_("Nobody has an account yet. Invite the first person below."), said), class_="k-nothing"))
    accounts = {one.email: one for one in found}
    st.html(el("h2", tr(N_("Invite or change somebody"), said)))
    chosen = st.selectbox(
        tr(N_("Person"), said),
        [_NEW, *accounts],
        format_func=lambda email: f"{accounts[email].name} · {email}" if email else tr(N_("Somebody new"), said),
        key=f"person.{_round()}",
    )
    if chosen:
        _change(here, accounts[chosen], known)
    else:
        _invite(here, known)


def _invite(here: Installation, known: Mapping[str, Organisation]) -> None:
    said = language()
    email = st.text_input(tr(N_("E-mail address"), said), key=f"person.{_round()}.email", max_chars=254)
    account = _fields(None, known)
    wrong = st.empty()
    if not st.button(tr(N_("Invite"), said), type="primary", key="person.invite"):
        return
    if lacking := missing(email=email, name=account.name, role=account.role, organisations=account.organisations):
        telling.each_wrong(lacking, wrong)
        return
    try:
        invited, token = invite(
            here,
            email=email,
            name=account.name,
            role=account.role,
            organisations=account.organisations,
            language=account.language,
            at=moment(),
        )
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    _keep_link(here, invited, token)
    telling.done(_AREA, tr(N_("{name} was invited."), said, name=invited.name))


def _change(here: Installation, before: Account, known: Mapping[str, Organisation]) -> None:
    said, state = language(), state_of(before)
    account = _fields(before, known)
    enabled = st.toggle(
        tr(N_("May sign in"), said), value=state is not AccountState.DISABLED, key=f"person.{_round()}.{before.id}.may"
    )
    wrong = st.empty()
    with st.container(horizontal=True):
        saved = st.button(tr(N_("Save"), said), type="primary", key="person.save")
        linked = st.button(
            tr(N_("New link to choose a password"), said),
            key="person.link",
            disabled=state is AccountState.DISABLED,
            help=tr(N_("It serves once, and for a day. Links given before it no longer serve."), said),
        )
    organisations = account.organisations
    if saved and (
        lacking := missing(email=before.email, name=account.name, role=account.role, organisations=organisations)
    ):
        telling.each_wrong(lacking, wrong)
        return
    try:
        if saved:
            change(
                here,
                person_id=before.id,
                name=account.name,
                role=account.role,
                organisations=account.organisations,
                language=account.language,
                enabled=enabled,
                at=moment(),
            )
        elif linked:
            _keep_link(here, before, reset(here, person_id=before.id, at=moment()))
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    if saved:
        telling.done(_AREA, tr(N_("What you changed of {name} is saved."), said, name=account.name))
    elif linked:
        telling.done(_AREA, tr(N_("There is a new link for {name}."), said, name=before.name))


def _fields(before: Account | None, known: Mapping[str, Organisation]) -> _Said:
    """Show the fields of an account, as it stands."""
    said, key = language(), f"person.{_round()}.{before.id if before else 'new'}"
    offered = [None, *languages()]
    with st.container(horizontal=True, gap="small"):
        name = st.text_input(
            tr(N_("Name"), said), value=before.name if before else "", key=f"{key}.name", max_chars=200
        )
        role = st.selectbox(
            tr(N_("Role"), said),
            ROLES,
            index=ROLES.index(Role(before.role)) if before else ROLES.index(Role.REPORTER),
            format_func=lambda one: tr(ROLE_NAMES[one], said),
            key=f"{key}.role",
            width=290,
        )
        spoken = st.selectbox(
            tr(N_("Language"), said),
            offered,
            index=offered.index(before.language) if before and before.language in offered else 0,
            format_func=lambda code: own_name(code) if code else tr(N_("the browser's"), said),
            key=f"{key}.language",
            width=200,
        )
    codes: list[str] = []
    if role in {Role.REPORTER, Role.MANAGER}:
        own = N_("Belongs to: where they decide on its returns, that shows")
        codes = st.multiselect(
            tr(N_("Reports for") if role is Role.REPORTER else own, said),
            list(known),
            default=sorted(before.organisations & known.keys()) if before else [],
            format_func=lambda code: f"{pick(known[code].name, said)} ({code})",
            placeholder=tr(N_("Choose organisations"), said),
            key=f"{key}.organisations",
            select_all=False,
        )
    return _Said(name, role, codes, spoken)


def _round() -> int:
    """Count what was done: the fields are new ones after each."""
    return int(st.session_state.get(_ROUND, 0))


def _keep_link(here: Installation, account: Account, token: str) -> None:
    """Keep a link for whoever asked for it, until they put it away; nowhere else is it written down."""
    st.session_state[_ROUND] = _round() + 1
    address = Settings.from_environment(os.environ).public_url
    if address is None:
        there = urlsplit(st.context.url or "")
        address = f"{there.scheme}://{there.netloc}" if there.netloc else Settings.from_environment(os.environ).address
    st.session_state[_LINK] = (here.who, account, link_address(address, token))


def _link(here: Installation) -> None:
    said, settings = language(), Settings.from_environment(os.environ)
    whose, account, link = st.session_state.get(_LINK, (None, None, ""))
    if whose != here.who or account is None:
        st.session_state.pop(_LINK, None)
        return
    with st.container(border=True, key="link"):
        text = N_("Send this link to {name} ({email}), and to nobody else. It serves once, and for a day.")
        st.html(el("p", tr(text, said, name=account.name, email=account.email)))
        st.code(link, language=None, wrap_lines=True)
        st.html(el("p", tr(N_("It is shown here only, and not again once you put it away."), said), class_="k-note"))
        wrong = st.empty()
        with st.container(horizontal=True):
            posted = settings.smtp_url and st.button(tr(N_("Send it by e-mail"), said), key="person.post")
            if st.button(tr(N_("Put away"), said), key="person.put_away"):
                st.session_state.pop(_LINK)
                st.rerun()
    if posted:
        programme = here.framework.programme.name
        try:
            send_link(settings, account, link=link, programme=programme, language=said, at=moment())
        except SaidError as fault:
            telling.wrong(fault, wrong)
            return
        telling.done(_AREA, tr(N_("The letter to {email} is on its way."), said, email=account.email))
