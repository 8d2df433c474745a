"""What was changed after its quarter was locked, in words, with what it was."""

from collections.abc import Mapping, Sequence

from kpi.framework.model import Framework
from kpi.language import day, tr, whole
from kpi.locks import StoredLock
from kpi.present.html import Html, el
from kpi.present.words import of, period, state, title
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.restated import Restated


def mark(framework: Framework, one: Restated | None, language: str) -> Html | None:
    """Mark a figure that was restated, with the former value where that is open to the reader."""
    if one is None:
        return None
    sign = el("span", "↻", class_="k-sign", aria_hidden="true")
    return el("span", sign, said(framework, one, language), class_="k-restated")


def said(framework: Framework, one: Restated, language: str) -> str:
    """Say that a figure was restated, and what it was."""
    if one.former is None:
        return tr(N_("restated"), language)
    return whole(N_("restated; was {former}"), language, former=_former(framework, one, language))


def _former(framework: Framework, one: Restated, language: str) -> str:
    former = one.former
    if former is None or former.value is None:
        return state(former, framework, language) if former is not None else ""
    return of(framework, former.indicator, former.value, language)


def restatements(
    framework: Framework, found: Sequence[Restated], locks: Mapping[Quarter, Sequence[StoredLock]], language: str
) -> Html:
    """List the windows in which a figure was restated: what it was, what it is, and why the quarter was reopened."""
    return el("ul", *(_line(framework, one, locks, language) for one in found), class_="k-restatements")


def _line(framework: Framework, one: Restated, locks: Mapping[Quarter, Sequence[StoredLock]], language: str) -> Html:
    window = el("strong", title(period(one.now.window, language)), ": ")
    if one.former is None:
        return el("li", window, tr(N_("restated"), language))
    now = (
        state(one.now, framework, language)
        if one.now.value is None
        else of(framework, one.now.indicator, one.now.value, language)
    )
    text = whole(
        N_("{former} when it was locked on {day}, {now} now."),
        language,
        former=_former(framework, one, language),
        day=day(one.locked_at, language),
        now=now,
    )
    reopened = [
        whole(N_("Reopened on {day}: {reason}"), language, day=day(each.reopened_at, language),
              reason=each.reopened_reason)
        for quarter, several in locks.items()
        if quarter in one.now.window
        for each in several
        if each.reopened_at is not None
    ]  # fmt: skip
    return el("li", window, text, *(el("span", why, class_="k-restated-why") for why in reopened))
