"""The words that people type into cells, and the form under which they are the same word.

The labels of a form's state are declared here once: the template offers them, the check reads them
back. Words of other kinds are read in English and Bulgarian beside what the catalogues say.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from kpi.language import tr
from kpi.problems import N_
from kpi.records import FormState

#: What a form's state cell offers. `FormState.MISSING` is what an unanswered form is; nobody chooses it.
STATE_LABELS: Mapping[FormState, str] = {
    FormState.REPORTED: N_("reported"),
    FormState.NOTHING: N_("nothing to report"),
    FormState.NOT_APPLICABLE: N_("not applicable"),
}
#: The words of yes and no, and of a cell that does not apply, as templates and web forms offer them.
YES_LABEL, NO_LABEL, NOT_APPLICABLE_LABEL = N_("yes"), N_("no"), N_("n/a")

_DASHES = re.compile(r"\s*[-‐‑‒–—―−﹘﹣-]\s*")
_WORD = 60
_QUOTES = "\"'“”„«»‘’‚`´"

_NOT_APPLICABLE = frozenset(
    {"n/a", "n.a", "na", "not applicable", "does not apply", "н/п", "н.п", "нп", "неприложимо", "не е приложимо"}
    | {"н/a", "неприложим", "неприложима", "не се прилага"}
)
_YES = frozenset({"yes", "y", "true", "1", "да", "д", "истина", "вярно", "✓", "✔", "☑", "✅"})
_NO = frozenset({"no", "n", "false", "0", "не", "н", "неистина", "невярно", "✗", "✘", "☐"})
_STATES: Mapping[FormState, frozenset[str]] = {
    FormState.REPORTED: frozenset({"reported", "отчетено", "отчетени", "попълнено"}),
    FormState.NOTHING: frozenset(
        {"nothing to report", "nothing", "няма какво да се отчете", "няма за отчитане", "няма"}
    ),
    FormState.NOT_APPLICABLE: _NOT_APPLICABLE,
}


def is_blank(value: object) -> bool:
    """Tell whether a cell holds nothing that can be seen."""
    if value is None:
        return True
    return isinstance(value, str) and all(c.isspace() or unicodedata.category(c) == "Cf" for c in value)


def plain(text: str) -> str:
    """Give the form under which two typed texts are the same.

    Case, runs of spaces, invisible characters, the kind of dash, surrounding quotes and a closing
    full stop or colon do not matter.
    """
    return _plain_word(text) if len(text) <= _WORD else _plain(text)


def _plain(text: str) -> str:
    visible = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) != "Cf")
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return _DASHES.sub("-", " ".join(folded.split())).strip(_QUOTES + " ").rstrip(".:;, ")


# A sheet repeats its words; what it says at length it says once.
_plain_word = lru_cache(maxsize=8_192)(_plain)


def is_dash(text: str) -> bool:
    """Tell whether a text is nothing but dashes."""
    bare = plain(text)
    return bool(bare) and not bare.strip("-")


def _labels(label: str, languages: Iterable[str]) -> set[str]:
    return {plain(tr(label, language)) for language in languages}


def is_not_applicable_word(text: str, languages: Iterable[str]) -> bool:
    """Tell whether a text says that something does not apply."""
    word = plain(text)
    return word in _NOT_APPLICABLE or word in _labels(NOT_APPLICABLE_LABEL, languages)


def yes_or_no(text: str, languages: Iterable[str]) -> bool | None:
    """Read yes or no; none where the text says neither."""
    word, languages = plain(text), tuple(languages)
    if word in _YES or word in _labels(YES_LABEL, languages):
        return True
    if word in _NO or word in _labels(NO_LABEL, languages):
        return False
    return None


def state_of(text: str, languages: Iterable[str]) -> FormState | None:
    """Read what a form's state cell says; none where it says nothing known."""
    word, languages = plain(text), tuple(languages)
    for state, label in STATE_LABELS.items():
        if word in {plain(state.value)} | _STATES[state] | _labels(label, languages):
            return state
    return None
