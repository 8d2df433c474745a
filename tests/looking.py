"""A page as somebody sees it, in a browser of their own, and what it says."""

import contextlib
import html
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi.access import OPERATOR, Role
from kpi.installation import open_installation
from kpi.problems import SaidError
from kpi.settings import Settings
from showing import ROOT, environment, hold, signed_in

SHELL = str(ROOT / "src/kpi/web/shell.py")


def page_of(name: str) -> str:
    return str(ROOT / "pages" / f"{name}.py")


def somebody(folder: Path, role: Role = Role.MANAGER, organisations: Collection[str] = ()) -> str | None:
    """Invite somebody to the installation in a folder; give what their browser holds, none where it does not open."""
    with contextlib.suppress(SaidError):
        opened = open_installation(Settings.from_environment(environment(folder)), who=OPERATOR, changed=True)
        token = signed_in(opened, role, organisations)
        opened.engine.dispose()
        return token
    return None


def look_at(
    monkeypatch: pytest.MonkeyPatch, folder: Path, token: str | None, page: str | None = None, **parameters: str
) -> AppTest:
    """Open a page, else the first one, with nothing kept from before; of a parameter, ``__`` stands for a full stop."""
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    hold(monkeypatch, token)
    at = AppTest.from_file(SHELL, default_timeout=120)
    if page:
        at.switch_page(page)
    for name, value in parameters.items():
        at.query_params[name.replace("__", ".")] = value
    at.run()
    assert not at.exception, at.exception
    return at


def source(at: AppTest) -> str:
    """What a page writes itself, as HTML."""
    return "\n".join(one.proto.body for one in at.get("html") if "<style" not in one.proto.body)


def said(at: AppTest) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source(at))).split())


def links(shown: str, class_: str = "") -> dict[str, tuple[str, dict[str, str]]]:
    """The links of a piece of a page, those of a class or all: by their texts, the page and what its address says."""
    found = re.findall(r'<a ([^>]*)href="([^"]*)"([^>]*)>(.*?)</a>', shown)
    parts = {
        html.unescape(re.sub("<[^>]+>", "", text)): urlsplit(html.unescape(to))
        for before, to, after, text in found
        if class_ in before + after
    }
    return {text: (part.path, dict(parse_qsl(part.query))) for text, part in parts.items()}
