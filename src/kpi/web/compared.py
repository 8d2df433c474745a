"""The table of the page that compares, with its ways out, and what is said around it."""

from kpi.access import Deed
from kpi.language import day, pick, tr, whole
from kpi.measure.model import ORGANISATION, WITHHELD, State
from kpi.present import heat, matrix, spreadsheet, words
from kpi.present.beside import alike
from kpi.present.matrix import Matrix
from kpi.present.profile import category
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import asked, courses, frame
from kpi.web.comparing import QUARTER, YEAR, Compared, along, called, period_name, windows_of
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language, now
from kpi.web.view import Against

#: How colours are made: each row by itself, or one indicator's all together.
_SCALE = N_(
    "Colour: (value − lowest) ÷ (highest − lowest) of its row, over all columns; "
    "where less is better, the other way round. Counts and sums begin at 0."
)
_SCALE_OF_ALL = N_(
    "Colour: (value − lowest) ÷ (highest − lowest) of the whole table; "
    "where less is better, the other way round. Counts and sums begin at 0."
)


def shown(scene: Scene, what: Compared, everything: Matrix, seen: Matrix) -> None:
    """Show the table with its ways out: CSV and Excel hold all columns."""
    framework, said = scene.framework, scene.language
    name = _told(what)
    table = asked.kept(
        f"compared {what.across} {what.one} {what.view.window} {sorted(what.where.items())} {what.only} {said}",
        what.view.provisional,
        lambda: matrix.table(framework, everything, name, said),
    )
    formats = [spreadsheet.number_format(framework, what.one or str(row[0])) for row in table.rows]
    frozen = "B2" if what.one else "E2" if everything.whole else "D2"
    frame.beneath(
        table,
        key="compared",
        drawing=heat.drawn(scene, everything, seen, name),
        is_table=True,
        notes=_notes(what, seen),
        subject=_subject(what),
        computed=[
            tr(
                N_(
                    "Each figure is made for its column alone, as the indicator's definition says; "
                    "a ratio or mean is never averaged over others."
                ),
                said,
            ),
            tr(_SCALE_OF_ALL if what.one else _SCALE, said),
        ],
        workbook=lambda: spreadsheet.workbook(table, formats, language=said, frozen=frozen),
    )


def _subject(what: Compared) -> str:
    framework, said = installation().framework, language()
    columns = called(framework, what.across, said)
    if what.one is not None:
        return whole(N_("{indicator} – {columns}"), said, indicator=frame.of_indicator(what.one), columns=columns)
    return whole(N_("Indicators side by side – {columns}"), said, columns=columns)


def _told(what: Compared) -> str:
    """Say of which period and of what the figures are: what they are limited to."""
    framework, said = installation().framework, language()
    time = title(period(what.view.window, said))
    if what.in_time and (windows := windows_of(what)):
        time = " – ".join(dict.fromkeys(period_name(one) for one in (windows[0], windows[-1])))
    return " · ".join(
        [time, *(category(framework.dimensions[by].categories, key, said) for by, key in what.where.items())]
    )


def _notes(what: Compared, seen: Matrix) -> list[str]:
    framework, said = installation().framework, language()
    legend = N_(
        "Within each row: the stronger the colour, the better; the best is bold. "
        "Where there is no number, words say why."
    )
    if what.one is not None:
        legend = N_(
            "Over the whole table: the stronger the colour, the better; the best is bold. "
            "Where there is no number, words say why."
        )
    begun = []
    if what.across == YEAR or (what.in_time and not allowed(Deed.SEE_UNDISCLOSED)):
        among = tr(N_("What adds up over time is coloured among whole years only."), said)
        begun = [*words.begun(framework, asked.years(what.view), said), among]
    beneath = [text] if (text := _beneath(what)) is not None else []
    if what.one is not None and what.across == ORGANISATION:
        known = {one.code: one for one in now().organisations}
        begun += courses.left([known[code] for code in seen.rows if code in known], what.view.window.last)
    return [*begun, tr(legend, said), *heat.carried(seen, said), *matrix.provisional(framework, seen, said), *beneath]


def says_something(everything: Matrix) -> bool:
    """Tell whether any cell has a value, or one that is not shown."""
    every = (one for cells in everything.cells.values() for one in cells.values())
    return any(one.value is not None or one.state in WITHHELD - {State.NOT_PUBLISHED} for one in every)


def unfinished(what: Compared) -> list[str]:
    """Say that the last year compared is not over, and that returns of the last period may still come in."""
    said, due_days = language(), installation().framework.rules.due_days
    *_, window = [what.view.window, *(windows_of(what) if what.in_time else [])]
    told = []
    if what.in_time and (window.unfinished or (what.across == YEAR and today() <= window.last.ends)):
        told.append(tr(N_("The last year is not over: what adds up in it is not yet a whole year's."), said))
    if window.is_running(today(), due_days):
        text = N_("Returns of {quarter} may come until {day}: until then its figures are provisional.")
        told.append(whole(text, said, quarter=window.last, day=day(window.last.due(due_days), said)))
    return told


def _beneath(what: Compared) -> str | None:
    """Say what the small numbers are, where there are any."""
    framework, said, now = installation().framework, language(), what.view.window
    then, against = what.view.then(framework.programme.starts), along(what)
    if what.across in {QUARTER, YEAR} and isinstance(against, Against):
        before = what.across == QUARTER and against is Against.BEFORE
        text = N_("Beneath each figure: its change against a year earlier.")
        return tr(N_("Beneath each figure: its change against the period before.") if before else text, said)
    running = now.is_running(today(), framework.rules.due_days)
    if then is None or running or what.one is not None:
        return None
    text = whole(N_("Beneath each figure: its change against {window}."), said, window=period(then.window, said))
    if alike(framework, now, then.window, running=running):
        return text
    unlike = tr(N_("What adds up over time is not held against a period of another length."), said)
    return f"{text} {unlike}"


def set_aside(what: Compared) -> str | None:
    """Name the filter that is set aside, because figures are compared along it."""
    framework, said = installation().framework, language()
    key = what.view.where.get(what.across)
    if key is None:
        return None
    name = pick(framework.dimensions[what.across].categories[key].label, said)
    return whole(N_("All are compared here, not only {name}."), said, name=name)
