"""What a link of the log says, in words: to what it was done, and what was before and after.

What is not known here stands as the log has it: a link may be of an older program, or nobody's at all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from kpi.access import ROLE_NAMES
from kpi.answered import OUTCOMES
from kpi.audit import Event
from kpi.calendar import STANDINGS
from kpi.framework.model import Framework
from kpi.intake.words import NO_LABEL, YES_LABEL
from kpi.language import day, pick, quarter_short, tr, whole
from kpi.present.html import Html, el
from kpi.present.questions import named
from kpi.present.returned import CHANNELS
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.quarter import NotAQuarterError, Quarter

#: What the log's values are called. What has no name here is for machines, and told as it was sealed only.
_FIELDS: Mapping[str, str] = {
    "state": N_("state"),
    "reason": N_("reason"),
    "by_form": N_("reason"),
    "rows": N_("rows"),
    "channel": N_("came in as"),
    "on_behalf": N_("on behalf of the organisation"),
    "own_organisation": N_("own organisation of whoever approved"),
    "until": N_("due day"),
    "form": N_("sheet"),
    "position": N_("row"),
    "text": N_("text"),
    "oddity": N_("what was odd"),
    "outcome": N_("outcome"),
    "quarter": N_("quarter"),
    "day": N_("day"),
    "due": N_("due day"),
    "explanation": N_("explanation"),
    "action": N_("action"),
    "owner": N_("owner"),
    "name": N_("name"),
    "attributes": N_("organisation"),
    "active_from": N_("takes part from"),
    "active_until": N_("takes part until"),
    "email": N_("e-mail"),
    "role": N_("role"),
    "organisations": N_("organisations"),
    "language": N_("language"),
    "enabled": N_("may sign in"),
    "version": N_("version"),
    "returns": N_("returns"),
    "number": N_("edition"),
    "size": N_("bytes"),
    "years": N_("kept for years"),
    "days": N_("kept for days"),
}
_SUBJECTS: Mapping[str, str] = {
    "return": N_("return"),
    "quarter": N_("quarter"),
    "indicator": N_("indicator"),
    "organisation": N_("organisation"),
    "person": N_("account"),
    "file": N_("file"),
    "edition": N_("report"),
    "framework": N_("framework"),
    "facts": N_("figures"),
    "store": N_("store"),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "state": {one.value: text for one, text in STANDINGS.items()},
    "channel": {one.value: text for one, text in CHANNELS.items()},
    "outcome": {one.value: text for one, text in OUTCOMES.items()},
    "role": {one.value: text for one, text in ROLE_NAMES.items()},
}
_QUARTERS = frozenset({"quarter", "active_from", "active_until"})
_DAYS = frozenset({"until", "day", "due"})
#: What is worth a word only where it is so.
_ONLY_YES = frozenset({"on_behalf", "own_organisation"})
#: What is told in one place, and how much of it is shown of what is folded.
_LONG, _BEGINNING = 320, 140
_SHORT, _HASH = 12, 64

#: The value's name, its part (a form, an attribute, a language) where it has parts, before and after.
_Line = tuple[str, str, object, object]


def subject(one: Event, framework: Framework, language: str) -> str:
    """Say to what something was done."""
    kind, *parts = one.subject.split("/")
    if kind not in _SUBJECTS:
        return one.subject
    told = [tr(_SUBJECTS[kind], language)]
    if kind == "return" and len(parts) > 2:  # noqa: PLR2004 (organisation, quarter, revision)
        parts[2] = whole(N_("revision {revision}"), language, revision=parts[2])
    if kind == "indicator" and parts and parts[0] in framework.indicators:
        parts[0] = f"{parts[0]} – {pick(framework.indicators[parts[0]].label, language)}"
    return " ".join(filter(None, (*told, ", ".join(_quarter(part, language) for part in parts))))


def changes(one: Event, framework: Framework, language: str) -> Html | None:
    """Say what was before and after, in words; folded where it is long."""
    lines = [
        (_name(line, framework, language), _change(line, framework, language))
        for line in _lines(one)
        if line[0] in _FIELDS and not (line[0] in _ONLY_YES and line[3] is False)
    ]
    if not lines:
        return None
    told = el(
        "ul",
        *(el("li", el("strong", name, ": "), as_written(text, language, framework)) for name, text in lines),
        class_="k-logged",
    )
    if sum(len(name) + len(text) for name, text in lines) <= _LONG:
        return told
    return el("details", el("summary", *_beginning(lines, framework, language)), told)


def _beginning(lines: Iterable[tuple[str, str]], framework: Framework, language: str) -> Iterator[str]:
    left = _BEGINNING
    for name, text in lines:
        yield f"{name}: "
        yield as_written(f"{text[:left].rstrip()}…" if len(text) > left else f"{text}; ", language, framework)
        left -= len(name) + len(text)
        if left <= 0:
            return


def sealed(one: Event, framework: Framework, language: str) -> Html:
    """Give all of a link as it was sealed, folded."""
    lines = [
        el(
            "li",
            el("code", f"{name}.{part}" if part else name),
            " ",
            as_written(_raw(before, after), language, framework),
        )
        for name, part, before, after in _lines(one)
    ]
    ids = [el("li", el("code", one.subject)), el("li", el("code", one.hash))]
    return el("details", el("summary", tr(N_("as sealed"), language)), el("ul", *ids, *lines), class_="k-sealed")


def _lines(one: Event) -> Iterator[_Line]:
    before, after = _fields(one.before), _fields(one.after)
    for name, part in dict.fromkeys([*before, *after]):
        values = before.get((name, part)), after.get((name, part))
        if values[0] != values[1]:
            yield name, part, *values


def _fields(value: object) -> dict[tuple[str, str], object]:
    """Give what a link says, value by value."""
    if not isinstance(value, Mapping):
        return {} if value is None else {("", ""): value}
    return {
        (str(name), str(part)): inner
        for name, one in value.items()
        for part, inner in (one.items() if isinstance(one, Mapping) and one else [("", one)])
    }


def _name(line: _Line, framework: Framework, language: str) -> str:
    name, part, _, _ = line
    if name == "by_form" and part in framework.forms:
        return pick(framework.forms[part].label, language)
    if name == "attributes" and part in framework.organisation:
        return pick(framework.organisation[part].label, language)
    told = tr(_FIELDS[name], language)
    return f"{told} ({part})" if part else told


def _change(line: _Line, framework: Framework, language: str) -> str:
    name, part, before, after = line
    then, now = (_said(name, part, value, framework, language) for value in (before, after))
    return now if before is None else f"{then} → {now}"


def _said(name: str, part: str, value: object, framework: Framework, language: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return tr(YES_LABEL if value else NO_LABEL, language)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    if not isinstance(value, str):
        return _short(value)
    if value in _WORDS.get(name, {}):
        return tr(_WORDS[name][value], language)
    if name == "form" and value in framework.forms:
        return pick(framework.forms[value].label, language)
    if name == "attributes" and part in framework.organisation:
        found = framework.dimensions[framework.organisation[part].dimension].categories.get(value)
        return value if found is None else pick(found.label, language)
    if name == "oddity":
        return named(framework, value, language)
    if name in _QUARTERS:
        return _quarter(value, language)
    return _day(value, language) if name in _DAYS else value


def _quarter(text: str, language: str) -> str:
    try:
        return quarter_short(Quarter.parse(text), language)
    except NotAQuarterError:
        return text


def _day(text: str, language: str) -> str:
    try:
        return day(date.fromisoformat(text), language)
    except ValueError:
        return text


def _raw(before: object, after: object) -> str:
    now = "—" if after is None else _short(after)
    return now if before is None else f"{_short(before)} → {now}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    is_hash = len(text) == _HASH and set(text) <= set("0123456789abcdef")
    return f"{text[:_SHORT]}…" if is_hash else text
