"""Words that Streamlit says by itself, in English only: the page's language covers them, wherever people meet them."""

import json

import streamlit as st

from kpi.language import tr
from kpi.present.html import Html
from kpi.problems import N_

_CONNECTED = '[data-test-connection-state="CONNECTED"]'
#: A notice of its own: a dialog with a title and a text, and nothing that a page would put there.
_NOTICE = '[role="dialog"]:not(:has([data-testid]))'
_THERE, _GONE = f"body:has({_CONNECTED}) {_NOTICE}", f"body:not(:has({_CONNECTED})) {_NOTICE}"
_ZONE = '[data-testid="stFileUploaderDropzone"]'

#: A part of a date that nobody has given yet.
_PART = '[data-testid="stDateInput"] [data-placeholder][data-type="%s"]'

#: What is covered, at which size, and with which words.
_COVERED = (
    ('[data-testid="stSkipToContent"]', "1rem", N_("To the content")),
    (f'{_THERE} > h2[slot="title"]', "1.3rem", N_("There is no such page")),
    (f"{_THERE} > div > div", "1rem", N_("It is not there, or not open to you. Behind this notice is the first page.")),
    (f'{_GONE} > h2[slot="title"]', "1.3rem", N_("The connection is interrupted")),
    (
        f"{_GONE} > div > div",
        "1rem",
        N_("What is marked as saved is saved. The page connects by itself when it can; then check the last field."),
    ),
    ('[role="listbox"][data-empty="true"] [role="option"] span', ".95rem", N_("Nothing like this is there")),
    (_PART % "day", ".9rem", N_("dd")),
    (_PART % "month", ".9rem", N_("mm")),
    (_PART % "year", ".9rem", N_("yyyy")),
    (f"{_ZONE} button p", ".95rem", N_("Choose a file")),
    (f'{_ZONE} [data-testid="stFileUploaderDropzoneInstructions"] span', ".9rem", N_("or drop it here")),
)
#: A file that was chosen: its name whole, and not the size, which would be in English form; the page tells of both.
_CHOSEN = """
[data-testid="stFileChipName"] { font-size: 0 !important; white-space: normal !important; }
[data-testid="stFileChipName"]::after { content: attr(title); font-size: .9rem; overflow-wrap: anywhere; }
[data-testid="stFileChipName"] + div { display: none !important; }
"""
#: How much of a text's room is taken stays; by which key it is sent is not told: a button or leaving the field does it.
_TYPED = '[data-testid="InputInstructions"] > span:first-child:not(:only-child) { display: none !important; }'
#: A file that the browser does not even send: nothing of ours hears of it.
_REFUSED = '[data-testid="stFileUploader"]:has([data-testid="stFileChip"][aria-invalid="true"])::after'


def style(language: str) -> None:
    """Put the words that are not the program's own into the reader's language."""
    most = st.get_option("server.maxUploadSize")
    told = N_("This file was not taken in: it is larger than {most} MB, or the connection broke off. Remove it first.")
    rules = [
        f"{what} {{ font-size: 0 !important; }} "
        f"{what}::after {{ content: {_text(text, language)}; font-size: {size}; line-height: 1.4; }}"
        for what, size, text in _COVERED
    ]
    rules.append(
        f"{_REFUSED} {{ content: {_text(told, language, most=most)};"
        " display: block; color: var(--k-bad); padding: .4rem 0; }"
    )
    st.html(Html(f"<style>{' '.join(rules)} {_CHOSEN} {_TYPED}</style>"))


def _text(text: str, language: str, **values: object) -> str:
    """Write a text as CSS writes one."""
    return json.dumps(tr(text, language, **values), ensure_ascii=False).replace("<", "\\3c ")
