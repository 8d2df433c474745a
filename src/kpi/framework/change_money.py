"""What may change of the currencies while amounts are stored."""

from collections.abc import Iterator

from kpi.framework.changed import Pair, differs
from kpi.framework.found import Found
from kpi.framework.model import Money
from kpi.framework.used import Used
from kpi.problems import N_, Fault

RATE_CHANGED = Fault(
    "framework.rate_changed",
    N_("A rate of {found} is gone or another, though amounts in this currency are stored."),
    N_("Keep the old rate with its days; close it with until: and add the new one."),
)
RATE_LACKS = Fault(
    "framework.rate_lacks",
    N_("An amount in {found} on {day} is stored, and there is no rate for that day any more."),
    N_("Close a rate only after the last day of which amounts are stored, or add one from the day after it closes."),
)


def money(pair: Pair, used: Used) -> Iterator[Found]:
    """Check that every stored amount is converted as before."""
    columns = (column for form in used.forms.values() for column in form.columns.values())
    currencies = {currency for column in columns for currency in column.currencies}
    old, new = pair.old.money, pair.new.money
    if not currencies or old is None:
        return
    if new is None or old.currency != new.currency:
        yield differs(("money",), "currency", old.currency, new.currency if new else None)
        return
    for currency in sorted(currencies & set(old.rates)):
        path = ("money", "rates", currency)
        days = sorted(amount.day for amount in used.amounts if amount.currency == currency)
        had = [day for day in days if old.rate(currency, day) is not None]
        lost = [day for day in had if new.rate(currency, day) is None]
        others = any(old.rate(currency, day) != new.rate(currency, day) for day in had if day not in lost)
        if others or not _keeps_rates(old, new, currency):
            yield Found(path, RATE_CHANGED, {"found": currency})
        elif lost:
            yield Found(path, RATE_LACKS, {"found": currency, "day": lost[-1]})


def _keeps_rates(old: Money, new: Money, currency: str) -> bool:
    """Tell whether every old rate still stands; an open one may have been closed."""
    return all(
        any(
            rate.per_unit == now.per_unit
            and rate.since == now.since
            and (rate.until == now.until or (rate.until is None and now.until is not None))
            for now in new.rates.get(currency, ())
        )
        for rate in old.rates[currency]
    )
