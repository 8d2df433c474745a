"""What an indicator's charts are called, and what they say to whoever cannot see them."""

from collections.abc import Sequence

from kpi.language import whole
from kpi.measure.model import Measurement
from kpi.present.aims import Mark, marked
from kpi.present.drawn import Drawn
from kpi.problems import N_
from kpi.quarter import WindowKind


def progress_title(drawn: Drawn, found: Sequence[Measurement]) -> str:
    """Say what `progress` shows of these: the path and the targets only where there are any."""
    basis = found[-1].standing.basis
    aimed = any(each.standing.expected is not None for each in found)
    if basis.first == basis.last:
        against = N_("At each quarter's end, against the expected path (dotted) and the targets (diamonds).")
        return drawn.say(against if aimed else N_("At each quarter's end."))
    if basis.kind is WindowKind.SINCE_START:
        against = N_("Added up since the start, against the expected path (dotted) and the targets (diamonds).")
        return drawn.say(against if aimed else N_("Added up since the start."))
    against = N_("Each year to date, against the expected path (dotted) and the year's target (diamonds).")
    return drawn.say(against if aimed else N_("Each year to date."))


def marks_said(drawn: Drawn, found: Sequence[Measurement]) -> list[str]:
    """Name the hollow marks that are drawn, with their values: the baseline, and targets that were others before."""
    key, said = found[0].indicator, []
    there = marked(drawn.framework, found)
    for mark, text in (
        (Mark.BASELINE, N_("Hollow square: the baseline ({values}).")),
        (Mark.FORMER, N_("Hollow diamond: a target as it was before it was changed ({values}).")),
    ):
        values = "; ".join(f"{year}: {drawn.of(key, value)}" for year, value in there.get(mark, {}).items())
        if values:
            said.append(whole(text, drawn.language, values=values))
    return said


def own_title(drawn: Drawn, found: Sequence[Measurement]) -> str:
    """Say what `by_period` shows of these: the dashes only where something was expected."""
    aimed = any(each.expected is not None for each in found)
    if any(len(each.window) > 1 for each in found):
        with_dash = N_("Each year's own value, of the running one so far; the dash is what was expected of it.")
        return drawn.say(with_dash if aimed else N_("Each year's own value, of the running one so far."))
    with_dash = N_("Each quarter's own value; the dash is what was expected of it.")
    return drawn.say(with_dash if aimed else N_("Each quarter's own value."))


def summary(drawn: Drawn, found: Sequence[Measurement], *, judged: bool) -> str:
    """Say what a chart shows, for whoever cannot see it: every period with its `judged` value, or its own."""
    said = []
    for each in found:
        value = each.standing.actual if judged else each.value
        if value is not None:
            said.append(f"{drawn.when(each.window)}: {drawn.of(each.indicator, value)}")
    return "; ".join(said) or drawn.say(N_("No values in this time."))
