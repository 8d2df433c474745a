"""What stops the program says so in a sentence, in any language."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kpi import language
from kpi.installation import FrameworkChangedError
from kpi.language import said, tr
from kpi.measure.needs import NotACategoryError
from kpi.problems import Own, SaidError
from kpi.quarter import NotAQuarterError, Quarter
from kpi.store.engine import StoreUnavailableError, connect


class TornError(SaidError):
    text = "{page} of {pages} is torn, {why}"


@pytest.fixture
def catalogue(monkeypatch):
    """A catalogue of three texts in a language of its own."""
    texts = {"{page} of {pages} is torn, {why}": "{why}: {pages}, {page}", "by {whom}": "{whom} did", "Ann": "Anna"}
    monkeypatch.setattr(language, "catalogue", lambda code: texts if code == "xx" else {})


def test_an_error_says_its_sentence_in_english_and_in_the_language_asked_for(catalogue):
    error = TornError(page=3, pages=[7, "8"], why=Own("by {whom}", whom=Own("Ann")))
    assert str(error) == "3 of 7, 8 is torn, by Ann"
    assert said(error, "en") == "3 of 7, 8 is torn, by Ann"
    assert said(error, "xx") == "Anna did: 7, 8, 3"


def test_braces_in_a_value_are_text():
    assert str(TornError(page="{why}", pages="{0}", why="{")) == "{why} of {0} is torn, {"


def test_words_with_values_can_be_told_from_and_joined_to_plain_text():
    own = Own("by {whom}", whom="Ann")
    assert own == "by {whom}"
    assert own.values == {"whom": "Ann"}
    assert not Own("page").values


def test_a_quarter_that_is_none_is_said_too():
    with pytest.raises(NotAQuarterError) as caught:
        Quarter.parse("2026-Q5")
    assert said(caught.value, "en") == "“2026-Q5” is not a quarter; write it like 2026-Q3" == str(caught.value)
    assert said(caught.value, "bg") == "„2026-Q5“ не е тримесечие; запишете го така: 2026-Q3"


def test_other_errors_speak_for_themselves():
    assert said(ValueError("x {y}"), "bg") == "x {y}"


def test_a_store_says_why_it_cannot_be_used():
    with pytest.raises(StoreUnavailableError) as caught:
        connect("mysql://somebody:secret@host/kpi")
    english, bulgarian = said(caught.value, "en"), said(caught.value, "bg")
    assert english == str(caught.value)
    assert "“mysql” is not supported" in english
    assert "„mysql“ не се поддържа" in bulgarian
    assert "secret" not in english + bulgarian


def test_errors_keep_what_they_are_caught_by():
    error = NotACategoryError("gender", "wimmen")
    assert isinstance(error, LookupError)
    assert str(error) == "“wimmen” is no category of “gender”"
    assert "kpi rebuild" in str(FrameworkChangedError())


@pytest.mark.parametrize("path", sorted(language.LOCALES.glob("*/LC_MESSAGES/kpi.po")), ids=lambda path: path.parts[-3])
def test_a_translation_has_the_braces_of_its_original(path: Path):
    with path.open("rb") as file:
        catalogue = read_po(file)
    texts = [(message.id, message.string) for message in catalogue if message.id and message.string]
    assert texts
    for original, translated in texts:
        values = {name: f"<{name}>" for name in language._BRACES.findall(original)}
        assert not language._BRACES.findall(tr(original, path.parts[-3], **values)), original
        assert sorted(set(language._BRACES.findall(translated))) == sorted(values), original
