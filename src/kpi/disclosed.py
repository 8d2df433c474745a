"""The closed set of a store: what of its figures whoever may not see everything sees.

Working it out takes some seconds; it is kept until the store, the framework or the windows change.
"""

from collections import OrderedDict
from datetime import date
from threading import Lock

from sqlmodel import Session

from kpi.answers import answered
from kpi.installation import Installation
from kpi.measure.disclosure import Disclosed, disclose
from kpi.measure.published import last_due, questions
from kpi.store import events
from kpi.store.model import Basis

_MOST = 8
_kept: OrderedDict[tuple[str, ...], Disclosed] = OrderedDict()
_one_at_a_time = Lock()


def disclosed(session: Session, installation: Installation, *, today: date) -> Disclosed:
    """Decide what is shown of a store as it stands in this session: approved figures only."""
    framework = installation.framework
    state = (
        str(installation.engine.url),
        installation.sha256,
        events.head(session),
        str(last_due(framework, today)),
    )
    with _one_at_a_time:
        if state not in _kept:
            answers = answered(session, framework, questions(framework, today), today=today, basis=Basis())
            _kept[state] = disclose(framework, (each for answer in answers for each in answer))
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
        return _kept[state]
