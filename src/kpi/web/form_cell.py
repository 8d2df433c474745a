"""A cell on the page: a widget that shows what is kept, and keeps what is typed as soon as it is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from kpi.framework.model import ColumnType, FormKind
from kpi.installation import Installation
from kpi.intake.fields import Field
from kpi.intake.layout import Group, sub_label
from kpi.intake.typed import TypedRow
from kpi.language import pick
from kpi.present.filling import beside_cell, is_unfinished
from kpi.present.html import Html, el
from kpi.problems import N_, Problem
from kpi.records import text_key
from kpi.typing_in import type_cell
from kpi.web.form_open import Open, is_gone, keep, know, meanwhile, slot, tell
from kpi.web.label import escaped
from kpi.web.opened import moment
from kpi.web.shown import anew, kept, showing, widget, widget_at

_FAULTY = "form.faulty"
_NARROW, _CURRENCY, _CHOICE = 150, 120, 560
_NUMBERS = (ColumnType.COUNT, ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.DATE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row on the page."""

    at: Open
    row: TypedRow
    field: Field

    @property
    def place(self) -> str:
        """Where its widget is."""
        return f"cell.{self.at.draft.id}.{self.at.key}.{self.row.id}.{self.field.key}"

    def widget(self, text: str) -> str:
        """Give the name of its widget, which shows a text or what was typed into it since."""
        return widget(self.place, text, self.stored, self.at.language)

    @property
    def stored(self) -> str:
        """What stands in it."""
        return self.at.stored(self.row, self.field)


def group(  # noqa: PLR0913 (what is drawn, and how much of it)
    at: Open,
    row: TypedRow,
    of: Group,
    *,
    head: bool = True,
    help_: bool = True,
    asides: Mapping[str, str] | None = None,
) -> None:
    """Draw the cells of one column of a row, with what they are and what is wrong with them.

    `head` names the column, `help_` says what it takes; `asides` are short texts to stand under cells, by field.
    """
    found = [one for one in at.problems(row) if _concerns(of, one)]
    if of.column_key in at.left:
        _given_by_others(at, row, of, found)
        return
    if head:
        st.html(_head(at, of, help_=help_))
    cells = [Cell(at, row, one) for one in of.fields]
    if len(cells) == 1:
        _draw(cells[0], pick(of.column.label, at.language), alone=True)
        if aside := (asides or {}).get(cells[0].field.key):
            st.html(el("p", aside, class_="k-aside"))
    else:
        with st.container(horizontal=of.column.type is not ColumnType.RATING, gap="small"):
            for cell in cells:
                _with_aside(cell, sub_label(cell.field, at.language), (asides or {}).get(cell.field.key))
    for cell in cells:
        name = sub_label(cell.field, at.language) if len(cells) > 1 else ""
        tell(cell.place, name)
        meanwhile(cell.place, cell.stored, at.read(row, cell.field), name)
    slot(beside_cell(of, found, at.language))
    faulty = {one.place.field for one in found if not is_unfinished(one)}
    st.session_state.setdefault(_FAULTY, set()).update(cell.place for cell in cells if cell.field.key in faulty)


def mark_faulty() -> None:
    """Frame the cells drawn since the last call that are faulty."""
    names = (widget_at(place) for place in sorted(st.session_state.pop(_FAULTY, set())))
    cells = ", ".join(f".st-key-{_class(name)}" for name in names) or ".k-faulty"
    frames = ':is([data-testid$="RootElement"], [role="group"])'
    st.html(Html(f"<style>:is({cells}) {frames} {{ border-color: var(--k-bad); }}</style>"))


def _class(key: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "_-") else "-" for one in key)


def _concerns(of: Group, problem: Problem) -> bool:
    return (problem.place.field or "").partition(".")[0] == of.column_key


def _head(at: Open, of: Group, *, help_: bool) -> Html:
    """Name a column, with what it takes."""
    is_typed = of.column.type in _NUMBERS or of.column.type is ColumnType.LINK
    told = [at.hint(of.fields[0])] if is_typed else []
    if of.column.help:
        told.append(pick(of.column.help, at.language))
    star = el("span", " *", class_="k-required") if of.column.required or at.form.key == of.column_key else None
    label = el("span", pick(of.column.label, at.language), star, class_="k-label")
    return el("div", label, el("span", " · ".join(told), class_="k-help") if told and help_ else None, class_="k-field")


def _given_by_others(at: Open, row: TypedRow, of: Group, found: list[Problem]) -> None:
    """Show what others fill in, to read."""
    cells = [(one, at.read(row, one)) for one in of.fields]
    single = len(cells) == 1
    texts = [text if single else f"{sub_label(one, at.language)}: {text}" for one, text in cells if text]
    st.html(
        el(
            "div",
            el("span", pick(of.column.label, at.language), class_="k-label"),
            el("span", at.hint(of.fields[0]), class_="k-help"),
            el("p", " · ".join(texts) or "–", class_="k-given"),
            class_="k-field",
        )
    )
    slot(beside_cell(of, found, at.language))


