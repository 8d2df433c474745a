"""Findings and what was changed because of them: the open ones first, each as a way from the one to the other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi.framework.model import Framework, LearningPage
from kpi.language import pick, quarter_short, share, tr, whole
from kpi.learning import Finding
from kpi.present.entries import label, long_text
from kpi.present.html import Html, el
from kpi.present.table import Cell, Number, Table
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.quarter import Window


def sentence(
    found: Sequence[Finding], language: str, *, before: tuple[Window, Sequence[Finding]] | None = None
) -> Iterator[str]:
    """Say how many were acted upon, how many `before`, and how old the oldest open one is."""
    done = sum(one.done for one in found)
    yield whole(
        N_("Acted upon: {done} of {all} findings ({share})."),
        language,
        done=done,
        all=len(found),
        share=share(Fraction(done, len(found)), language),
    )
    if before is not None:
        window, then = before
        text = N_("{window}: {done} of {all}.")
        done = sum(one.done for one in then)
        yield whole(text, language, window=title(period(window, language)), done=done, all=len(then))
    still = [one for one in found if not one.done]
    if still:
        oldest = min(one.since for one in still)
        yield whole(N_("Open: {count}, the oldest since {quarter}."), language, count=len(still), quarter=oldest)


def listed(framework: Framework, page: LearningPage, found: Sequence[Finding], language: str) -> Html:
    """Show findings one by one."""
    return el("div", *(_one(framework, page, one, language) for one in found), class_="k-findings-list")


def _one(framework: Framework, page: LearningPage, one: Finding, language: str) -> Html:
    key = framework.forms[page.form].key
    number = one.entry.cells.get(key) if key else None
    adjusted = (
        long_text(framework, one.adjustment, language)
        if one.adjustment
        else el("p", tr(N_("No adjustment yet."), language), class_="k-none-said")
    )
    return el(
        "article",
        el(
            "header",
            el("span", str(number), class_="k-key") if isinstance(number, str) else None,
            el("strong", pick(one.entry.name, language)),
            el("span", _when(one, language), class_="k-quiet"),
            _mark(one, language),
        ),
        el(
            "ol",
            _step(label(framework, page.form, page.finding, language), long_text(framework, one.finding, language)),
            _step(label(framework, page.form, page.adjustment, language), adjusted),
            class_="k-way",
        ),
        class_="k-finding",
    )


def _step(name: str, said: Html) -> Html:
    return el("li", el("span", name, class_="k-way-name"), said)


def _when(one: Finding, language: str) -> str:
    if one.acted is None:
        return whole(N_("recorded {quarter}"), language, quarter=quarter_short(one.since, language))
    return whole(
        N_("recorded {quarter}, acted upon {then}"),
        language,
        quarter=quarter_short(one.since, language),
        then=quarter_short(one.acted, language),
    )


def _mark(one: Finding, language: str) -> Html:
    sign, word, tone = ("✓", N_("acted upon"), "good") if one.done else ("○", N_("still open"), "risk")
    return el(
        "span", el("span", sign, class_="k-sign", aria_hidden="true"), tr(word, language), class_=f"k-badge k-{tone}"
    )


def by_organisation(found: Sequence[Finding], language: str) -> Table:
    """Give how many findings each organisation recorded and acted upon, those with most open ones first."""
    names = {one.entry.organisation: pick(one.entry.name, language) for one in found}
    recorded = Counter(one.entry.organisation for one in found)
    done = Counter(one.entry.organisation for one in found if one.done)
    order = sorted(names, key=lambda code: (done[code] - recorded[code], names[code]))
    heads = [N_("Organisation"), N_("Findings"), N_("Acted upon"), N_("Open"), N_("Share acted upon")]
    rows: list[list[Cell]] = [
        [
            names[code],
            Number(str(recorded[code]), recorded[code]),
            Number(str(done[code]), done[code]),
            Number(str(recorded[code] - done[code]), recorded[code] - done[code]),
            Number(share(Fraction(done[code], recorded[code]), language), Fraction(done[code], recorded[code])),
        ]
        for code in order
    ]
    return Table(tr(N_("By organisation"), language), [tr(head, language) for head in heads], rows)


def counted(language: str) -> str:
    """Say what `by_organisation` counts."""
    text = N_("Counted are the findings listed above, by who recorded them; open is what nobody has acted upon yet.")
    return tr(text, language)


def as_table(framework: Framework, page: LearningPage, found: Sequence[Finding], language: str) -> Table:
    """Give the findings for whoever takes them away."""
    key = framework.forms[page.form].key
    heads = [
        label(framework, page.form, key, language) if key else tr(N_("Row"), language),
        tr(N_("Organisation"), language),
        label(framework, page.form, page.finding, language),
        label(framework, page.form, page.adjustment, language),
        label(framework, page.form, page.done, language),
        tr(N_("Recorded"), language),
        tr(N_("Since when acted upon"), language),
    ]
    rows = [
        [
            str(one.entry.cells.get(key or "", one.entry.position)),
            pick(one.entry.name, language),
            one.finding,
            one.adjustment,
            tr(N_("yes") if one.done else N_("no"), language),
            quarter_short(one.since, language),
            quarter_short(one.acted, language) if one.acted else "",
        ]
        for one in found
    ]
    return Table(pick(framework.forms[page.form].label, language), heads, rows)
