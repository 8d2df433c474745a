"""The closed set of a store: what of its figures whoever may not see everything sees.

Working it out takes some seconds; it is kept until figures may have changed, the framework or the windows. What people
type, hand in, remark or sign in changes no approved figure.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from threading import Lock

from sqlmodel import Session

from kpi.answers import answered
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.disclosure import Disclosed, disclose
from kpi.measure.margins import Key, key_of
from kpi.measure.model import Measurement, State
from kpi.measure.published import last_due, of_persons, questions
from kpi.renamed import renamed
from kpi.store import editions, events
from kpi.store.model import Basis

#: The audience of reports that funders take away (`kpi.report.content.Audience`).
_FUNDERS = "funder"
_MOST = 8
#: After these, all approved figures are what they were. Whatever is not named here may have changed one.
NO_FIGURE = frozenset(
    {
        *("return.draft_begun", "return.draft_discarded", "return.submitted", "return.withdrawn", "return.returned"),
        *("return.commented", "return.extended", "oddity.resolved", "file.removed", "edition.published"),
        *("action.opened", "action.closed", "note.added", "note.removed"),
        *("person.invited", "person.changed", "person.link_given", "person.password_chosen"),
        *("person.known_elsewhere", "person.anonymised", "sample.loaded"),
    }
)
_kept: OrderedDict[tuple[str, ...], Disclosed] = OrderedDict()
_one_at_a_time = Lock()


def disclosed(session: Session, installation: Installation, *, today: date) -> Disclosed:
    """Decide what is shown of a store as it stands in this session: approved figures only."""
    framework = installation.framework
    state = (
        str(installation.engine.url),
        installation.sha256,
        events.head(session, without=NO_FIGURE),
        str(last_due(framework, today)),
    )
    with _one_at_a_time:
        if state not in _kept:
            published, theirs = questions(framework, today), of_persons(framework, today)
            answers = answered(session, framework, [*published, *theirs], today=today, basis=Basis())
            found = [each for answer in answers[: len(published)] for each in answer]
            _kept[state] = disclose(
                framework,
                found,
                of_persons=[each for answer in answers[len(published) :] for each in answer],
                hidden_before=_hidden_before(session, framework, found),
            )
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
        return _kept[state]


def _hidden_before(session: Session, framework: Framework, found: Iterable[Measurement]) -> set[Key]:
    """Give the figures that published reports for funders hide, whatever their keys were then."""
    states, names = {State.SMALL.value, State.HIDDEN.value}, renamed(framework)
    hidden = {
        (names.indicator(indicator), window, frozenset(names.coordinates(dict(of)).items()))
        for indicator, window, of in editions.hidden(session, audience=_FUNDERS, states=states)
    }
    return {key_of(one) for one in found if (one.indicator, str(one.window), frozenset(one.slice.items())) in hidden}