def _with_aside(cell: Cell, label: str, aside: str | None) -> None:
    if aside is None:
        _draw(cell, label)
        return
    with st.container(width=_NARROW, gap=None):
        _draw(cell, label)
        st.html(el("p", aside, class_="k-aside"))


def _draw(cell: Cell, label: str, *, alone: bool = False) -> None:
    """Draw a cell's widget; `alone` where its column's head names it already."""
    at, field = cell.at, cell.field
    offered = _offered(cell)
    if offered is None:
        _text(cell, label, alone=alone)
    elif field.column.type is ColumnType.RATING:
        _steps(cell, label, offered, alone=alone)
    elif field.column.type is ColumnType.YES_NO:
        name = cell.widget(at.read(cell.row, field))
        st.segmented_control(
            escaped(label),
            offered,
            format_func=escaped,
            default=showing(name).text or None,
            key=name,
            label_visibility="collapsed" if alone else "visible",
            on_change=_changed,
            args=(cell, name),
        )
    else:
        name = cell.widget(_chosen(cell, offered))
        st.selectbox(
            escaped(label),
            offered,
            index=_index(offered, showing(name).text),
            key=name,
            placeholder=at.tr(N_("choose")) if offered else at.tr(N_("nothing to choose from yet")),
            label_visibility="collapsed" if alone else "visible",
            on_change=_changed,
            args=(cell, name),
            width=_CURRENCY if field.is_currency else _CHOICE,
        )


def _text(cell: Cell, label: str, *, alone: bool) -> None:
    column = cell.field.column
    name = cell.widget(cell.stored)
    draw = partial(
        st.text_input,
        width="stretch" if alone and column.type not in _NUMBERS else _NARROW,
        autocomplete="off",
    )
    is_name = cell.field.column_key in {cell.at.form.key, cell.at.groups[0].column_key}
    if column.type is ColumnType.TEXT and (not is_name or "\n" in cell.stored):
        draw = partial(st.text_area, height="content")
    elif column.type is ColumnType.DATE:
        draw = partial(draw, placeholder=cell.at.draft.quarter.ends.strftime("%d.%m.%Y"), width=190)
    draw(
        escaped(label),
        value=showing(name).text,
        key=name,
        label_visibility="collapsed" if alone else "visible",
        on_change=_changed,
        args=(cell, name),
    )


def _steps(cell: Cell, label: str, offered: tuple[str, ...], *, alone: bool) -> None:
    """Let a step of a scale be chosen, each with what it takes to reach it."""
    at, field = cell.at, cell.field
    scale = at.framework.dimensions[field.column.scale_of(field.category_key) or ""]
    told = {
        pick(step.numbered, at.language): pick(step.description, at.language) if step.description else ""
        for step in scale.current(at.draft.quarter).values()
    }
    name, steps = cell.widget(at.read(cell.row, field)), ("", *offered)
    st.radio(
        escaped(label),
        steps,
        index=_index(steps, showing(name).text),
        format_func=lambda one: escaped(one) or at.tr(N_("no answer yet")),
        captions=["", *(escaped(told.get(one, "")) for one in offered)],
        label_visibility="collapsed" if alone else "visible",
        key=name,
        on_change=_changed,
        args=(cell, name),
    )


def _index(offered: tuple[str, ...], text: str) -> int | None:
    return offered.index(text) if text in offered else None


def _offered(cell: Cell) -> tuple[str, ...] | None:
    """Give what may be chosen, with what stands there though it may not; nothing where the cell is typed into."""
    at, field = cell.at, cell.field
    column = field.column
    if column.type is ColumnType.REF and not field.is_currency:
        if column.form is None or column.form not in at.draft.forms:
            return None
        offered = _names(at, column.form)
    else:
        offered = at.offered(field)
        if not offered:
            return None
    now = _chosen(cell, offered)
    return offered if not now or now in offered else (*offered, now)


def _chosen(cell: Cell, offered: tuple[str, ...]) -> str:
    """Give what stands in a cell as one of what is offered, where it is one."""
    if cell.field.column.type is not ColumnType.REF:
        return cell.at.read(cell.row, cell.field)
    stored = cell.stored
    return next((one for one in offered if text_key(one) == text_key(stored)), stored)


def _names(at: Open, register: str) -> tuple[str, ...]:
    """Give the names of a register's rows, as they are typed by now."""
    key = at.framework.forms[register].key
    if key is None or at.framework.forms[register].kind is not FormKind.REGISTER:
        return ()
    typed = (str(row.cells.get(key) or "").strip() for row in at.draft.typed[register].rows)
    return tuple(dict.fromkeys(name for name in typed if name))


def _changed(cell: Cell, name: str) -> None:
    """Keep what was typed."""
    text, before = str(st.session_state[name] or ""), showing(name)
    if text == before.text:
        return

    at, row = cell.at, cell.row.id
    is_new = at.typed.row(row) is None and not is_gone(at, row)

    def typed(found: Installation) -> None:
        type_cell(
            found,
            draft_id=at.draft.id,
            form=at.key,
            row=row,
            field_key=cell.field.key,
            seen=None if is_new else before.stored,
            text=text,
            at=moment(),
        )

    if keep(cell.place, text, typed):
        kept(name, text)
        know(at, row)
    else:
        anew(cell.place)
