"""The widgets by which a person chooses what to look at. What they say stands in the address."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st

from kpi.access import Deed
from kpi.figures import published_windows
from kpi.framework.model import Framework
from kpi.language import pick, quarter_short, tr, whole
from kpi.present.html import Html, el, join
from kpi.present.words import period, title, window_kind
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window, WindowKind
from kpi.web import limited
from kpi.web.address import choose, params
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language, languages, own_name
from kpi.web.view import ONLY, WHERE, Against, View

_ALL = ""
_NARROW, _WIDER = 150, 190
#: How wide a letter of a label is, so that none is cut off.
_LETTER = 8
_SAID = "pick.said"
_FOLDED_OUT = "pick.narrowing"
#: Windows that are chosen as what they are, and not by a quarter: each from a quarter in it.
_WHOLE: Mapping[WindowKind, Callable[[Quarter], Window]] = {
    WindowKind.YEAR: lambda quarter: Window.year(quarter.year),
    WindowKind.HALF_YEAR: Window.half_year,
}

#: A button's label cannot say in which language it is, and a button comes later than this script.
_NAMES_SPOKEN = """
{
    const named = Object.entries({named});
    const mark = (_, seen) => {
        const there = named.filter(([at, code]) => {
            const button = document.querySelector(at);
            button?.setAttribute('lang', code);
            return button;
        });
        if (there.length === named.length) seen.disconnect();
    };
    const seen = new MutationObserver(mark);
    seen.observe(document.body, {childList: true, subtree: true});
    mark([], seen);
}
"""


def language_picker() -> None:
    """Let the reader change the language; not by links, which would begin the page anew and lose what was typed.

    Each name is said to be in its own language.
    """
    offered, said = languages(), language()
    st.session_state[_SAID] = said
    if len(offered) < 2:  # noqa: PLR2004 (one is no choice)
        return
    with st.container(horizontal=True, gap="small", width="content", key="languages"):
        for code in offered:
            if code == said:
                label = el("span", tr(N_("Language"), said), ": ", class_="k-unseen")
                st.html(join(label, el("span", own_name(code), lang=code, aria_current="true")), width="content")
            else:
                st.button(own_name(code), key=f"language.{code}", type="tertiary", on_click=choose, args=("lang", code))
        named = json.dumps({f".st-key-language-{code} button": code for code in offered if code != said})
        script = _NAMES_SPOKEN.replace("{named}", named)
        st.html(Html(f"<script>{script}</script>"), width="content", unsafe_allow_javascript=True)


def follow_language() -> None:
    """Draw the whole page where its language is another by now: leaving a cell by that choice draws its form alone."""
    said = language()
    if st.session_state.get(_SAID, said) != said:
        st.rerun()


def window_bar(view: View, *, over: bool = False) -> None:
    """Let the reader choose the window only; `over`: a year that is chosen is the last one that is over."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="filters"):
        _window(view, over=over)


def filter_bar(view: View) -> None:
    """Let the reader choose the window, what it is compared with, the filters, and whether what waits counts too.

    Beneath, in sight wherever one reads, stands what the page is limited to.
    """
    framework = installation().framework
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="filters"):
        _window(view)
        _against(view)
        # On a phone the filters fold away, so that the findings come soon.
        narrowed = any(name == "organisation" or name.startswith(ONLY) for name in params())
        st.session_state.setdefault(_FOLDED_OUT, bool(view.where) or narrowed)
        st.toggle(tr(N_("Filters"), language()), key=_FOLDED_OUT)
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="narrowing"):
            for dimension in framework.programme.filters:
                _filter(framework, dimension, view)
            if allowed(Deed.SEE_WAITING):
                _toggle_waiting(view)
    limited.line(view)


def _against(view: View) -> None:
    """Let the reader choose the window to compare with; nothing since the start, and in the first published year."""
    said = language()
    offered = {str(key): window for key, window in view.comparable(installation().framework.programme.starts).items()}
    if not offered:
        return
    now = next(key for key, window in offered.items() if window == view.earlier)
    choice(
        "against",
        tr(N_("Compared with"), said),
        list(offered),
        now,
        lambda key: _compared(view, key, offered[key], said),
        width=_WIDER,
    )


def _compared(view: View, key: str, window: Window, said: str) -> str:
    """Name a window to compare with: as it lies before this one, or a year."""
    if key.isdigit():
        return title(period(window, said))
    year_earlier = window == view.compared(Against.YEAR_EARLIER)
    return tr(N_("A year earlier") if year_earlier else N_("The period before"), said)


def _window(view: View, *, over: bool = False) -> None:
    framework, said = installation().framework, language()
    if allowed(Deed.SEE_UNDISCLOSED):
        _any_window(framework, view, over=over)
        return
    ends = [str(window.last) for window in reversed(published_windows(framework, today()))]
    year = window_kind(WindowKind.YEAR.value, said)
    choice("quarter", year, ends or [str(view.window.last)], str(view.window.last), lambda text: _year(text, said))


