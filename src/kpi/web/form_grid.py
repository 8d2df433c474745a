"""A grid on the page: its printed rows one by one, with what stands beside them for orientation."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

import streamlit as st

from kpi.intake import layout
from kpi.intake.orientation import INDICATOR, Beside
from kpi.intake.template_form import single_row_name
from kpi.intake.typed import TypedRow
from kpi.language import number, pick, quarter_short
from kpi.present import words
from kpi.present.filling import about
from kpi.present.html import Html, el
from kpi.problems import N_
from kpi.typing_in import remove_row
from kpi.web.form_cell import group
from kpi.web.form_open import Open, keep, slot, tell
from kpi.web.label import escaped
from kpi.web.opened import moment


def grid(at: Open) -> None:
    """Draw the rows of a grid; what is known of all of them together stands first."""
    together = _together(at)
    if together is not None:
        st.html(together)
    printed = layout.rows(at.framework, at.form, at.draft.quarter)
    for number_, row in enumerate(at.typed.rows):
        is_printed = (row.key or layout.SINGLE) in printed
        if at.form.rows is not None or not is_printed:
            st.html(el("h3", name_of(at, row), class_="k-row"))
        slot(about([one for one in at.problems(row) if one.place.field is None], at.language))
        if not is_printed:
            _stray(at, row)
        asides = _last(at, row)
        for of in at.groups:
            group(at, row, of, head=number_ == 0 or len(at.groups) > 1, asides=asides, help_=number_ == 0)


def name_of(at: Open, row: TypedRow) -> str:
    """Name a grid's row."""
    category = layout.rows(at.framework, at.form, at.draft.quarter).get(row.key or layout.SINGLE)
    if category is not None:
        return pick(category.label, at.language)
    return row.key or at.tr(single_row_name(at.form))


def _stray(at: Open, row: TypedRow) -> None:
    """Let a row be taken out that a workbook brought and that is not printed."""
    key = f"remove.{at.draft.id}.{at.key}.{row.id}"
    tell(key)
    st.button(escaped(at.tr(N_("Remove this row"))), key=key, on_click=_removed, args=(key, at.draft.id, at.key, row))


def _removed(place: str, draft_id: int, form: str, row: TypedRow) -> None:
    keep(place, "", partial(remove_row, draft_id=draft_id, form=form, row=row.id, seen=row, at=moment()))


def _last(at: Open, row: TypedRow) -> dict[str, str]:
    """Give what was reported last of a row's cells, where a form has such."""
    found, quarter = at.around.last.get(at.key), at.around.last_quarter
    if not found or quarter is None:
        return {}
    known = {one.key: found.get((row.key, one.key)) for of in at.groups for one in of.fields}
    when = quarter_short(quarter, at.language)
    return {
        key: "" if value is None else at.tr(N_("{quarter}: {value}"), quarter=when, value=_written(value, at.language))
        for key, value in known.items()
    }


def _written(value: str | int | Decimal, language: str) -> str:
    return value if isinstance(value, str) else number(value, language)


def _together(at: Open) -> Html | None:
    """Say where the programme's figures started that rest on this form, and what they aim at."""
    lines: list[Html] = []
    year = str(at.around.target_year or "")
    kinds: tuple[tuple[str, Mapping[str, Beside]], ...] = (
        (at.tr(layout.BASELINE), at.around.baseline),
        (f"{at.tr(layout.TARGET)} {year}".strip(), at.around.target),
    )
    for label, beside in kinds:
        for (_, key), value in (beside.get(at.key) or {}).items():
            lines.append(el("li", f"{label} – {_of(at, key)}: ", el("strong", _figure(at, key, value))))
    return el("ul", *lines, class_="k-around") if lines else None


def _of(at: Open, key: str) -> str:
    if key.startswith(INDICATOR):
        return pick(at.framework.indicators[key.removeprefix(INDICATOR)].label, at.language)
    column, _, category = key.partition(".")
    of = next((one for one in at.groups if one.column_key == column), None)
    if of is None:
        return key
    field = next((one for one in of.fields if one.category_key == category), None) if category else None
    return field.label(at.language) if field else pick(of.column.label, at.language)


def _figure(at: Open, key: str, value: str | int | Decimal) -> str:
    if key.startswith(INDICATOR) and isinstance(value, Decimal):
        return words.of(at.framework, key.removeprefix(INDICATOR), value, at.language)
    return _written(value, at.language)
