"""Who is signed in, said at the head of every page; and whose part is played in the demonstration."""

import streamlit as st

from kpi.access import ROLE_NAMES, Person
from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_

#: Asks to end all sessions of whoever signs out.
EVERYWHERE = "everywhere"


def whoever(looks: Person, said: str) -> None:
    """Name who looks, with the ways out where they signed in: of this session, or of all of theirs."""
    if looks.id is None:
        return
    out = el("a", tr(N_("Sign out"), said), href="/sign-out", target="_self")
    everywhere = el("a", tr(N_("Sign out everywhere"), said), href=f"/sign-out?{EVERYWHERE}=1", target="_self")
    role = tr(ROLE_NAMES[looks.role], said)
    st.html(el("p", looks.name, " · ", role, " · ", out, " · ", everywhere, class_="k-who"), width="content")


def role_picker(looks: Person, said: str) -> None:
    """Let whoever looks around in the demonstration do so as somebody else."""
    roles = [
        el(
            "a",
            tr(name, said),
            href=f"/play/{role.value}",
            target="_self",
            aria_current="true" if role is looks.role else None,
        )
        for role, name in ROLE_NAMES.items()
    ]
    st.html(el("nav", el("span", tr(N_("Look as:"), said)), *roles, class_="k-roles", aria_label=tr(N_("Role"), said)))
