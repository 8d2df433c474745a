"""Where files are dropped: Streamlit's own words there are English only, so that the page's language covers them."""

import json

import streamlit as st

from kpi.language import tr
from kpi.present.html import Html
from kpi.problems import N_


def style(language: str) -> None:
    """Put the words of the places for files into the reader's language."""
    browse = json.dumps(tr(N_("Choose a file"), language), ensure_ascii=False)
    drop = json.dumps(tr(N_("or drop it here"), language), ensure_ascii=False)
    zone = "[data-testid='stFileUploaderDropzone']"
    st.html(
        Html(
            f"<style>{zone} button p {{ font-size: 0; }}"
            f"{zone} button p::after {{ content: {browse}; font-size: .95rem; }}"
            f"{zone} [data-testid='stFileUploaderDropzoneInstructions'] span {{ font-size: 0; }}"
            f"{zone} [data-testid='stFileUploaderDropzoneInstructions'] span::after"
            f" {{ content: {drop}; font-size: .9rem; }}</style>"
        )
    )
