"""Tables of people and organisations, and of who is asked for what."""

from collections.abc import Iterable, Mapping, Sequence

from kpi.access import ROLE_NAMES, Role
from kpi.framework.model import Framework
from kpi.language import pick, quarter_short, tr
from kpi.organisations import Asked, Organisation
from kpi.people import STATE_NAMES, Account, AccountState, state_of
from kpi.present.html import Html, el, table
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.quarter import Quarter

_STATE_LOOKS = {AccountState.ACTIVE: "k-good", AccountState.INVITED: "k-risk", AccountState.DISABLED: "k-none"}
_STATE_SIGNS = {AccountState.ACTIVE: "●", AccountState.INVITED: "◔", AccountState.DISABLED: "○"}
_ASKED = "✓"


def people_table(
    people: Iterable[Account], organisations: Mapping[str, Organisation], names: Mapping[str, str], language: str
) -> Html:
    """List the accounts; `names` are the languages' own names."""
    heads = (N_("Name"), N_("E-mail address"), N_("Role"), N_("Organisations"), N_("Language"), N_("State"))
    rows = [_account(one, organisations, names, language) for one in people]
    return _table(tr(N_("People"), language), [tr(head, language) for head in heads], rows)


def _account(
    one: Account, organisations: Mapping[str, Organisation], names: Mapping[str, str], language: str
) -> Sequence[str]:
    codes = sorted(one.organisations)
    state = state_of(one)
    badge = el(
        "span",
        el("span", _STATE_SIGNS[state], class_="k-sign", aria_hidden="true"),
        tr(STATE_NAMES[state], language),
        class_=f"k-badge {_STATE_LOOKS[state]}",
    )
    return (
        one.name,
        one.email,
        tr(ROLE_NAMES[Role(one.role)], language),
        ", ".join(pick(organisations[code].name, language) if code in organisations else code for code in codes)
        or NOTHING,
        names.get(one.language or "", NOTHING),
        badge,
    )


def organisations_table(framework: Framework, organisations: Iterable[Organisation], language: str) -> Html:
    """List the organisations with what the framework wants to know of each."""
    labels = {key: pick(attribute.label, language) for key, attribute in framework.organisation.items()}
    heads = (
        tr(N_("Organisation"), language),
        tr(N_("Code"), language),
        *labels.values(),
        tr(N_("Takes part"), language),
    )
    rows = [
        (
            pick(one.name, language),
            one.code,
            *(_category(framework, key, one.attributes.get(key), language) for key in labels),
            takes_part(one, language),
        )
        for one in organisations
    ]
    return _table(tr(N_("Organisations"), language), heads, rows)


def _category(framework: Framework, attribute: str, category: str | None, language: str) -> str:
    known = framework.dimensions[framework.organisation[attribute].dimension].categories
    return pick(known[category].label, language) if category in known else NOTHING


def takes_part(one: Organisation, language: str) -> str:
    """Say from when to when an organisation takes part."""
    first = quarter_short(one.active_from, language)
    if one.active_until is None:
        return tr(N_("from {first}"), language, first=first)
    return f"{first} – {quarter_short(one.active_until, language)}"


def asked_table(framework: Framework, asked: Sequence[Asked], quarter: Quarter, language: str) -> Html:
    """Show which organisation is asked for which form in a quarter; only forms that are due then."""
    forms = [key for key, form in framework.forms.items() if form.due_in(quarter)]
    labels = {key: pick(framework.forms[key].label, language) for key in forms}
    first = el("th", tr(N_("Organisation"), language), scope="col")
    heads = [el("th", el("span", labels[key]), scope="col", class_="k-upright") for key in forms]
    yes, no = tr(N_("asked"), language), tr(N_("not asked"), language)
    rows = [
        el(
            "tr",
            el("th", pick(one.organisation.name, language), scope="row"),
            *(
                el("td", _ASKED, el("span", yes, class_="k-unseen"), data_label=labels[key], class_="k-asked")
                if key in one.forms
                else el("td", el("span", NOTHING, aria_hidden="true"), el("span", no, class_="k-unseen"))
                for key in forms
            ),
        )
        for one in asked
    ]
    named = tr(N_("Who is asked for what"), language)
    return table(
        f"{named}, {quarter_short(quarter, language)}",
        el("thead", el("tr", first, *heads)),
        el("tbody", *rows),
        class_="k-table k-matrix",
    )


def not_due(framework: Framework, quarter: Quarter, language: str) -> Sequence[str]:
    """Name the forms of which nobody is asked in a quarter, though they are there."""
    return [
        pick(form.label, language)
        for form in framework.forms.values()
        if form.valid_in(quarter) and not form.due.in_quarter(quarter)
    ]


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    body = [
        el(
            "tr",
            el("th", row[0], scope="row"),
            *(el("td", cell, data_label=head) for head, cell in zip(heads[1:], row[1:], strict=True)),
        )
        for row in rows
    ]
    top = el("thead", el("tr", *(el("th", head, scope="col") for head in heads)))
    return table(name, top, el("tbody", *body), class_="k-table k-returns")
