"""Where a change comes from: the organisations whose figures changed most, of what adds up."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import tr, whole
from kpi.measure.model import WITHHELD, Measurement, Organisation
from kpi.present.beside import comparable
from kpi.present.sources import organisation
from kpi.present.words import change, of, period
from kpi.problems import N_

_NAMED = 3


def sentence(  # noqa: PLR0913 (a figure twice, and its parts twice)
    framework: Framework,
    now: Measurement,
    before: Measurement | None,
    *,
    parts: Sequence[Measurement],
    earlier: Sequence[Measurement],
    names: Mapping[str, Organisation],
    language: str,
) -> str | None:
    """Say who made most of a change; nothing of shares and means, or where parts are not shown."""
    measure = framework.indicators[now.indicator].measure
    if before is None or now.value is None or before.value is None or now.value == before.value:
        return None
    if not comparable(framework, now, before):
        return None
    if (
        measure.ratio is not None
        or measure.mean is not None
        or any(one.state in WITHHELD for one in (*parts, *earlier))
    ):
        return None
    then = {one.organisation: one for one in earlier if one.organisation}
    there = {one.organisation: one for one in parts if one.organisation}
    differences = {code: _value(there.get(code)) - _value(then.get(code)) for code in {**then, **there}}
    falls = now.value < before.value
    most = sorted((each, code) for code, each in differences.items() if each and (each < 0) == falls)
    if not falls:
        most.reverse()
    named = []
    for each, code in most[:_NAMED]:
        said = [change(framework, now.indicator, each, Fraction(0), language)]
        if _is_silent(there.get(code)):
            said.append(tr(N_("not reported"), language))
        elif _is_silent(then.get(code)):
            said.append(tr(N_("not reported before"), language))
        named.append(f"{organisation(names, code, language)} ({', '.join(said)})")
    if not named:
        return None
    return whole(
        N_("Against {window}, {before}: {change}. It changed most at {names}."),
        language,
        window=period(before.window, language),
        before=of(framework, now.indicator, before.value, language),
        change=change(framework, now.indicator, now.value, before.value, language),
        names="; ".join(named),
    )


def _value(one: Measurement | None) -> Fraction:
    """Give what an organisation adds to the whole: nothing where it said nothing."""
    return one.value if one is not None and one.value is not None else Fraction(0)


def _is_silent(one: Measurement | None) -> bool:
    """Tell whether an organisation said nothing: its part of a change is then no change of its own."""
    return one is None or one.value is None
