"""The form that is open on the page: what is drawn of it, and how what is done to it is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpi.draft import Draft, Looked
from kpi.framework.model import Form, Framework
from kpi.installation import Installation
from kpi.intake import layout
from kpi.intake.cells import Scope
from kpi.intake.choices import choices_for
from kpi.intake.fields import Field
from kpi.intake.layout import Group, Sheets
from kpi.intake.orientation import Orientation
from kpi.intake.raw import Scalar
from kpi.intake.shown import meant, offered
from kpi.intake.typed import TypedForm, TypedRow, shown
from kpi.intake.validations import Spot, hint
from kpi.language import said as in_words
from kpi.language import tr
from kpi.present.html import Html, el
from kpi.problems import N_, Problem, SaidError
from kpi.typing_in import TypedMeanwhileError
from kpi.web.label import escaped
from kpi.web.person import held, language, not_kept
from kpi.web.shown import anew, showing, widget_at

_TOLD, _OTHERS, _ROWS = "form.told", "form.others", "form.rows"


@dataclass(frozen=True)
class Open:
    """One form of a draft, as it stands and as it was checked; `around` is what stands beside grids."""

    looked: Looked
    framework: Framework
    key: str
    around: Orientation
    language: str

    @property
    def draft(self) -> Draft:
        """The draft."""
        return self.looked.draft

    @property
    def form(self) -> Form:
        """The form."""
        return self.framework.forms[self.key]

    @property
    def typed(self) -> TypedForm:
        """What is typed into it."""
        return self.draft.typed[self.key]

    @cached_property
    def groups(self) -> Sequence[Group]:
        """Its columns with their cells."""
        return list(layout.groups(self.framework, self.form, self.draft.quarter))

    @cached_property
    def left(self) -> frozenset[str]:
        """The columns that the organisation leaves to others."""
        return self.form.left_to_others(self.draft.organisation.attributes, self.draft.quarter)

    @cached_property
    def scope(self) -> Scope:
        """What its cells are read against."""
        return Scope(self.framework, self.draft.quarter, choices_for(self.framework, self.draft.quarter))

    @cached_property
    def _sheets(self) -> Sheets:
        return Sheets.plan(self.framework, self.draft.organisation, self.draft.quarter, self.language)

    @cached_property
    def _problems(self) -> Mapping[int | None, Sequence[Problem]]:
        found: dict[int | None, list[Problem]] = {}
        for problem in self.looked.of(self.key):
            found.setdefault(problem.place.row, []).append(problem)
        return found

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {row.id: position for position, row in enumerate(self.typed.rows, 1)}

    def tr(self, text: str, **values: object) -> str:
        """Say one of the program's own texts in the reader's language."""
        return tr(text, self.language, **values)

    def hint(self, field: Field) -> str:
        """Say in a few words what a cell takes, or who fills it in."""
        return hint(Spot(self._sheets, self.key, field, {}))

    def offered(self, field: Field) -> tuple[str, ...]:
        """Give what may be chosen in a cell, or nothing where it is typed into."""
        return offered(self.framework, field, self.draft.quarter, self.language)

    def stored(self, row: TypedRow, field: Field) -> str:
        """Give what stands in a cell, as `kpi.typing_in` compares it."""
        return shown(row.cells.get(field.key), self.draft.head.language)

    def read(self, row: TypedRow, field: Field) -> str:
        """Give what stands in a cell for the reader: a choice in the reader's language, anything else as it stands."""
        value: Scalar = row.cells.get(field.key)
        choice = meant(self.scope, field, value, self.language) if self.offered(field) else None
        return choice or shown(value, self.language)

    def problems(self, row: TypedRow | None) -> Sequence[Problem]:
        """Give the problems of a row; those of the form as a whole without one."""
        position = None if row is None else self._positions.get(row.id, 0)
        return self._problems.get(position, ())


@dataclass(frozen=True, slots=True)
class Told:
    """Why something was not kept, and what was typed."""

    fault: SaidError
    text: str


def keep(place: str, text: str, deed: Callable[[Installation], object]) -> bool:
    """Do something to the draft; what stops it is told at its place when the page is drawn."""
    told: dict[str, Told] = st.session_state.setdefault(_TOLD, {})
    found = held()
    if found is None:
        not_kept(text)
        return False
    try:
        deed(found)
    except SaidError as fault:
        told[place] = Told(fault, text)
        return False
    told.pop(place, None)
    return True


def know(at: Open, *rows: str) -> None:
    """Remember that rows of the form are there, as whoever looks has seen."""
    known: set[tuple[int, str, str]] = st.session_state.setdefault(_ROWS, set())
    known.update((at.draft.id, at.key, row) for row in rows)


def is_gone(at: Open, row: str) -> bool:
    """Tell whether a row was there, and is not there any more."""
    return at.typed.row(row) is None and (at.draft.id, at.key, row) in st.session_state.get(_ROWS, ())


def typed_into(place: str) -> list[str]:
    """Give what was typed at places within one, and not kept."""
    told: dict[str, Told] = st.session_state.get(_TOLD, {})
    return [one.text for where, one in told.items() if where.startswith(f"{place}.") and one.text]


def slot(*said: str | None) -> None:
    """Draw what there may be to say, in a place that stays one place.

    What comes and goes must not move the widgets below it: the browser would make them anew, and what somebody is just
    typing there would be gone.
    """
    with st.container():
        for one in said:
            if one is not None:
                st.html(one)


def tell(place: str, name: str = "") -> None:
    """Say at a place why what was done there was not kept; what was typed can still be copied."""
    slot(_told(place, name))


def meanwhile(place: str, stored: str, now: str, name: str = "") -> None:
    """Say beside a widget what stands in the draft by now, where somebody else has changed it since it was drawn."""
    if showing(widget_at(place)).stored == stored:
        slot()
        return
    st.session_state[_OTHERS] = True
    told = tr(N_("This was changed meanwhile. It now says: “{found}”."), language(), found=now)
    named = el("strong", f"{name}: ") if name else None
    slot(el("div", el("p", named, told), class_="k-meanwhile", role="status"))


def others(where: DeltaGenerator, text: str, of: str, *places: str) -> None:
    """Say, at the head of a page, that others have changed something at its places since they were drawn; show it."""
    if not st.session_state.pop(_OTHERS, False):
        return
    with where, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(el("p", text, class_="k-also", role="status"))
        st.button(
            escaped(tr(N_("Show what is saved now"), language())),
            key=f"others.{of}",
            icon=":material/refresh:",
            on_click=anew,
            args=places,
        )


def _told(place: str, name: str) -> Html | None:
    found: Told | None = st.session_state.get(_TOLD, {}).get(place)
    if found is None:
        return None
    typed = None
    if found.text:
        typed = el("p", tr(N_("You had typed:"), language()), " ", el("code", found.text))
    named = el("strong", f"{name}: ") if name else None
    class_ = "k-meanwhile" if isinstance(found.fault, TypedMeanwhileError) else "k-wrong"
    return el("div", el("p", named, in_words(found.fault, language())), typed, class_=class_, role="alert")
