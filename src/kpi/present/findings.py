"""What the figures say, in sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import pick, whole
from kpi.measure.model import Measurement, Status
from kpi.present import status
from kpi.present.cards import Shown
from kpi.present.words import of, percent, period, state, title, with_unit
from kpi.problems import N_

_NAMED = 3


def overview(framework: Framework, shown: Mapping[str, Shown], language: str) -> list[str]:
    """Say how many main indicators are on track, and which are furthest behind."""
    main = [one.now for key, one in shown.items() if framework.indicators[key].supports is None]
    if any(found.slice or found.organisation for found in main):
        return [
            whole(N_("Targets hold for the whole programme: what is filtered has values, but no status."), language)
        ]
    counts = Counter(found.standing.status for found in main)
    good = sum(counts[each] for each in status.WELL)
    sentences = [
        whole(
            N_("{good} of {all} indicators are on track or have reached their target."),
            language,
            good=good,
            all=len(main),
        )
    ]
    for each, text in (
        (Status.AT_RISK, N_("At risk: {count}.")),
        (Status.OFF_TRACK, N_("Off track: {count}.")),
    ):
        if counts[each]:
            sentences.append(whole(text, language, count=counts[each]))
    without = len(main) - good - counts[Status.AT_RISK] - counts[Status.OFF_TRACK]
    if without:
        sentences.append(whole(N_("Without a verdict: {count}."), language, count=without))
    behind = _behind(framework, main, language)
    if behind:
        sentences.append(behind)
    return sentences


def _behind(framework: Framework, main: Sequence[Measurement], language: str) -> str | None:
    late = [
        found
        for found in main
        if found.standing.status in {Status.OFF_TRACK, Status.AT_RISK} and found.standing.achievement is not None
    ]
    late.sort(key=lambda found: found.standing.achievement or 0)
    names = "; ".join(
        f"{pick(framework.indicators[found.indicator].label, language)} "
        f"({percent(max(found.standing.achievement or Fraction(0), Fraction(0)), language)})"
        for found in late[:_NAMED]
    )
    return whole(N_("Furthest behind the plan: {names}."), language, names=names) if names else None


def indicator(framework: Framework, found: Measurement, language: str) -> str:
    """Say in a sentence where an indicator stands."""
    when = title(period(found.window, language))
    if found.value is None:
        return whole(N_("{window}: {state}."), language, window=when, state=state(found, framework, language))
    value = with_unit(framework, found.indicator, found.value, language)
    standing = found.standing
    if standing.status not in status.VERDICTS or standing.actual is None or standing.expected is None:
        return whole(
            N_("{window}: {value} – {status}."),
            language,
            window=when,
            value=value,
            status=status.word(standing.status, language),
        )
    if standing.basis == found.window:
        return whole(
            N_("{window}: {value}, where {expected} was expected – {status}."),
            language,
            window=when,
            value=value,
            expected=of(framework, found.indicator, standing.expected, language),
            status=status.word(standing.status, language),
        )
    return whole(
        N_("{window}: {value}. {basis}: {actual}, where {expected} was expected – {status}."),
        language,
        window=when,
        value=value,
        basis=title(period(standing.basis, language)),
        actual=of(framework, found.indicator, standing.actual, language),
        expected=of(framework, found.indicator, standing.expected, language),
        status=status.word(standing.status, language),
    )
