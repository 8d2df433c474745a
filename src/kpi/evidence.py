"""What stands behind a row: files and links. Files are known by what is in them, whatever they are called.

Only whole ones of the kinds in `kpi.kinds` are kept. They are kept once, by their hash, and given back only to whoever
may see the rows that they stand behind, for download.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath

from sqlmodel import Session

from kpi.access import Deed, allow, may
from kpi.draft import Draft, basis_of, read_draft, said_before
from kpi.incoming import Incoming
from kpi.installation import Installation
from kpi.intake import taken
from kpi.intake import typed as typing
from kpi.intake.cells import is_link
from kpi.intake.taken import LeftBehind
from kpi.intake.typed import Attached
from kpi.kinds import KINDS, Kind, kind_of
from kpi.problems import N_, SaidError
from kpi.store import drafts as kept
from kpi.store import files
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.typing_in import attach

LARGEST = 10 * 1024 * 1024
_LONGEST_NAME = 120
#: What was kept when less was asked of a file is handed over as bytes.
_BYTES = "application/octet-stream"


class TooLargeFileError(SaidError):
    """A file is larger than what is kept."""

    text = N_("“{name}” is too large: a file of evidence has at most {most} MB.")

    def __init__(self, name: str) -> None:
        super().__init__(name=name, most=LARGEST // 1024 // 1024)


class UnknownKindError(SaidError):
    """A file is of no kind that is kept, whatever its name says, or not whole."""

    text = N_(
        "“{name}” cannot be kept: it is empty, damaged or incomplete, or not one of these: {kinds}. "
        "Documents with macros are not accepted. Open it on your computer, save it as a PDF, and add that."
    )

    def __init__(self, name: str) -> None:
        super().__init__(name=name, kinds=tuple(one.ending.upper() for one in KINDS))


class NotALinkError(SaidError):
    """A link leads to no web page."""

    text = N_(
        "“{found}” is not the address of a web page. Write the whole address, beginning with https:// or http://."
    )

    def __init__(self, found: str) -> None:
        super().__init__(found=found)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be taken away."""

    name: str
    media_type: str
    content: bytes


def name_of(name: str, kind: Kind) -> str:
    """Give a file a name without folders and invisible characters, that ends as what it is ends."""
    bare = PurePosixPath(PureWindowsPath(name).name).name
    seen = " ".join("".join(one if one.isprintable() and one not in '<>:"/\\|?*' else " " for one in bare).split())
    endings = {kind.ending, *({"jpeg", "jpe"} if kind.ending == "jpg" else ())}
    fits = seen.rpartition(".")[2].casefold() in endings and "." in seen
    stem, ending = (seen.rpartition(".")[0], seen.rpartition(".")[2]) if fits else (seen, kind.ending)
    return f"{stem.strip(' .')[:_LONGEST_NAME] or 'file'}.{ending}"


def keep(  # noqa: PLR0913 (where, what and when)
    installation: Installation, *, draft_id: int, form: str, row: str, name: str, content: bytes, at: datetime
) -> Draft:
    """Keep a file as evidence behind a row of a draft.

    Raises `TooLargeFileError`, `UnknownKindError`, and what `kpi.typing_in.attach` raises.
    """
    if len(content) > LARGEST:
        raise TooLargeFileError(name)
    kind = kind_of(content)
    if kind is None:
        raise UnknownKindError(name)
    called = name_of(name, kind)

    def kept_by(session: Session) -> Attached:
        return Attached(called, file=files.keep(session, name=called, content=content, media_type=kind.media_type))

    return attach(installation, draft_id=draft_id, form=form, row=row, kept_by=kept_by, at=at)


def link(  # noqa: PLR0913 (where, what and when)
    installation: Installation, *, draft_id: int, form: str, row: str, address: str, at: datetime
) -> Draft:
    """Keep a link as evidence behind a row of a draft.

    Raises `NotALinkError`, and what `kpi.typing_in.attach` raises.
    """
    address = address.strip()
    if not is_link(address):
        raise NotALinkError(address)
    attached = Attached(address, link=address)
    return attach(installation, draft_id=draft_id, form=form, row=row, kept_by=lambda _: attached, at=at)


def left_behind(installation: Installation, incoming: Incoming) -> list[LeftBehind]:
    """Give the rows whose evidence would go if a file became the draft: the file has no row for them.

    What would be replaced is the open draft or, where there is none, what a new one would begin with.
    """
    raw, framework = incoming.raw, installation.framework
    if raw is None:
        return []
    allow(installation.who, Deed.REPORT, organisation=raw.organisation)
    with reading(installation.engine) as session:
        there = kept.open_of(session, organisation=raw.organisation, quarter=raw.quarter.ordinal)
        basis = basis_of(session, raw.organisation, raw.quarter)
        if there is not None:
            before = read_draft(session, framework, there).typed
        elif basis is not None:
            before = said_before(session, framework, basis, raw.quarter, basis.language)
        else:
            return []
    return taken.left_behind(before, taken.of_raw(framework, raw, before))


def open_file(installation: Installation, *, file_id: int, return_id: int) -> Opened:
    """Give a file that is evidence in a return, to whoever may see the return's rows.

    Raises a `KeyError` where it is no evidence there, and `kpi.access.NotPermittedError`.
    """
    with reading(installation.engine) as session:
        head = stored.get(session, return_id=return_id)
        if not may(installation.who, Deed.REPORT, organisation=head.organisation):
            allow(installation.who, Deed.SEE_ROWS)
        name = next((one for known, one in _evidence(session, return_id) if known == file_id), None)
        if name is None:
            raise KeyError(file_id)
        found = files.content(session, file_id=file_id)
    kind = kind_of(found.content)
    return Opened(name, kind.media_type if kind else _BYTES, found.content)


def _evidence(session: Session, return_id: int) -> Iterator[tuple[int | None, str]]:
    """Give the files in a return with their names: of its records, and of what is typed into it."""
    yield from ((one.file_id, one.name) for one in kept.evidence(session, return_ids=[return_id]))
    for written in stored.typed(session, return_id=return_id).values():
        for row in typing.from_json(written).rows:
            yield from ((one.file, one.name) for one in row.evidence)
