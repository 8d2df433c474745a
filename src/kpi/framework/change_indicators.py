"""What may change of the indicators while their figures rest on stored records."""

from collections.abc import Iterator

from kpi.framework.change_plans import plans
from kpi.framework.changed import MEANS_OTHERWISE, Pair, differs, gone, now_called, values
from kpi.framework.found import Found
from kpi.framework.model import AgeCondition, Column, Condition, Framework, Indicator, Term
from kpi.framework.used import Used
from kpi.problems import N_


def indicators(pair: Pair, used: Used) -> Iterator[Found]:
    """Check that a series of figures that rests on records neither disappears nor changes its meaning."""
    stored = {now_called(name, pair.old.forms) for name in used.forms}
    for key, old in pair.old.indicators.items():
        if not stored & set(old.forms):
            continue
        now = now_called(key, pair.new.indicators)
        if now is None:
            yield gone(("indicators",), N_("indicator"), key)
            continue
        new = pair.new.indicators[now]
        path = ("indicators", now)
        yield from plans(pair, path, old, new)
        if old.better is not new.better:
            yield differs(path, "better", old.better, new.better)
        if not all(_is_there(pair.new, term) for term in old.terms):
            continue  # the form or column is told to be gone, or nothing was ever stored in it
        before, after = made_of(pair.new, old), made_of(pair.new, new)
        if before != after:
            yield Found((*path, "measure"), MEANS_OTHERWISE, values("measure", now, before, after))


def _is_there(framework: Framework, term: Term) -> bool:
    """Tell whether a framework still has the form and the column of a term."""
    form = now_called(term.form, framework.forms)
    return form is not None and (
        term.column is None or now_called(term.column, framework.forms[form].columns) is not None
    )


def made_of(framework: Framework, indicator: Indicator) -> str:
    """Write a measure in one way only, in the keys that its forms, columns and categories have in a framework."""
    measure = indicator.measure
    way = "ratio" if measure.ratio else "mean" if measure.mean else "sum" if measure.sum else "count"
    return f"{way}: " + " / ".join(_term(framework, term) for term in indicator.terms)


def _term(framework: Framework, term: Term) -> str:
    form_key = now_called(term.form, framework.forms) or term.form
    columns = framework.forms[form_key].columns if form_key in framework.forms else {}
    column = f".{now_called(term.column, columns) or term.column}" if term.column else ""
    conditions = ((now_called(name, columns) or name, condition) for name, condition in term.where.items())
    where = sorted(f"{name}: {_condition(framework, columns.get(name), condition)}" for name, condition in conditions)
    return f"{form_key}{column}" + (f" where {', '.join(where)}" if where else "")


def _condition(framework: Framework, column: Column | None, condition: Condition) -> str:
    if isinstance(condition, bool):
        return str(condition).lower()
    if isinstance(condition, AgeCondition):
        return f"years_ago {condition.years_ago}"
    dimension = framework.dimensions.get((column.dimension or column.scale_of(None) or "") if column else "")
    categories = dimension.categories if dimension else {}
    names = (condition,) if isinstance(condition, str) else condition
    return " or ".join(sorted({now_called(name, categories) or name for name in names}))
