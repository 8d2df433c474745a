"""Cross-checks of what is asked about in returns: checks across forms, bounds, evidence, positions that stand still."""

from collections.abc import Iterable, Iterator

from kpi.framework.check_indicators import COLLECTS_NOTHING, NOT_COLLECTED, collected, dimensions_known, term_faults
from kpi.framework.found import NEEDLESS, OUT_OF_RANGE, REPEATED, WRONG_TYPE, Found, Path, named
from kpi.framework.model import Check, ColumnType, Form, FormKind, FormTime, Framework, Term
from kpi.problems import N_, Fault

NOT_ALIKE = Fault(
    "framework.not_alike",
    N_("“{found}” is an amount of money and “{key}” is not, or the other way round."),
    N_("Compare an amount with an amount, a number with a number."),
)


def oddities(framework: Framework) -> Iterator[Found]:
    """Check everything by which a return is asked about."""
    for key, check in framework.checks.items():
        yield from _check(framework, ("checks", key), check)
    for key, indicator in framework.indicators.items():
        bounds = indicator.bounds
        if bounds and bounds.minimum is not None and bounds.maximum is not None and bounds.maximum < bounds.minimum:
            values = {"found": str(bounds.maximum), "allowed": f"≥ {bounds.minimum}"}
            yield Found(("indicators", key, "bounds", "maximum"), OUT_OF_RANGE, values)
    for key, form in framework.forms.items():
        yield from _form(("forms", key), form)


def _form(path: Path, form: Form) -> Iterator[Found]:
    if form.stale_quarters is not None and form.time is not FormTime.STOCK:
        yield Found((*path, "stale_quarters"), NEEDLESS, {"found": "stale_quarters", "allowed": "time: stock"})
    if form.evidence is None:
        return
    place = (*path, "evidence")
    yield from named(place, N_("column"), form.evidence, form.columns)
    if form.kind is not FormKind.REGISTER:
        yield Found(place, NEEDLESS, {"found": "evidence", "allowed": "kind: register"})
    column = form.columns.get(form.evidence)
    if column is not None and column.type not in {ColumnType.TEXT, ColumnType.LINK}:
        values = {"found": form.evidence, "type": column.type.value, "allowed": ["text", "link"]}
        yield Found(place, WRONG_TYPE, values)


def _check(framework: Framework, path: Path, check: Check) -> Iterator[Found]:
    sides = {"of": check.of, "at_most": check.at_most}
    sound = True
    for name, term in sides.items():
        faults = list(term_faults(framework, (*path, name, "count" if term.count is not None else "sum"), term))
        yield from faults
        sound = sound and not faults
    if sound and _is_money(framework, check.of) != _is_money(framework, check.at_most):
        yield Found((*path, "at_most"), NOT_ALIKE, {"found": check.of.sum or check.of.count, "key": _named(check)})
    for index, dimension in enumerate(check.by):
        place = (*path, "by", index)
        yield from named(place, N_("dimension"), dimension, framework.dimensions)
        if dimension in check.by[:index]:
            yield Found(place, REPEATED, {"found": dimension})
        elif sound and dimension in framework.dimensions:
            yield from _collected(framework, place, dimension, sides.values())


def _collected(framework: Framework, place: Path, dimension: str, sides: Iterable[Term]) -> Iterator[Found]:
    for term in sides:
        if dimensions_known(framework, term.form):
            there = collected(framework, term.form, term.column)
            if dimension not in there:
                values = {"what": term.sum or term.count, "found": dimension, "allowed": list(there)}
                yield Found(place, NOT_COLLECTED if there else COLLECTS_NOTHING, values)


def _named(check: Check) -> str:
    return check.at_most.sum or check.at_most.count or ""


def _is_money(framework: Framework, term: Term) -> bool:
    return term.sum is not None and framework.column(term.sum).type is ColumnType.MONEY
