"""The status of an indicator as people see it: a sign and a word, and a colour that only repeats them."""

from enum import StrEnum

from kpi.language import tr
from kpi.measure.model import Measurement, Standing, State, Status
from kpi.present.html import Html, el, join
from kpi.problems import N_

#: The word, the sign, and the tone (a class of the style sheet) of each status.
WORDS = {
    Status.ACHIEVED: N_("achieved"),
    Status.ON_TRACK: N_("on track"),
    Status.AT_RISK: N_("at risk"),
    Status.OFF_TRACK: N_("off track"),
    Status.NO_DATA: N_("no data"),
    Status.NO_TARGET: N_("no target"),
    Status.PROVISIONAL: N_("provisional"),
    Status.TOO_FEW: N_("too few to judge"),
    Status.NOTHING_DUE: N_("nothing due yet"),
}
SIGNS = {
    Status.ACHIEVED: "✓",
    Status.ON_TRACK: "●",
    Status.AT_RISK: "▲",
    Status.OFF_TRACK: "▼",
    Status.NO_DATA: "∅",
    Status.NO_TARGET: "—",
    Status.PROVISIONAL: "◔",
    Status.TOO_FEW: "∴",
    Status.NOTHING_DUE: "○",
}
TONES = {Status.ACHIEVED: "good", Status.ON_TRACK: "good", Status.AT_RISK: "risk", Status.OFF_TRACK: "bad"}

#: The statuses that say all is well, and those that are no verdict.
WELL = frozenset({Status.ACHIEVED, Status.ON_TRACK})
VERDICTS = frozenset(TONES)
#: What is not published, not collected or means nothing in a window has a standing that nobody asks for.
SILENT = frozenset({State.NOT_PUBLISHED, State.NOT_COLLECTED, State.NOT_AVAILABLE})


class Group(StrEnum):
    """The statuses in brief, the best first."""

    WELL = "well"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NONE = "none"


#: The word, the sign and the tone of each group.
GROUPS = {
    Group.WELL: (N_("on track or achieved"), SIGNS[Status.ON_TRACK], "good"),
    Group.AT_RISK: (WORDS[Status.AT_RISK], SIGNS[Status.AT_RISK], "risk"),
    Group.OFF_TRACK: (WORDS[Status.OFF_TRACK], SIGNS[Status.OFF_TRACK], "bad"),
    Group.NONE: (N_("without a verdict"), SIGNS[Status.NOTHING_DUE], "none"),
}


def group(status: Status) -> Group:
    """Tell to which group a status belongs."""
    if status in WELL:
        return Group.WELL
    return Group(status.value) if status in VERDICTS else Group.NONE


def sign(status: Status) -> Html:
    """Show the sign of a status for those who see it; its word stands beside it."""
    return el("span", SIGNS[status], class_="k-sign", aria_hidden="true")


def word(status: Status, language: str) -> str:
    """Name a status."""
    return tr(WORDS[status], language)


def verdict(found: Measurement, language: str, *, preliminary: bool = False) -> Html | None:
    """Show how a figure stands; nothing where its state has said already why there is none."""
    return None if found.state in SILENT else badge(found.standing, language, preliminary=preliminary)


def badge(standing: Standing, language: str, *, preliminary: bool = False) -> Html:
    """Show a status: sign, word, and “above plan” where that holds.

    A `preliminary` verdict is said to be so, and has no colour.
    """
    beside = [N_("above plan")] if standing.above_plan else []
    if preliminary and standing.status in VERDICTS:
        beside.append(N_("preliminary"))
    tone = "none" if preliminary else TONES.get(standing.status, "none")
    return el(
        "span",
        sign(standing.status),
        word(standing.status, language),
        *(join(" ", el("span", tr(each, language), class_="k-above")) for each in beside),
        class_=f"k-badge k-{tone}",
    )
