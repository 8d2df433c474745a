"""A register on the page: its rows as a list, and one of them open at a time."""

import re
from functools import partial

import streamlit as st

from kpi.intake.typed import TypedRow, new_row_id
from kpi.intake.words import is_blank
from kpi.present.filling import about, is_unfinished, of_problems
from kpi.present.html import Html, el, join
from kpi.problems import N_, errors
from kpi.typing_in import RowGoneError, remove_row
from kpi.web import reporting
from kpi.web.form_cell import group
from kpi.web.form_evidence import evidence
from kpi.web.form_open import Open, keep, slot, tell, typed_into
from kpi.web.label import escaped
from kpi.web.opened import moment

_A_PAGE, _MANY = 20, 8
_LONGEST, _DETAILS = 70, 3
_NEW = re.compile(r"[0-9a-f]{12}")


def open_row(at: Open) -> TypedRow | None:
    """Give the row that is open, a new one too."""
    wanted = reporting.params().get("row", "")
    return at.typed.row(wanted) or (TypedRow(wanted) if _NEW.fullmatch(wanted) else None)


def listed(at: Open) -> None:
    """Draw the list of a register's rows."""
    rows = [row for row in at.typed.rows if _fits(at, row, _sought(at))]
    pages = max(1, -(-len(rows) // _A_PAGE))
    key = f"page.{at.draft.id}.{at.key}"
    page = min(st.session_state.get(key, 1), pages)
    for row in rows[(page - 1) * _A_PAGE : page * _A_PAGE]:
        with st.container(gap=None, key=f"listed.{row.id}"):
            st.button(
                escaped(title(at, row)), key=f"open.{at.draft.id}.{at.key}.{row.id}", type="tertiary",
                on_click=reporting.go, kwargs={"row": row.id},
            )  # fmt: skip
            st.html(_details(at, row))
    if not at.typed.rows:
        st.html(el("p", at.tr(N_("No rows yet.")), class_="k-note"))
    if pages > 1:
        st.pagination(pages, key=key)
    st.button(escaped(at.tr(N_("Add a row"))), key=f"add.{at.draft.id}.{at.key}", icon=":material/add:", on_click=_add)


def _sought(at: Open) -> str:
    if len(at.typed.rows) <= _MANY:
        return ""
    return str(
        st.text_input(at.tr(N_("Search the rows ({count})"), count=len(at.typed.rows)), key=f"seek.{at.key}", width=320)
    )


def _fits(at: Open, row: TypedRow, sought: str) -> bool:
    texts = (at.read(row, field) for of in at.groups for field in of.fields) if sought else ()
    return not sought or any(sought.casefold() in text.casefold() for text in texts)


def title(at: Open, row: TypedRow) -> str:
    """Name a row: by its key, else by the first that stands in it."""
    for of in sorted(at.groups, key=lambda one: one.column_key != at.form.key):
        for field in of.fields:
            if not is_blank(row.cells.get(field.key)):
                text = " ".join(at.read(row, field).split())
                return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return at.tr(N_("(empty row)"))


def _details(at: Open, row: TypedRow) -> Html:
    """Say a little more of a row, and how much is wrong with it."""
    told = [at.read(row, of.fields[0]) for of in at.groups if not is_blank(row.cells.get(of.fields[0].key))]
    short = [text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…" for text in told]
    more = " · ".join([one for one in short if one != title(at, row)][:_DETAILS])
    sign = of_problems(at.problems(row)).html(at.language) if at.problems(row) else None
    return el("span", el("span", more, class_="k-more"), " ", sign, class_="k-listed")


def _add() -> None:
    reporting.go(row=new_row_id())


def _back(at: Open) -> None:
    st.button(
        escaped(at.tr(N_("Back to the rows"))), key="rows.back", icon=":material/arrow_back:", type="tertiary",
        on_click=reporting.go, kwargs={"row": None},
    )  # fmt: skip


def gone(at: Open, row: TypedRow) -> None:
    """Say that the open row was taken out meanwhile; what was typed in it since can still be copied."""
    _back(at)
    typed = [el("code", text) for text in typed_into(f"cell.{at.draft.id}.{at.key}.{row.id}")]
    had = el("p", at.tr(N_("You had typed:")), " ", *(join(one, " ") for one in typed)) if typed else None
    st.html(el("div", el("p", at.tr(RowGoneError.text)), had, class_="k-meanwhile", role="alert"))
    st.button(escaped(at.tr(N_("Add a row"))), key=f"add.{at.draft.id}.{at.key}", icon=":material/add:", on_click=_add)


def record(at: Open, row: TypedRow) -> None:
    """Draw one row to be filled in."""
    _back(at)
    is_new = at.typed.row(row.id) is None
    st.html(el("h3", at.tr(N_("New row")) if is_new else title(at, row), class_="k-row"))
    slot(about([one for one in at.problems(row) if one.place.field is None], at.language))
    for of in at.groups:
        group(at, row, of)
    evidence(at, row)
    wrong = errors(at.problems(row))
    lacking = [one for one in wrong if is_unfinished(one)]
    if not is_new and wrong:
        text = N_("Still to fill in or to correct in this row: {count}. What you typed is saved all the same.")
        st.html(el("p", at.tr(text, count=len(wrong)), class_="k-note"))
    removal = f"remove.{at.draft.id}.{at.key}.{row.id}"
    with st.container(horizontal=True, gap="small"):
        st.button(
            escaped(at.tr(N_("Done"))), key="rows.done", type="primary" if not lacking else "secondary",
            on_click=reporting.go, kwargs={"row": None},
        )  # fmt: skip
        if not is_new:
            st.button(
                escaped(at.tr(N_("Done, and add another"))), key="rows.another", icon=":material/add:", on_click=_add
            )
            _removal(at, row, removal)
    tell(removal)


def _removal(at: Open, row: TypedRow, key: str) -> None:
    with st.popover(escaped(at.tr(N_("Remove this row"))), icon=":material/delete:"):
        st.html(el("p", at.tr(N_("“{row}” is taken out of this return. This cannot be undone."), row=title(at, row))))
        st.button(
            escaped(at.tr(N_("Yes, remove it"))), key=key, on_click=_removed, args=(key, at.draft.id, at.key, row)
        )


def _removed(place: str, draft_id: int, form: str, row: TypedRow) -> None:
    if keep(place, "", partial(remove_row, draft_id=draft_id, form=form, row=row.id, seen=row, at=moment())):
        reporting.go(row=None)
