"""The frameworks that were in force, each with what became another thing in it: the store keeps every one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.access import Deed, allow
from kpi.framework.compared import Change, changes
from kpi.framework.load import load_text
from kpi.framework.model import Framework
from kpi.installation import FRAMEWORK, Installation
from kpi.store import events, frameworks
from kpi.store.engine import reading

__all__ = ["Version", "versions"]


@dataclass(frozen=True, slots=True)
class Version:
    """A framework that came into force; `changes` since the one before.

    There are none for the first one, and none are known (`readable` is false) where one of the two was written in a
    grammar of its time that is no longer read.
    """

    version: str
    since: datetime
    sha256: str
    changes: Sequence[Change]
    readable: bool = True


def versions(installation: Installation) -> list[Version]:
    """Give every framework that was in force, the latest first."""
    allow(installation.who, Deed.SEE_FIGURES)
    with reading(installation.engine) as session:
        history = events.history(session, subject=FRAMEWORK)
        texts = {one.sha256: one.yaml for one in frameworks.all(session)}
    found: list[Version] = []
    before: Framework | None = None
    for event in history:
        sha256 = str(event.after["sha256"]) if isinstance(event.after, dict) else ""
        if found and found[-1].sha256 == sha256:  # derived again under the same one
            continue
        now = _read(installation, sha256, texts.get(sha256))
        known = now is not None and (before is not None or not found)
        made = changes(before, now) if before is not None and now is not None else ()
        found.append(Version(now.programme.version if now else "", event.at, sha256, made, known))
        before = now
    return found[::-1]


def _read(installation: Installation, sha256: str, text: str | None) -> Framework | None:
    if sha256 == installation.sha256:
        return installation.framework
    return None if text is None else load_text(text).framework
