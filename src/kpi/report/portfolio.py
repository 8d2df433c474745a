"""What the programme is about, one by one, and the acts that were brought about: for whoever may see rows."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi.framework.model import ColumnType, Framework, PortfolioPage
from kpi.influence import Act
from kpi.language import day, money, number, pick, quarter_short, tr, whole
from kpi.portfolio import referring
from kpi.present import influence, portfolio, rubric
from kpi.present.entries import amount, label, name_of, words
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.records import text_key
from kpi.registers import Entry
from kpi.report.answers import Answers
from kpi.report.content import Block, Chapter, Paragraph, Table
from kpi.report.wording import as_written, left_out

#: A report is read, not looked up in: of more than these it says how many there are.
_THINGS, _ACTS = 60, 40


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give both chapters, each where the framework asks for it and there is something to tell."""
    framework, said = answers.framework, answers.language
    page = framework.pages.portfolio
    if page is not None and answers.things:
        yield Chapter(pick(framework.forms[page.form].label, said), list(_portfolio(answers, page)))
    if answers.acts:
        yield Chapter(tr(N_("Policy influence"), said), list(_acts(answers)))


def _portfolio(answers: Answers, page: PortfolioPage) -> Iterator[Block]:
    framework, said, things = answers.framework, answers.language, answers.things
    yield Paragraph(" ".join(portfolio.findings(framework, page, things, said)), "lead")
    by = framework.forms[page.form].columns[page.profile].spread
    names = [pick(one.label, said) for one in framework.dimensions[by].categories.values()] if by else []
    if names:
        order = N_("Ratings in this order: {names}. The last number is their mean.")
        yield Paragraph(whole(order, said, names="; ".join(names)), "note")
    heads = [
        pick(framework.forms[page.form].label, said),
        tr(N_("Organisation"), said),
        label(framework, page.form, page.profile, said),
        tr(N_("What refers to it in this period"), said),
    ]
    rows = [
        (
            name_of(framework, one, said),
            pick(one.name, said) or one.organisation,
            _profile(framework, one, page, said),
            _referring(answers, one),
        )
        for one in things[:_THINGS]
    ]
    yield Table("", heads, rows, (25, 20, 17, 38), note=as_written(answers, [row[0] for row in rows]))
    yield from left_out(len(things) - _THINGS, said)


def _profile(framework: Framework, one: Entry, page: PortfolioPage, said: str) -> str:
    """Write the ratings in the order of the rubric, and their mean."""
    found = list(rubric.rated(framework, one, [page.profile], said))
    mean = rubric.mean(found)
    if mean is None:
        return tr(N_("not yet rated"), said)
    steps = " · ".join(NOTHING if each.value is None else number(each.value, said) for each in found)
    return f"{steps} → {number(mean, said, 1)}"


def _referring(answers: Answers, thing: Entry) -> str:
    """Count the rows that refer to a thing, register by register, with what their amounts add up to."""
    framework, said, told = answers.framework, answers.language, []
    for form, column in referring(framework, thing.form).items():
        rows = [
            one
            for one in answers.pointing.get(form, ())
            if one.organisation == thing.organisation
            and isinstance(cell := one.cells.get(column), str)
            and text_key(cell) == thing.key
        ]
        if rows:
            sums = "".join(f" ({each})" for each in _sums(framework, rows, form, said))
            told.append(f"{pick(framework.forms[form].label, said)}: {number(len(rows), said)}{sums}")
    return "; ".join(told) or NOTHING


def _sums(framework: Framework, rows: Sequence[Entry], form: str, said: str) -> Iterator[str]:
    for name, column in framework.forms[form].columns.items():
        if column.type is ColumnType.MONEY and column.spread is None and framework.money is not None:
            total = sum((amount(framework, one, name) or Fraction(0) for one in rows), Fraction(0))
            yield money(total, framework.money.currency, said)


def _acts(answers: Answers) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    yield Paragraph(" ".join(influence.sentence(framework, answers.acts, answers.window, said)), "lead")
    within = [one for one in answers.acts if one.since in answers.window]
    if within:
        heads = (N_("Date"), N_("Act"), N_("What it is"), N_("Organisation"))
        rows = [_act(framework, one, said) for one in within[:_ACTS]]
        title = tr(N_("Acts of this period"), said)
        note = as_written(answers, [row[1] for row in rows])
        yield Table(title, [tr(head, said) for head in heads], rows, (13, 42, 25, 20), note=note)
        yield from left_out(len(within) - _ACTS, said)


def _act(framework: Framework, one: Act, said: str) -> tuple[str, ...]:
    entry = one.entry
    form = framework.forms[entry.form]
    choices = [name for name, column in form.columns.items() if column.type is ColumnType.CHOICE]
    kinds = [pick(form.label, said), *(words(framework, entry, name, said) for name in choices)]
    return (
        day(one.on, said) if one.on else quarter_short(one.since, said),
        name_of(framework, entry, said),
        "; ".join(each for each in kinds if each),
        pick(entry.name, said) or entry.organisation,
    )
