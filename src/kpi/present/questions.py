"""What is odd in returns, for people: how much is open where, each question with its answers."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from kpi.framework.model import Framework
from kpi.language import day, message, pick, quarter_name, quarter_short, tr, whole
from kpi.measure.model import Organisation
from kpi.present.html import Html, el, join, table
from kpi.present.sources import organisation
from kpi.present.words import NOTHING, listed
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.quality import KINDS, OUTCOMES, Odd, Outcome, Quality, StoredResolution
from kpi.returns import StoredReturn
from kpi.script import alphabetical


def summary(found: Quality, language: str) -> str:
    """Say how much is open and how much was answered, and of how many returns."""
    return whole(
        N_("Returns looked at: {returns}. Open questions: {open}. Answered: {answered}."),
        language,
        returns=found.returns,
        open=len(found.open),
        answered=len(found.answered),
    )


def beside(found: Quality, address: str, language: str) -> Html:
    """Say beside a figure what is open and what was answered, with the way there."""
    counts = Counter(one.outcome for one in found.answered)
    parts = [whole(N_("open questions: {count}"), language, count=len(found.open))]
    parts += [
        f"{tr(OUTCOMES[outcome], language)}: {counts[outcome]}"
        for outcome in (Outcome.EXPLAINED, Outcome.ACCEPTED)
        if counts[outcome]
    ]
    sign = el("span", "?" if found.open else "✓", class_="k-sign", aria_hidden="true")
    title = tr(N_("Data quality"), language)
    return el("p", sign, el("a", f"{title} – {', '.join(parts)}", href=address, target="_self"), class_="k-note")


def where_open(
    framework: Framework,
    found: Quality,
    names: Mapping[str, Organisation],
    params: Mapping[str, str],
    language: str,
) -> Html:
    """Show how much is open and answered by organisation and by indicator; each leads to its own questions."""
    codes = sorted(
        {one.head.organisation for one in found.odd},
        key=lambda code: alphabetical(organisation(names, code, language), language),
    )
    touched = {key for one in found.odd for key in one.oddity.indicators}
    by_organisation = [
        (
            el("a", organisation(names, code, language), href=_to(params, organisation=code), target="_self"),
            [one for one in found.odd if one.head.organisation == code],
        )
        for code in codes
    ]
    by_indicator = [
        (
            el(
                "span",
                el("span", key, class_="k-key"),
                el(
                    "a",
                    pick(framework.indicators[key].label, language),
                    href=_to(params, about=key),
                    target="_self",
                ),
            ),
            [one for one in found.odd if key in one.oddity.indicators],
        )
        for key in framework.indicators
        if key in touched
    ]
    return el(
        "div",
        el("div", _counted(N_("Organisation"), N_("Questions by organisation"), by_organisation, language)),
        el("div", _counted(N_("Indicator"), N_("Questions by indicator"), by_indicator, language))
        if by_indicator
        else None,
        class_="k-grid",
    )


def _to(params: Mapping[str, str], **more: str) -> str:
    return f"quality?{urlencode({**params, **more})}"


def _counted(head: str, name: str, rows: Sequence[tuple[Html, Sequence[Odd]]], language: str) -> Html:
    heads = [tr(text, language) for text in (head, N_("Open"), N_("Answered"))]
    top = [el("th", text, scope="col", class_=None if text == heads[0] else "k-right") for text in heads]
    body = []
    for whose, odd in rows:
        waiting = sum(one.is_open for one in odd)
        numbers = (waiting, len(odd) - waiting)
        cells = [
            el("td", str(number), data_label=label, class_="k-right")
            for number, label in zip(numbers, heads[1:], strict=True)
        ]
        body.append(el("tr", el("th", whose, scope="row"), *cells))
    return table(tr(name, language), el("thead", el("tr", *top)), el("tbody", *body), class_="k-table k-counts")


def question(
    framework: Framework,
    one: Odd,
    names: Mapping[str, Organisation],
    language: str,
    *,
    to: Callable[[StoredReturn], str] | None = None,
) -> Html:
    """Show a question: of whose return, what kind, what it says, and what was answered; `to` leads to the return."""
    text = f"{organisation(names, one.head.organisation, language)} · {quarter_name(one.head.quarter, language)}"
    whose = el("a", text, href=to(one.head), target="_self") if to else text
    keys = listed(one.oddity.indicators, language)
    kind = tr(KINDS[one.oddity.code], language)
    return el(
        "div",
        el(
            "p",
            el("strong", kind),
            el("span", " · ", whose),
            el("span", f" · {keys}" if keys else ""),
            class_="k-note",
        ),
        el("p", message(one.oddity.problem, language), class_="k-question-text"),
        _still_found(one, language),
        *(_answer(framework, each, language) for each in reversed(one.said)),
        class_="k-question",
    )


def _still_found(one: Odd, language: str) -> Html | None:
    return until_corrected(language) if one.outcome is Outcome.FIXED else None


def until_corrected(language: str) -> Html:
    """Say how long a question stays open of which it is said that the return was corrected."""
    text = N_(
        "What is said to be corrected stays open for as long as it is found, until a corrected return is handed in."
    )
    return el("p", tr(text, language), class_="k-note")


def _answer(framework: Framework, said: StoredResolution, language: str) -> Html:
    outcome = tr(OUTCOMES[Outcome(said.outcome)], language)
    by = as_written(said.by, language, framework)
    return el(
        "p",
        el("strong", outcome),
        ": ",
        as_written(said.text, language, framework),
        el("span", " – ", by, f", {day(said.at, language)}", class_="k-small"),
        class_="k-answer",
    )


def short(one: Odd, names: Mapping[str, Organisation], language: str) -> str:
    """Name a question in a line."""
    whose = organisation(names, one.head.organisation, language)
    return f"{whose}, {quarter_short(one.head.quarter, language)}: {tr(KINDS[one.oddity.code], language)}"


def gone(
    framework: Framework, found: Sequence[StoredResolution], names: Mapping[str, Organisation], language: str
) -> Html:
    """List what was answered of things that are no longer found."""
    heads = (N_("Organisation"), N_("Quarter"), N_("Question"), N_("Answer"), N_("By"))
    rows = []
    for said in reversed(found):
        cells = (
            quarter_short(said.quarter, language),
            named(framework, said.oddity, language),
            join(f"{tr(OUTCOMES[Outcome(said.outcome)], language)}: ", as_written(said.text, language, framework)),
            join(as_written(said.by, language, framework), f", {day(said.at, language)}"),
        )
        rows.append(
            el(
                "tr",
                el("th", organisation(names, said.organisation, language), scope="row"),
                *(el("td", cell, data_label=tr(head, language)) for head, cell in zip(heads[1:], cells, strict=True)),
            )
        )
    top = [el("th", tr(head, language), scope="col") for head in heads]
    named_ = whole(N_("Answered, and no longer found: {count}"), language, count=len(found))
    return table(named_, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns")


def named(framework: Framework, oddity: str, language: str) -> str:
    """Say from an oddity's name what it was: its kind, and the indicator, form or check that it was about."""
    kind, _, rest = oddity.partition("/")
    subject = rest.partition("/")[0]
    entry = framework.indicators.get(subject) or framework.forms.get(subject) or framework.checks.get(subject)
    what = pick(entry.label, language) if entry else subject
    return f"{tr(KINDS.get(kind, kind), language)}: {what or NOTHING}"
