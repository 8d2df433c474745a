"""What the pages on practice list: findings, stories, acts; kept until the store changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from kpi import figures, influence, learning
from kpi import stories as told
from kpi.access import Deed
from kpi.framework.model import FormTime
from kpi.influence import Acts
from kpi.language import pick, tr, whole
from kpi.learning import Learned
from kpi.measure.disaggregation import attributes
from kpi.present import beside
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import dimension
from kpi.problems import N_
from kpi.quarter import WindowKind
from kpi.registers import Entry, told_by
from kpi.stories import Story
from kpi.web import asked, narrowing
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language
from kpi.web.view import View


@dataclass(frozen=True, slots=True)
class Stories:
    """The stories that a page tells; `lacks` names a dimension of the filter that no story tells."""

    stories: Sequence[Story]
    lacks: str | None


def learned(looking: View) -> Learned:
    """Give the findings that count in what is looked at."""
    here, basis = installation(), asked.counting(looking)
    return asked.kept(
        _asked("learned", looking),
        looking.provisional,
        lambda: learning.learned(here, looking.window, where=looking.where, basis=basis),
    )


def acts(looking: View) -> Acts:
    """Give the acts up to the end of what is looked at."""
    here, basis = installation(), asked.counting(looking)
    return asked.kept(
        _asked("acts", looking),
        looking.provisional,
        lambda: influence.acts(here, looking.window.last, where=looking.where, basis=basis),
    )


def stories(looking: View) -> Stories:
    """Give the stories of what is looked at; only approved ones are told."""
    here, page = installation(), installation().framework.pages.stories
    known = {*told_by(here.framework, page.form), *attributes(here.framework)} if page else set()
    lacks = next((one for one in looking.where if one not in known), None)
    found = asked.kept(
        _asked("stories", looking),
        False,  # noqa: FBT003 (what waits for approval is not told)
        lambda: told.stories(here, looking.window, where=looking.where),
    )
    return Stories(found, lacks)


def _asked(what: str, looking: View) -> str:
    own = ", ".join(sorted(installation().who.organisations))
    return f"{what} {looking.window} {sorted(looking.where.items())} {own}"


def then(looking: View) -> View | None:
    """Look at the window that is compared with; none where nothing was approved in it."""
    here = installation()
    before = looking.then(here.framework.programme.starts)
    if before is None:
        return None
    there = asked.kept(
        f"returns in {before.window}",
        provisional=False,
        answer=lambda: figures.returns_in(here, before.window),
    )
    return before if there else None


def running(looking: View) -> bool:
    """Tell whether returns of what is looked at may still come in."""
    return looking.window.is_running(today(), installation().framework.rules.due_days)


def counted(
    looking: View, form: str, count: int, listed: Callable[[View], Sequence[Entry]], to: Mapping[str, str]
) -> str:
    """Write how many rows are `listed`, beside how many were in the window that is compared with."""
    framework, said, before = installation().framework, language(), then(looking)
    if before is None:
        return str(count)
    windows = looking.window, before.window
    stands = framework.forms[form].time is not FormTime.FLOW
    compares = stands or beside.alike(framework, *windows, running=running(looking))
    former = sum(narrowing.fits(one, to) for one in listed(before))
    return beside.counted(count, former, windows, said, compares=compares)


def whose_rows() -> None:
    """Say to whoever sees the rows of their own organisations only that these are not all."""
    if not allowed(Deed.SEE_ROWS):
        text = N_("What is listed is your own organisation's. The figures are those of the whole programme.")
        st.html(el("p", tr(text, language()), class_="k-note"))


def since_start(looking: View, scene: Scene, page: str) -> None:
    """Lead to everything since the start, whoever may look at it and does not yet."""
    if allowed(Deed.SEE_UNDISCLOSED) and looking.window.kind is not WindowKind.SINCE_START:
        to = urlencode({**scene.params, "window": WindowKind.SINCE_START.value})
        link = el(
            "a",
            tr(N_("Show all since the start"), scene.language),
            href=f"{page}?{to}",
            target="_self",
            class_="k-back",
        )
        st.html(el("p", link, class_="k-note"))


def left_out(form: str, lacking: str) -> None:
    """Say that a register is left out, since its rows do not tell what the page is limited to."""
    framework, said = installation().framework, language()
    text = whole(
        N_("“{form}” is left out: not collected by {dimension}."),
        said,
        form=pick(framework.forms[form].label, said),
        dimension=dimension(framework, lacking, said),
    )
    st.html(el("p", text, class_="k-note"))
