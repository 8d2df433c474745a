"""Whoever listens to a page is told what each of its tables is of, in their language."""

import re

import pytest

from kpi.access import Role
from looking import look_at, page_of, somebody, source
from showing import filled, mark_as_sample

PAGES = ("overview", "indicators", "returns", "quality", "actions", "log", "administration", "reports", "open_data")
_CAPTIONS = re.compile(r"<table[^>]*>(?:<caption[^>]*>(.*?)</caption>)?", re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give a folder with an installation, and what the browser of an administrator and of a manager holds."""
    folder = tmp_path_factory.mktemp("named")
    opened = filled(folder)
    mark_as_sample(opened)
    opened.engine.dispose()
    return folder, {role: somebody(folder, role) for role in (Role.MANAGER, Role.ADMINISTRATOR)}


@pytest.mark.parametrize("page", PAGES)
def test_every_table_of_a_page_has_a_name(place, monkeypatch, page):
    folder, tokens = place
    role = Role.ADMINISTRATOR if page == "administration" else Role.MANAGER
    shown = source(look_at(monkeypatch, folder, tokens[role], page_of(page), lang="bg", quarter="2025-Q3"))
    captions = [re.sub(r"<[^>]+>", " ", found).strip() for found in _CAPTIONS.findall(shown)]
    assert all(captions)
    assert all(re.search("[а-я]", one) for one in captions)
