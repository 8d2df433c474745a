"""What a page is limited to, in sight wherever one reads: its period, and every filter with the way out of it."""

from urllib.parse import urlencode

import streamlit as st

from kpi.language import pick, tr, whole
from kpi.present.html import Html, el, join
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import address
from kpi.web.person import installation, language
from kpi.web.view import WHERE, View

_PROVISIONAL = "provisional"
#: What is chosen further down draws that part of the page alone: a link goes from the address as it is by then.
_FROM_HERE = """
document.querySelectorAll('.k-limits a').forEach(link => link.onclick = () => {
    const asked = new URLSearchParams(location.search);
    link.dataset.without.split(' ').forEach(one => asked.delete(one));
    link.search = asked;
});
"""


def line(view: View) -> None:
    """Say what the page is limited to, each limit with a link to the same page without it; nothing without limits."""
    said, dimensions = language(), installation().framework.dimensions
    limits = []
    for dimension, key in view.where.items():
        entry = dimensions[dimension]
        name = pick(entry.categories[key].label, said)
        of = el("span", title(pick(entry.label, said)), ": ", class_="k-limit-of")
        limits.append(_limit(f"{WHERE}{dimension}", name, whole(N_("Without {category}"), said, category=name), of))
    if view.provisional:
        name, without = tr(N_("Also not yet approved"), said), tr(N_("Without what is not yet approved"), said)
        limits.append(_limit(_PROVISIONAL, name, without))
    if not limits:
        return
    window = title(period(view.window, said))
    parameters = [_PROVISIONAL, *(f"{WHERE}{dimension}" for dimension in view.where)]
    every = _link(tr(N_("Without filters"), said), *parameters)
    shown = el("p", el("span", window, title=window, class_="k-limit-name"), *limits, " ", every, class_="k-limits")
    st.html(join(shown, Html(f"<script>{_FROM_HERE}</script>")), unsafe_allow_javascript=True)


def _limit(parameter: str, name: str, without: str, of: Html | None = None) -> Html:
    cross = _link("✕", parameter, name=without)
    class_ = "k-limit k-limit-waiting" if of is None else "k-limit"
    return join(" ", el("span", el("span", of, name, title=name, class_="k-limit-name"), " ", cross, class_=class_))


def _link(text: str, *without: str, name: str | None = None) -> Html:
    kept = {parameter: value for parameter, value in address.params().items() if parameter not in without}
    return el("a", text, href=f"?{urlencode(kept)}", data_without=" ".join(without), aria_label=name, title=name)
