"""What is odd in a return that holds no error: against its own history, between its forms, among other returns. Pure.

An oddity is a question to whoever reported, never a verdict: it keeps nothing out. It is named by what it is about and
by the very values that are odd, so that an answer holds for these values only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from statistics import median

from kpi.framework.model import FormTime, Framework
from kpi.framework.once import once
from kpi.measure.facts import parts_of
from kpi.measure.model import State
from kpi.measure.odd import (
    FORM_GONE,
    JUMP,
    LIKELY_TWICE,
    MORE_THAN,
    MORE_THAN_IN,
    NO_EVIDENCE,
    NOT_STATED,
    STALE,
    TOO_LITTLE,
    TOO_MUCH,
    VALUE_GONE,
    Alike,
    Beside,
    Oddity,
    named,
    of_form,
    of_indicator,
    written,
)
from kpi.measure.told import Brief, ToldForm
from kpi.measure.unlike import unlike
from kpi.problems import N_, Own, Place
from kpi.quarter import Quarter
from kpi.records import FormState

_STATES = {
    FormState.NOTHING: N_("nothing to report"),
    FormState.NOT_APPLICABLE: N_("not applicable"),
    FormState.MISSING: N_("missing"),
}


def history_needed(framework: Framework) -> int:
    """Give how many quarters before a return its checks look at."""
    rules = framework.rules
    own = [form.stale_quarters or 0 for form in framework.forms.values()]
    return max([rules.jumps.quarters, rules.stale_quarters, rules.carried_quarters, *own])


def oddities(framework: Framework, beside: Beside) -> list[Oddity]:
    """Give all that is odd in a return, in the order of the checks."""
    return [found for check in CHECKS for found in check(framework, beside)]


def _jumps(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    rules, earlier = framework.rules.jumps, beside.before(framework.rules.jumps.quarters)
    for key, value in beside.now.values.items():
        known = [one.values[key] for one in earlier if key in one.values]
        values = unlike(framework, key, value, known)
        if values is not None and len(values) >= rules.at_least:
            said = {
                "indicator": framework.indicators[key].label,
                "found": written(framework, key, value.value),
                "median": written(framework, key, median(values)),
                "count": len(values),
            }
            yield of_indicator(framework, JUMP, key, said, value.value)


def _stale(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    earlier = beside.before(history_needed(framework))
    for key, said in beside.now.forms.items():
        form = framework.forms[key]
        longest = framework.rules.stale_quarters if form.stale_quarters is None else form.stale_quarters
        if said.position is None or not longest:
            continue
        since = beside.now.quarter
        for one in earlier:
            there = one.forms.get(key)
            if there is None or there.state is FormState.MISSING:
                continue
            if there.position != said.position:
                break
            since = one.quarter
        if beside.now.quarter - since >= longest:
            yield of_form(framework, STALE, key, {"form": form.label, "since": since}, said.position)


def _gone(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    earlier = beside.before(history_needed(framework))
    for key, said in beside.now.forms.items():
        before = next((one for one in earlier if _is_said(one.forms.get(key))), None)
        if before is None or not before.forms[key].rows:
            continue
        gone = {FormState.MISSING, FormState.NOT_APPLICABLE}
        if framework.forms[key].time is FormTime.STOCK:
            gone.add(FormState.NOTHING)
        if said.state in gone:
            values = {
                "form": framework.forms[key].label,
                "found": Own(_STATES[said.state]),
                "since": before.quarter,
                "count": before.forms[key].rows,
            }
            yield of_form(framework, FORM_GONE, key, values, said.state)
    for key, forms in _asked_once(framework).items():
        yield from _value_gone(framework, beside, key, forms, earlier)


@once
def _asked_once(framework: Framework) -> Mapping[str, tuple[str, ...]]:
    """Give one of the indicators that rest on the same columns, for each such column, with its forms."""
    return {key: framework.indicators[key].forms for key in _one_a_column(framework, list(framework.indicators))}


def _value_gone(
    framework: Framework, beside: Beside, key: str, forms: Sequence[str], earlier: Sequence[Brief]
) -> Iterator[Oddity]:
    value = beside.now.values.get(key)
    if value is not None and value.state is not State.MISSING:
        return
    if not all(form in beside.now.forms and beside.now.forms[form].rows for form in forms):
        return
    before = next((one for one in earlier if all(_is_said(one.forms.get(form)) for form in forms)), None)
    held = before.values.get(key) if before else None
    if before is not None and held is not None and held.state is State.VALUE:
        values = {
            "indicator": framework.indicators[key].label,
            "since": before.quarter,
            "before": written(framework, key, held.value),
        }
        yield of_indicator(framework, VALUE_GONE, key, values, None)


def _is_said(form: ToldForm | None) -> bool:
    return form is not None and form.state is not FormState.MISSING


def _unstated(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    limit = Fraction(framework.rules.not_stated)
    first = set(_one_a_column(framework, [one.indicator for one in beside.now.unstated]))
    for one in beside.now.unstated:
        share = one.silent / one.everybody
        if one.indicator in first and share > limit:
            values = {
                "indicator": framework.indicators[one.indicator].label,
                "everybody": one.everybody,
                "silent": one.silent,
                "dimension": framework.dimensions[one.dimension].label,
                "share": Fraction(round(share * 100)),
                "limit": limit * 100,
            }
            said = (one.dimension, one.silent, one.everybody)
            yield of_indicator(framework, NOT_STATED, one.indicator, values, said)


def _one_a_column(framework: Framework, indicators: Sequence[str]) -> list[str]:
    """Keep one of the indicators that rest on the same columns: they would ask the same."""
    first: dict[object, str] = {}
    for key in dict.fromkeys(indicators):
        last = parts_of(framework, key)[-1]
        first.setdefault((last.form, last.column, repr(last.where)), key)
    return list(first.values())


def _unproved(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    for key, said in beside.now.forms.items():
        form = framework.forms[key]
        lacking = [position for position in said.unproved if (key, position) not in beside.proved]
        if lacking and form.evidence:
            column = form.columns[form.evidence].label
            values = {"form": form.label, "count": len(lacking), "all": said.rows, "column": column, "rows": lacking}
            yield of_form(framework, NO_EVIDENCE, key, values, lacking, row=lacking[0], column=form.evidence)


def _twice(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    found: dict[tuple[str, Quarter, str], list[tuple[str, int, Alike]]] = {}
    for name, (form, position) in beside.now.likenesses.items():
        for other in beside.alike.get(name, ()):
            found.setdefault((other.organisation, other.quarter, form), []).append((name, position, other))
    for (code, quarter, form), rows in sorted(found.items()):
        rows.sort(key=lambda one: one[1])
        values = {
            "form": framework.forms[form].label,
            "rows": [position for _, position, _ in rows],
            "other": rows[0][2].name,
            "code": code,
            "quarter": quarter,
            "others": [other.position for _, _, other in rows],
        }
        said = (code, quarter, [name for name, _, _ in rows])
        yield of_form(framework, LIKELY_TWICE, form, values, said, row=rows[0][1])


def _across(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    exceeded: set[str] = set()
    # The whole comes last: where a category exceeds its limit, that says enough.
    for (key, place), (found, limit) in sorted(beside.now.sides.items(), key=lambda one: one[0][1] is None):
        if found <= limit or (place is None and key in exceeded):
            continue
        exceeded.add(key)
        check = framework.checks[key]
        values: dict[str, object] = {"check": check.label, "found": found, "limit": limit}
        if place is not None:
            known = framework.dimensions[place[0]].categories
            values["category"] = known[place[1]].label if place[1] in known else place[1]
        problem = (MORE_THAN if place is None else MORE_THAN_IN).at(
            Place(form=check.of.form, field=check.of.column), **values
        )
        touched = tuple(
            one for one, each in framework.indicators.items() if {check.of.form, check.at_most.form} & {*each.forms}
        )
        yield Oddity(problem, key, touched, named(problem, key, (place, found, limit)))


def _bounds(framework: Framework, beside: Beside) -> Iterator[Oddity]:
    for key, value in beside.now.values.items():
        bounds = framework.indicators[key].bounds
        if bounds is None or value.value is None:
            continue
        least, most = bounds.minimum, bounds.maximum
        fault, limit = (TOO_LITTLE, least) if least is not None and value.value < least else (TOO_MUCH, most)
        if limit is None or (fault is TOO_MUCH and value.value <= limit):
            continue
        values = {
            "indicator": framework.indicators[key].label,
            "found": written(framework, key, value.value),
            "limit": written(framework, key, Fraction(limit)),
        }
        yield of_indicator(framework, fault, key, values, value.value)


CHECKS: tuple[Callable[[Framework, Beside], Iterator[Oddity]], ...] = (
    _across,
    _bounds,
    _gone,
    _jumps,
    _stale,
    _unstated,
    _unproved,
    _twice,
)
