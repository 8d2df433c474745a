"""A list of a register's rows, searched and narrowed down by the address, so that a link shows the same.

===============  ====================================================
parameter        value
===============  ====================================================
search           words that a row must hold, all of them
only.<column>    what a row says in a column: a category, several with commas between them, ``yes``, ``no``
organisation     the code of the organisation whose rows are shown
===============  ====================================================
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import streamlit as st

from kpi.framework.model import ColumnType, Framework
from kpi.intake.words import NO_LABEL, YES_LABEL
from kpi.language import pick, tr, whole
from kpi.present import entries as present
from kpi.problems import N_, Fault, Problem
from kpi.registers import Entry
from kpi.web import address, person
from kpi.web.person import installation, language, may_see_rows
from kpi.web.view import ONLY, View

YES, NO = "yes", "no"
_TOGETHER = ","
_ALL = ""
_AT_ONCE = 40
Listed = TypeVar("Listed")

NOT_KNOWN = Fault(
    "narrowing.not_known",
    N_("The address asks for “{found}”, which is not known here."),
    N_("The whole list is shown instead."),
)

#: By parameter: its label, and its values with their words; of none chosen, too, where it is not “all”.
Offered = Mapping[str, tuple[str, Mapping[str, str]]]


def offered(forms: Sequence[str], *, besides: Iterable[str] = ()) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Give by what the rows of these registers can be narrowed down beside the filters of every page.

    `besides` are columns that are left out.
    """
    framework, said = installation().framework, language()
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    whose: dict[str, str] = {}
    for form in forms:
        for name, column in framework.forms[form].columns.items():
            if name in besides or f"{ONLY}{name}" in found:
                continue
            values = _values(framework, form, name)
            if values:
                found[f"{ONLY}{name}"] = pick(column.label, said), values
                whose[f"{ONLY}{name}"] = pick(framework.forms[form].label, said)
    labels = [label for label, _ in found.values()]
    return {
        name: (f"{label}: {whose[name]}" if labels.count(label) > 1 else label, values)
        for name, (label, values) in found.items()
    }


def _values(framework: Framework, form: str, name: str) -> Mapping[str, str]:
    """Give what a column may say, in words: of a yes or no, or a choice that pages are not filtered by.

    Categories that an indicator takes together can be chosen together, too.
    """
    said, column = language(), framework.forms[form].columns[name]
    if column.type is ColumnType.YES_NO:
        return {YES: tr(YES_LABEL, said), NO: tr(NO_LABEL, said)}
    if column.type is ColumnType.CHOICE and column.dimension and not _is_filter(framework, column.dimension):
        names = {key: pick(one.label, said) for key, one in framework.dimensions[column.dimension].categories.items()}
        groups = {
            _TOGETHER.join(group): whole(
                N_("All but: {categories}"),
                said,
                categories=", ".join(named for key, named in names.items() if key not in group),
            )
            for group in _taken_together(framework, form, name)
            if len(group) < len(names)
        }
        return {**groups, **names}
    return {}


def _taken_together(framework: Framework, form: str, name: str) -> Iterator[Sequence[str]]:
    """Give the categories of a column of which an indicator counts any."""
    for one in framework.indicators.values():
        for term in one.terms:
            wanted = term.where.get(name) if term.form == form else None
            if isinstance(wanted, tuple) and len(wanted) > 1:
                yield [str(each) for each in wanted]


def organisations(*, every: bool = False) -> tuple[str, Mapping[str, str]]:
    """Offer the organisations whose rows whoever looks may see, or every one."""
    said = language()
    names = {one.code: pick(one.name, said) for one in person.organisations() if every or may_see_rows(one.code)}
    return tr(N_("Organisation"), said), names


def _is_filter(framework: Framework, dimension: str) -> bool:
    return any(each in framework.programme.filters for each in (dimension, *framework.above(dimension)))


def chosen(there: Offered, problems: list[Problem]) -> dict[str, str]:
    """Give what the address narrows a list down to; what is not known is told."""
    params, found = st.query_params.to_dict(), {}
    if words := params.get("search", "").strip():
        found["search"] = words
    for name, value in params.items():
        if name in there and value and value in there[name][1]:
            found[name] = value
        elif (name in there and value) or name.startswith(ONLY):
            problems.append(NOT_KNOWN.at(found=value or name))
    return found


def keep(looking: View, to: Mapping[str, str]) -> Mapping[str, str]:
    """Put what is looked at into the address; give what its links carry on."""
    params = {**looking.params(language()), **to}
    address.write(params)
    return params


def pickers(there: Offered, to: Mapping[str, str]) -> None:
    """Let the reader search a list and narrow it down."""
    said = language()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="narrow"):
        st.session_state["narrow.search"] = to.get("search", "")
        st.text_input(
            tr(N_("Search"), said),
            key="narrow.search",
            on_change=_narrow,
            args=("search",),
            width=260,
            placeholder=tr(N_("Words, then Enter"), said),
            max_chars=200,
        )
        for name, (label, values) in there.items():
            _pick(name, label, values, to)


def _pick(name: str, label: str, values: Mapping[str, str], to: Mapping[str, str]) -> None:
    words = {_ALL: tr(N_("All"), language()), **values}
    st.session_state[f"narrow.{name}"] = to.get(name, _ALL)
    st.selectbox(
        label,
        list(words),
        key=f"narrow.{name}",
        format_func=words.__getitem__,
        on_change=_narrow,
        args=(name,),
        width=200,
    )


def _narrow(name: str) -> None:
    address.choose(name, str(st.session_state[f"narrow.{name}"]).strip() or None)


def fits(entry: Entry, to: Mapping[str, str]) -> bool:
    """Tell whether a row is among those that the address asks for."""
    if to.get("organisation") not in {None, entry.organisation}:
        return False
    for name, value in to.items():
        if name.startswith(ONLY):
            cell = entry.cells.get(name.removeprefix(ONLY))
            if cell is not (value == YES) if isinstance(cell, bool) else cell not in value.split(_TOGETHER):
                return False
    wanted = to.get("search", "").casefold().split()
    if not wanted:
        return True
    held = present.searched(installation().framework, entry, language())
    return all(word in held for word in wanted)


def some(found: Sequence[Listed], key: str, at_once: int = _AT_ONCE) -> Sequence[Listed]:
    """Give the first of a long list; the button beneath it (`more`) shows the others."""
    return found[: st.session_state.get(f"some.{key}", at_once)]


def more(found: Sequence[Listed], key: str, at_once: int = _AT_ONCE) -> None:
    """Offer the rest of a long list."""
    if len(found) > st.session_state.get(f"some.{key}", at_once):
        label = whole(N_("Show all ({count})"), language(), count=len(found))
        st.button(label, key=f"more.{key}", on_click=_all_of, args=(key, len(found)))


def _all_of(key: str, count: int) -> None:
    st.session_state[f"some.{key}"] = count
