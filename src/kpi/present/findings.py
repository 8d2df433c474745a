"""What the figures say, in sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import pick, whole
from kpi.measure.model import Measurement
from kpi.present import status
from kpi.present.cards import Shown
from kpi.present.html import Html, el
from kpi.present.judged import apart
from kpi.present.status import Group
from kpi.present.words import achieved, of, period, state, title, with_unit
from kpi.problems import N_

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, and where the list of indicators shows what it tells of: its parameters."""

    text: str
    to: Mapping[str, str] = field(default_factory=dict)


def lines(sentences: Iterable[str]) -> Html:
    """Show sentences beneath each other, so that each is found at a glance."""
    return el("div", *(el("p", one) for one in sentences), class_="k-findings")


def overview(framework: Framework, shown: Mapping[str, Shown], language: str) -> list[str]:
    """Say how many main indicators are on track, and which are furthest behind."""
    return [one.text for one in found(framework, shown, language)]


def found(framework: Framework, shown: Mapping[str, Shown], language: str) -> list[Finding]:
    """Say the same, each sentence with the way to the indicators that it tells of."""
    main = [one.now for key, one in shown.items() if framework.indicators[key].supports is None]
    if any(one.slice or one.organisation for one in main):
        return [
            Finding(
                whole(N_("Targets hold for the whole programme: what is filtered has values, but no status."), language)
            )
        ]
    counts = Counter(status.group(one.standing.status) for one in main)
    if counts[Group.NONE] == len(main):
        return [Finding(whole(N_("There is no verdict yet on any of {all} main indicators."), language, all=len(main)))]
    text = N_("{good} of {all} main indicators are on track or have reached their target.")
    sentences = [Finding(whole(text, language, good=counts[Group.WELL], all=len(main)), _listing(Group.WELL))]
    for each, text in (
        (Group.AT_RISK, N_("At risk: {count}.")),
        (Group.OFF_TRACK, N_("Off track: {count}.")),
        (Group.NONE, N_("Without a verdict: {count}.")),
    ):
        if counts[each]:
            sentences.append(Finding(whole(text, language, count=counts[each]), _listing(each)))
    behind = _behind(framework, main, language)
    if behind:
        sentences.append(Finding(behind, {"sort": "achievement"}))
    return sentences


def _listing(group: Group) -> Mapping[str, str]:
    return {"status": group.value, "supporting": "0"}


def _behind(framework: Framework, main: Sequence[Measurement], language: str) -> str | None:
    late = [
        one
        for one in main
        if status.group(one.standing.status) in {Group.OFF_TRACK, Group.AT_RISK}
        and one.standing.achievement is not None
    ]
    late.sort(key=lambda one: one.standing.achievement or 0)
    names = "; ".join(
        f"{pick(framework.indicators[one.indicator].label, language)} "
        f"({achieved(framework, max(one.standing.achievement or Fraction(0), Fraction(0)), language)})"
        for one in late[:_NAMED]
    )
    return (
        whole(N_("Furthest behind the plan of the main indicators: {names}."), language, names=names) if names else None
    )


def attracted(framework: Framework, shown: Mapping[str, Shown], language: str) -> str | None:
    """Say how much of what was expected others have given; nothing where the framework does not follow it."""
    funding = framework.pages.funding
    one = shown.get(funding.attracted) if funding else None
    if one is None or one.now.standing.actual is None or one.now.slice:
        return None
    key, standing = one.now.indicator, one.now.standing
    headlines = (each.label for each in framework.headlines.values() if each.indicator == key)
    name = pick(next(headlines, framework.indicators[key].label), language)
    if standing.achievement is None:
        text = N_("{name}, {window}: {value}.")
    else:
        text = N_("{name}, {window}: {value}, or {part} of what was expected by then.")
    return whole(
        text,
        language,
        name=name,
        window=period(standing.basis, language),
        value=with_unit(framework, key, standing.actual, language),
        part=achieved(framework, standing.achievement, language),
    )


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
    if not apart(found):
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