def _year(text: str, said: str) -> str:
    """Name the year that ends with a quarter; the running one as far as it has come."""
    quarter = Quarter.parse(text)
    year = str(quarter.year)
    return year if quarter.number == QUARTERS_A_YEAR else whole(N_("{year} so far"), said, year=year)


def _any_window(framework: Framework, view: View, *, over: bool) -> None:
    said = language()
    kinds = [kind.value for kind in WindowKind]
    choice(
        "window",
        tr(N_("Period"), said),
        kinds,
        view.window.kind.value,
        lambda kind: window_kind(kind, said),
        on_change=_to_year if over else None,
    )
    quarters = _quarters(framework, view)
    if view.window.kind is WindowKind.RANGE:
        _quarter("from", tr(N_("From"), said), quarters, view.window.first)
    if view.window.kind in _WHOLE:
        _among(view, quarters)
    else:
        is_one = view.window.kind is WindowKind.QUARTER
        _quarter("quarter", tr(N_("Quarter") if is_one else N_("To the end of"), said), quarters, view.window.last)


def _among(view: View, quarters: Sequence[str]) -> None:
    """Let the reader choose a year or half-year; the address names it by its last quarter."""
    said, kind = language(), view.window.kind
    windows = dict.fromkeys(_WHOLE[kind](Quarter.parse(one)) for one in quarters)
    names = {
        str(one.last): str(one.last.year) if kind is WindowKind.YEAR else title(period(one, said)) for one in windows
    }
    width = max(_NARROW, *(len(name) * _LETTER + 3 * _LETTER for name in names.values()))
    label, now = window_kind(kind.value, said), str(view.window.last)
    choice("quarter", label, list(names), now, names.__getitem__, width=width)


def _toggle_waiting(view: View) -> None:
    said = language()
    st.toggle(
        tr(N_("Also not yet approved"), said),
        value=view.provisional,
        key="pick.provisional",
        help=tr(N_("Also counts returns that are submitted and wait for approval."), said),
        on_change=_switched,
    )


def _quarters(framework: Framework, view: View) -> list[str]:
    """Give the quarters to choose from, the newest first: from the start to now, and those in view."""
    first = min(framework.programme.starts, view.window.first)
    last = max(Quarter.of(today()), view.window.last, first)
    return [str(quarter) for quarter in reversed(list(Window.range(first, last)))]


def _quarter(parameter: str, label: str, offered: Sequence[str], now: Quarter) -> None:
    said = language()
    choice(parameter, label, offered, str(now), lambda text: quarter_short(Quarter.parse(text), said))


def _filter(framework: Framework, dimension: str, view: View) -> None:
    said, entry = language(), framework.dimensions[dimension]
    label = title(pick(entry.label, said))
    choice(
        f"{WHERE}{dimension}",
        label,
        [_ALL, *entry.categories],
        view.where.get(dimension, _ALL),
        lambda key: pick(entry.categories[key].label, said) if key else tr(N_("All"), said),
        width=max(_WIDER, len(label) * _LETTER),
    )


def indicator_picker(view: View, keys: Sequence[str]) -> None:
    """Let the reader choose an indicator."""
    framework, said = installation().framework, language()
    choice(
        "indicator",
        tr(N_("Indicator"), said),
        keys,
        view.indicator or keys[0],
        lambda key: f"{key} – {pick(framework.indicators[key].label, said)}",
        width="stretch",
    )


def choice(  # noqa: PLR0913 (a widget has these)
    parameter: str,
    label: str,
    offered: Sequence[str],
    now: str,
    written: Callable[[str], str],
    *,
    width: int | Literal["stretch"] = _NARROW,
    on_change: Callable[[str], None] | None = None,
) -> None:
    """Let the reader choose what a parameter of the address says: one of those `offered`, now `now`."""
    key = f"pick.{parameter}"
    # The address rules: the widget shows what it says, also after “back” or a link.
    st.session_state[key] = now
    st.selectbox(
        label,
        list(offered),
        key=key,
        format_func=written,
        on_change=on_change or _chosen,
        args=(parameter,),
        width=width,
    )


def _chosen(parameter: str) -> None:
    choose(parameter, st.session_state[f"pick.{parameter}"] or None)


def _to_year(parameter: str) -> None:
    """Change the kind of window; of the running year nobody wants the whole one, but of the last one that is over."""
    _chosen(parameter)
    now, looked = Quarter.of(today()), params().get("quarter")
    last = Quarter(now.year - 1, QUARTERS_A_YEAR)
    running = not looked or Quarter.parse(looked).year >= now.year
    if st.session_state[f"pick.{parameter}"] == WindowKind.YEAR and running:
        choose("quarter", str(max(last, installation().framework.programme.starts)))


def _switched() -> None:
    choose("provisional", "1" if st.session_state["pick.provisional"] else None)
