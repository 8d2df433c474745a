"""Published reports: frozen, listed, never changed; a later edition says what is different.

An edition keeps the figures it told, so that the next one of the same window, audience and limits can be held against
it. The difference of two published numbers may be one person: so funders are told which figures changed, not from what,
and take away an edition only until later figures take its place; it stays listed with its seal, and the core team has
it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import product

from sqlmodel import Session

from kpi.access import Deed, allow, may
from kpi.areas import Areas
from kpi.figures import published_windows
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.present.machine import plain
from kpi.problems import N_, SaidError
from kpi.renamed import renamed
from kpi.report import files as formats
from kpi.report.content import Audience, Changed, Content, Figure, Request
from kpi.report.editions import apart, as_edition
from kpi.report.files import Format
from kpi.report.gather import gather_in
from kpi.report.progress import Progress, silent, within
from kpi.report.window import reportable
from kpi.store import editions as stored
from kpi.store import events, files, frameworks
from kpi.store.editions import PUBLISHED, EditionFile, NewFile, StoredEdition
from kpi.store.engine import reading, writing
from kpi.store.model import StoredEvent, StoredFile

__all__ = [
    "Changed",
    "ChangedMeanwhileError",
    "Edition",
    "EditionFile",
    "NothingApprovedError",
    "StoredEdition",
    "changes",
    "editions",
    "file_of",
    "publish",
]


class ChangedMeanwhileError(SaidError):
    """The data changed while the report was being made."""

    text = N_("The data changed while the report was being made. Nothing was published; try again.")


class NothingApprovedError(SaidError):
    """There is no approved return in a window."""

    text = N_("No return of this period is approved: there is nothing to publish.")


class NotAsPublishedError(SaidError):
    """A file of a published report has other bytes than the log says."""

    text = N_("The file “{name}” is not what was published, and is not given out. Please tell the core team.")

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


@dataclass(frozen=True, slots=True)
class Edition:
    """A published report as somebody sees it: whether a later one has replaced it, and whether its files are open.

    One for funders is `outdated` where later figures have taken its place; its files are open to the core team alone.
    """

    stored: StoredEdition
    replaced_by: int | None
    outdated: bool
    is_open: bool


def publish(  # noqa: PLR0913 (a report is just these)
    installation: Installation,
    request: Request,
    *,
    today: date,
    at: datetime,
    maps: Mapping[str, Areas] | None = None,
    progress: Progress = silent,
) -> StoredEdition:
    """Publish a report in every language of the framework and every format; `maps` as for `kpi.report.gather.gather`.

    Raises `NothingApprovedError`, `ChangedMeanwhileError`, and what `kpi.report.gather.gather` raises.
    """
    allow(installation.who, Deed.PUBLISH)
    framework = installation.framework
    request = reportable(framework, request, today)
    series = _series(request)
    with reading(installation.engine) as session:
        earlier = stored.find(session, series=series)[-1:]
        before = [one for each in earlier for one in _figures(session, framework, each.id)]
    languages = framework.languages
    whole = formats.GATHERING + len(languages) * sum(formats.LASTS.values())
    contents = gather_in(
        installation,
        request,
        languages,
        today=today,
        at=at,
        maps=maps,
        progress=within(progress, 0, formats.GATHERING / whole),
    )
    if not contents[0].made.returns:
        raise NothingApprovedError
    figures = [plain(framework, one) for one in contents[0].figures]
    changed = list(apart(before, figures))
    number, since = (earlier[0].number + 1, earlier[0].published_at) if earlier else (1, None)
    said = [as_edition(content, number, since, changed) for content in contents]
    written, done = [], formats.GATHERING
    for content, form in product(said, Format):
        until = done + formats.LASTS[form]
        written.append(_file(content, form, within(progress, done / whole, until / whole)))
        done = until
    with writing(installation.engine) as session:
        if contents[0].made.log_head != events.head(session) or stored.find(session, series=series)[-1:] != earlier:
            raise ChangedMeanwhileError
        edition = stored.add(
            session,
            series=series,
            window=request.window,
            audience=request.audience.value,
            limits=request.where,
            framework_id=frameworks.remember(session, yaml=installation.yaml),
            framework_version=framework.programme.version,
            returns=contents[0].made.returns,
            log_head=contents[0].made.log_head,
            figures=figures,
            written=written,
            at=at,
            by=installation.who.signature,
        )
        after = {"series": series, "number": edition.number, "sha256": edition.sha256}
        told = {f"{one.language}/{one.format}": one.sha256 for one in edition.files}
        events.append(
            session,
            at=at,
            actor=edition.published_by,
            action=PUBLISHED,
            subject=edition.subject,
            after={**after, "files": told},
        )
    return edition


def _file(content: Content, form: Format, progress: Progress) -> NewFile:
    """Write a report in a format."""
    name, media_type = formats.name_of(content, form), formats.MEDIA_TYPES[form]
    return NewFile(content.language, form.value, name, media_type, formats.written(content, form, progress))


def editions(installation: Installation, *, today: date) -> list[Edition]:
    """Give the published reports that somebody may know of, the latest first."""
    everything, windows = may(installation.who, Deed.SEE_UNDISCLOSED), published_windows(installation.framework, today)
    of_now = {(window.first, window.last) for window in windows}
    found: list[Edition] = []
    with reading(installation.engine) as session:
        told = _Told(session, installation.framework)
        for one in _known(session, installation):
            later = [each.stored for each in found if each.stored.audience == one.audience]
            replaced = max((each.number for each in later if each.series == one.series), default=None)
            outdated = one.audience == Audience.FUNDER.value and (
                (one.window.first, one.window.last) not in of_now
                or replaced is not None
                or any(told.otherwise(one, each) for each in later)
            )
            found.append(Edition(one, replaced, outdated, everything or not outdated))
    return found


def _known(session: Session, installation: Installation) -> list[StoredEdition]:
    """Give the editions that somebody may know of, the latest first."""
    allow(installation.who, Deed.SEE_FIGURES)
    everything = may(installation.who, Deed.SEE_UNDISCLOSED)
    every = reversed(stored.find(session))
    return [one for one in every if everything or one.audience == Audience.FUNDER.value]


@dataclass
class _Told:
    """What editions told, each read once."""

    session: Session
    framework: Framework
    _figures: dict[int, list[Figure]] = field(default_factory=dict)

    def _of(self, edition: StoredEdition) -> list[Figure]:
        if edition.id not in self._figures:
            self._figures[edition.id] = _figures(self.session, self.framework, edition.id)
        return self._figures[edition.id]

    def otherwise(self, one: StoredEdition, later: StoredEdition) -> bool:
        """Tell whether a later edition, with other limits, gives any figure of one otherwise."""
        if (one.window.first, one.window.last) != (later.window.first, later.window.last):
            return False
        return any(each.before and each.after for each in apart(self._of(one), self._of(later)))


def file_of(installation: Installation, *, edition_id: int, language: str, form: str, today: date) -> StoredFile:
    """Give a file of an edition; a `KeyError` where there is none, or it is not open to whoever asks.

    Raises `NotAsPublishedError` where its bytes are not those that the log tells of.
    """
    every = editions(installation, today=today)
    found = next((one for one in every if one.stored.id == edition_id and one.is_open), None)
    if found is None:
        raise KeyError(edition_id)
    one = next((each for each in found.stored.files if (each.language, each.format) == (language, form)), None)
    if one is None:
        raise KeyError(form)
    with reading(installation.engine) as session:
        kept = files.content(session, file_id=one.file_id)
        links = events.history(session, subject=found.stored.subject)
    sha256 = hashlib.sha256(kept.content).hexdigest()
    if not any(_tells(link, f"{language}/{form}", sha256) for link in links):
        raise NotAsPublishedError(one.name)
    return replace(kept, name=one.name, media_type=one.media_type)


def _tells(link: StoredEvent, place: str, sha256: str) -> bool:
    """Tell whether a link of the log is the publication of a file with this seal."""
    told = link.after.get("files") if link.action == PUBLISHED and isinstance(link.after, Mapping) else None
    return isinstance(told, Mapping) and told.get(place) == sha256


def changes(installation: Installation, *, edition_id: int, today: date) -> list[Changed]:
    """Give what reads differently in an edition than in the one before it; to funders without the former values.

    A `KeyError` where the edition is not open to whoever asks: what it told has become a former value.
    """
    every = {one.stored.id: one for one in editions(installation, today=today)}
    if not every[edition_id].is_open:
        raise KeyError(edition_id)
    edition = every[edition_id].stored
    earlier = [one.stored for one in every.values() if _is_before(one.stored, edition)]
    if not earlier:
        return []
    with reading(installation.engine) as session:
        before = _figures(session, installation.framework, earlier[0].id)
        after = _figures(session, installation.framework, edition_id)
    found = list(apart(before, after))
    if may(installation.who, Deed.SEE_UNDISCLOSED):
        return found
    return [replace(one, before=None) for one in found]


def _is_before(one: StoredEdition, other: StoredEdition) -> bool:
    return (one.series, one.number) == (other.series, other.number - 1)


def _figures(session: Session, framework: Framework, edition_id: int) -> list[Figure]:
    """Give the figures of an edition under present keys: what was renamed is the same."""
    names = renamed(framework)
    return [
        {
            **one,
            "indicator": names.indicator(one["indicator"]),
            "slice": one["slice"] and names.coordinates(one["slice"]),
        }
        for one in stored.figures(session, edition_id=edition_id)
    ]


def _series(request: Request) -> str:
    """Name what a report is a report of."""
    limits = [f"{dimension}={category}" for dimension, category in sorted(request.where.items())]
    return " ".join([str(request.window), request.audience.value, *limits])
