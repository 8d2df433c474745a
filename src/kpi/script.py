"""What the script of a text tells: the place of a name in a list, and the language that somebody wrote in."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from kpi.language import locale


def alphabetical(name: str, language: str) -> tuple[bool, str]:
    """Give the key that puts names in the order in which people look for them.

    Quotes and other signs in front are passed over, and names in the script of the language come before others.
    """
    begins = next((at for at, sign in enumerate(name) if sign.isalnum()), 0)
    letters = name[begins:].casefold()
    return letters[:1].isalpha() and _script(letters) != _script(_own_name(language)), letters


@lru_cache
def _own_name(language: str) -> str:
    return str(locale(language).display_name)


def _script(text: str) -> str:
    return unicodedata.name(text[0], "").partition(" ")[0]


def written_in(text: str, language: str, languages: Sequence[str]) -> str:
    """Tell in which of the languages somebody wrote, where its script shows that it is another than the one spoken.

    A single word tells nothing: it may be a name or a key.
    """
    letters = [sign for sign in text if sign.isalpha()]
    if not letters or sum(any(sign.isalpha() for sign in word) for word in text.split()) == 1:
        return ""
    script, _ = Counter(map(_script, letters)).most_common(1)[0]
    if script == _script(_own_name(language)):
        return ""
    return next((one for one in languages if _script(_own_name(one)) == script), "")
