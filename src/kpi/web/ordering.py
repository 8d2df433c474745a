"""In which order the portfolio is listed: the address says it (``order``), and a picker beside those that narrow it."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from kpi import amounts, registers
from kpi.framework.model import Framework, PortfolioPage
from kpi.language import tr
from kpi.leveraged import since_start
from kpi.measure.facts import parts_of
from kpi.portfolio import referring
from kpi.present import rubric
from kpi.present.entries import name_of
from kpi.problems import N_
from kpi.records import text_key
from kpi.registers import Entry
from kpi.script import alphabetical
from kpi.web import asked
from kpi.web.narrowing import Offered
from kpi.web.person import installation, language
from kpi.web.view import View

ORDER = "order"
_ORDERS = {
    "": N_("By name"),
    "rated": N_("Best rated first"),
    "funding": N_("Most funding first"),
    "newest": N_("Newest first"),
}
Rank = Callable[[Entry], Fraction | None]


def offered(page: PortfolioPage) -> Offered:
    """Give the orders by their words; by money where what is attracted says for which row it is."""
    said, has_money = language(), _pointing(installation().framework, page) is not None
    texts = {key: tr(text, said) for key, text in _ORDERS.items() if has_money or key != "funding"}
    return {ORDER: (tr(N_("Order"), said), texts)}


def _pointing(framework: Framework, page: PortfolioPage) -> str | None:
    """Give the column of what is attracted that points to the rows of the portfolio."""
    if framework.pages.funding is None:
        return None
    form = parts_of(framework, framework.pages.funding.attracted)[0].form
    return referring(framework, page.form).get(form)


def ordered(looking: View, page: PortfolioPage, found: Sequence[Entry], to: Mapping[str, str]) -> list[Entry]:
    """Put rows in the order of the address: of equal rank by their names, last those of which nothing is known."""
    framework, said = installation().framework, language()
    by_name = sorted(found, key=lambda one: alphabetical(name_of(framework, one, said), said))
    match to.get(ORDER):
        case "rated":
            rank = _rating(page)
        case "funding":
            rank = _money(looking, page)
        case "newest":
            rank = _begun(looking, page)
        case _:
            return by_name
    ranked = [(rank(one), one) for one in by_name]
    known = sorted(((value, one) for value, one in ranked if value is not None), key=lambda each: each[0], reverse=True)
    return [*(one for _, one in known), *(one for value, one in ranked if value is None)]


def _rating(page: PortfolioPage) -> Rank:
    framework, said = installation().framework, language()
    return lambda entry: rubric.mean(list(rubric.rated(framework, entry, [page.profile], said)))


def _money(looking: View, page: PortfolioPage) -> Rank:
    """Tell what was attracted for each row since the programme's start, in its currency."""
    here, on = installation(), installation().framework.pages.funding
    column = _pointing(here.framework, page)
    if on is None or column is None:
        return lambda _: None
    window = since_start(here.framework, looking.window.last)
    whose = ", ".join(sorted(here.who.organisations))
    every = asked.kept(
        f"amounts {window} [] {whose}",
        looking.provisional,
        lambda: amounts.amounts(here, on.attracted, window, basis=asked.counting(looking)),
    )
    sums: dict[tuple[str, str], Fraction] = {}
    for one in every:
        if isinstance(cell := one.row.cells.get(column), str):
            to = one.row.organisation, text_key(cell)
            sums[to] = sums.get(to, Fraction(0)) + Fraction(one.value)
    return lambda entry: sums.get((entry.organisation, entry.key or ""))


def _begun(looking: View, page: PortfolioPage) -> Rank:
    """Tell in which quarter each row was first reported."""
    here = installation()
    whose = ", ".join(sorted(here.who.organisations))
    every = asked.kept(
        f"first {page.form} {whose}",
        looking.provisional,
        lambda: {to: rows[0].quarter.ordinal for to, rows in registers.histories(here, page.form).items()},
    )
    return lambda entry: Fraction(every.get((entry.organisation, entry.key or ""), entry.quarter.ordinal))
