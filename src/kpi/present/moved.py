"""What has changed since a window before: which verdicts, and which indicators came closer to the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpi.framework.model import Framework
from kpi.language import number, pick, tr, whole
from kpi.measure.model import Measurement, Status
from kpi.present import status
from kpi.present.cards import Shown
from kpi.present.html import Html, el
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.table import Cell, Number, Table
from kpi.present.words import achieved, cuts_of, of, period, rounded, state
from kpi.problems import N_
from kpi.quarter import Window

_NAMED = 3
#: How many indicators are listed before the others are folded away.
_AT_ONCE = 5
#: Beyond ten times what was expected, points say nothing more.
_MOST = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator now and in the window that it is compared with."""

    now: Measurement
    before: Measurement

    def points(self, framework: Framework) -> Decimal | None:
        """Tell how many percentage points of achievement were gained, of the rounded numbers that are shown."""
        now, before = self.now.standing.achievement, self.before.standing.achievement
        if now is None or before is None or max(now, before) > _MOST:
            return None
        shown, then = (rounded(each, *cuts_of(framework)) for each in (now, before))
        return (shown - then).scaleb(2)

    @property
    def is_judged_anew(self) -> bool:
        """Tell whether the verdict is another one, or there was or is none.

        What was achieved at a year's end and goes on as planned is judged as before.
        """
        now, before = (one.standing.status for one in (self.now, self.before))
        if now is Status.ACHIEVED:
            return before is not now
        return status.group(now) is not status.group(before)


def compared(one: Shown) -> Measurement | None:
    """Give what an indicator is compared with: the window chosen, else the one before in its trend."""
    if one.before is not None:
        return one.before
    earlier = [each for each in one.trend if each.window.last < one.now.window.last]
    return earlier[-1] if earlier else None


def moved(shown: Mapping[str, Shown]) -> dict[str, Moved]:
    """Set every indicator beside what it is compared with, where there is such a thing."""
    return {key: Moved(one.now, before) for key, one in shown.items() if (before := compared(one)) is not None}


def since(found: Mapping[str, Moved]) -> Window | None:
    """Give the window that is compared with."""
    return next((one.before.window for one in found.values()), None)


def points(gained: Decimal | None, language: str) -> str:
    """Write percentage points with their sign."""
    if gained is None:
        return ""
    sign = "±" if gained == 0 else "+" if gained > 0 else "−"
    named = tr(N_("pp"), language)
    return f"{sign}{number(abs(gained), language, max(0, -int(gained.as_tuple().exponent)))} {named}"


def changed(scene: Scene, found: Mapping[str, Moved]) -> list[Html]:
    """Say which main indicators are judged anew, and whose achievement rose and fell most."""
    main = [one for key, one in found.items() if scene.framework.indicators[key].supports is None]
    anew = sorted((one for one in main if one.is_judged_anew), key=lambda one: -_worse(one))
    measured = [(gained, one) for one in main if (gained := one.points(scene.framework))]
    closer = sorted(((gained, one) for gained, one in measured if gained > 0), key=lambda each: -each[0])
    further = sorted(((gained, one) for gained, one in measured if gained < 0), key=lambda each: each[0])
    language = scene.language
    return [
        _block(tr(N_("Judged differently"), language), [_anew(scene, one) for one in anew], language),
        _block(
            tr(N_("Achievement rose most"), language), [_moved(scene, one, "↑") for _, one in closer[:_NAMED]], language
        ),
        _block(
            tr(N_("Achievement fell most"), language),
            [_moved(scene, one, "↓") for _, one in further[:_NAMED]],
            language,
        ),
    ]


def _worse(one: Moved) -> int:
    order = list(status.Group)
    now, before = (status.group(each.standing.status) for each in (one.now, one.before))
    if status.Group.NONE in {now, before}:
        return 0
    return order.index(now) - order.index(before)


def _block(name: str, rows: Sequence[Html], language: str) -> Html:
    if not rows:
        return el("div", el("h3", name), el("p", tr(N_("None."), language), class_="k-note"), class_="k-moved")
    more = None
    if len(rows) > _AT_ONCE:
        summary = el("summary", whole(N_("Show {count} more"), language, count=len(rows) - _AT_ONCE))
        more = el("details", summary, el("ul", *rows[_AT_ONCE:]), class_="k-fold")
    return el("div", el("h3", name), el("ul", *rows[:_AT_ONCE]), more, class_="k-moved")


def _name(scene: Scene, key: str) -> Html:
    name = pick(scene.framework.indicators[key].label, scene.language)
    return el("a", el("span", key, class_="k-key"), name, href=indicator_link(key, scene.params))


def _anew(scene: Scene, one: Moved) -> Html:
    turned = el(
        "span",
        status.badge(one.before.standing, scene.language),
        el("span", " → ", class_="k-turned"),
        status.badge(one.now.standing, scene.language),
        class_="k-anew",
    )
    return el("li", _name(scene, one.now.indicator), turned)


def _moved(scene: Scene, one: Moved, sign: str) -> Html:
    language = scene.language
    text = whole(
        N_("{now} of what was expected, {before} before"),
        language,
        now=achieved(scene.framework, one.now.standing.achievement, language),
        before=achieved(scene.framework, one.before.standing.achievement, language),
    )
    gained = el(
        "span", el("span", sign, class_="k-sign", aria_hidden="true"), points(one.points(scene.framework), language)
    )
    return el("li", _name(scene, one.now.indicator), el("span", gained, el("span", text), class_="k-anew"))


def as_table(scene: Scene, found: Mapping[str, Moved]) -> Table:
    """Give every indicator beside what it is compared with."""
    framework, language = scene.framework, scene.language
    one = next(iter(found.values()))
    before, now = period(one.before.window, language), period(one.now.window, language)
    value, stood, reached = (tr(each, language) for each in (N_("Value"), N_("Status"), N_("Achievement")))
    heads = [
        tr(N_("Key"), language),
        tr(N_("Indicator"), language),
        *(f"{each}, {when}" for each in (value, stood, reached) for when in (before, now)),
    ]

    def cells(key: str, one: Moved) -> list[Cell]:
        both = (one.before, one.now)
        return [
            key,
            pick(framework.indicators[key].label, language),
            *(
                Number(
                    state(each, framework, language)
                    if each.value is None
                    else of(framework, key, each.value, language),
                    each.value,
                )
                for each in both
            ),
            *(status.word(each.standing.status, language) for each in both),
            *(
                Number(achieved(framework, one_, language), one_)
                for one_ in (each.standing.achievement for each in both)
            ),
        ]

    title = whole(N_("What has changed against {window}"), language, window=before)
    return Table(title, heads, [cells(key, one) for key, one in found.items()])
