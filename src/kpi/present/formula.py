"""How an indicator's figure is made, in words, without any numbers of its own."""

from collections.abc import Iterator, Mapping

from kpi.framework.model import AgeCondition, Condition, Form, Framework, Term
from kpi.intake.words import NO_LABEL, YES_LABEL
from kpi.language import pick, tr, whole
from kpi.present.words import quoted, title
from kpi.problems import N_


def formula(framework: Framework, key: str, language: str) -> str:
    """Say what is counted, added up, averaged or divided."""
    measure = framework.indicators[key].measure
    if measure.ratio is not None:
        return whole(
            N_("{top} ÷ {bottom}."),
            language,
            top=title(_term(framework, measure.ratio.of, language)),
            bottom=_term(framework, measure.ratio.to, language),
        )
    if measure.mean is None:
        term = Term(count=measure.count, sum=measure.sum, where=measure.where)
        return f"{title(_term(framework, term, language, named=True))}."
    form_key, _, name = measure.mean.partition(".")
    form = framework.forms[form_key]
    column = form.columns[name]
    said = whole(
        N_("Mean of “{column}” in “{form}”"),
        language,
        column=pick(column.label, language),
        form=pick(form.label, language),
    )
    if column.weight:
        weight = pick(form.columns[column.weight].label, language)
        weighed = whole(N_("each weighed by “{weight}”"), language, weight=weight)
        said = f"{said}, {weighed}"
    return f"{said}{_limited(framework, form, measure.where, language)}."


def _term(framework: Framework, term: Term, language: str, *, named: bool = False) -> str:
    """Say what is counted or added up; `named`: also that rows with a name are there once each."""
    form = framework.forms[term.form]
    name = pick(form.label, language)
    if term.column is None:
        said = _rows(form, name, language, named=named)
    else:
        column = pick(form.columns[term.column].label, language)
        said = whole(N_("sum of “{column}” in “{form}”"), language, column=column, form=name)
    return f"{said}{_limited(framework, form, term.where, language)}"


def _rows(form: Form, name: str, language: str, *, named: bool) -> str:
    """Say which rows are counted: of a list that goes on those at the end."""
    text = (
        N_("number of rows in “{form}” at the end of the period") if form.goes_on else N_("number of rows in “{form}”")
    )
    said = whole(text, language, form=name)
    if form.key is None or not named:
        return said
    once = whole(N_("each “{column}” once in a return"), language, column=pick(form.columns[form.key].label, language))
    return f"{said}, {once}"


def _limited(framework: Framework, form: Form, where: Mapping[str, Condition], language: str) -> str:
    if not where:
        return ""
    conditions = "; ".join(_conditions(framework, form, where, language))
    said = whole(N_("only where {conditions}"), language, conditions=conditions)
    return f" ({said})"


def _conditions(framework: Framework, form: Form, where: Mapping[str, Condition], language: str) -> Iterator[str]:
    for name, condition in where.items():
        column = form.columns[name]
        label = quoted(pick(column.label, language), language)
        if isinstance(condition, bool):
            yield f"{label}: {tr(YES_LABEL if condition else NO_LABEL, language)}"
        elif isinstance(condition, AgeCondition):
            yield whole(
                N_("{column} lies at least {years} year(s) before the quarter's end"),
                language,
                column=label,
                years=condition.years_ago,
            )
        else:
            wanted = (condition,) if isinstance(condition, str) else condition
            dimension = column.dimension or column.scale_of(None)
            known = framework.dimensions[dimension].categories if dimension else {}
            names = [pick(known[key].numbered, language) if key in known else key for key in wanted]
            joined = tr(N_("or"), language)
            yield f"{label}: {f' {joined} '.join(names)}"
