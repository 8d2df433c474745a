"""What the chapters share: figures, verdicts and breakdowns put into a report's words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import language_name, pick, share, tr, whole
from kpi.language import number as number_of
from kpi.measure.model import RATING, Measurement, Standing
from kpi.present import profile, spread, status
from kpi.present.bars import Bar, ends_of, part_of
from kpi.present.levels import attained, counted, covers
from kpi.present.words import NOTHING, listed, of, state, unit
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Badge, BarRow, Bars, Fact, Paragraph
from kpi.script import written_in

_WORDS = re.compile(r"\w+")


def label(framework: Framework, key: str, language: str) -> str:
    """Name an indicator, with its key before it."""
    return f"{key} {pick(framework.indicators[key].label, language)}"


def with_unit(framework: Framework, key: str, name: str, language: str) -> str:
    """Name figures that stand without their unit: the unit follows, where the name does not say it already."""
    named = unit(framework, key, language)
    said = set(_WORDS.findall(name.casefold()))
    return name if said.issuperset(_WORDS.findall(named.casefold())) else f"{name}, {named}"


def plain(framework: Framework, found: Measurement, language: str) -> str:
    """Write a value without its unit, or why there is none."""
    return (
        state(found, framework, language)
        if found.value is None
        else of(framework, found.indicator, found.value, language)
    )


def fact(framework: Framework, name: str, found: Measurement, language: str, note: str = "") -> Fact:
    """Give a figure with its unit apart, or why there is none."""
    named = "" if found.value is None else unit(framework, found.indicator, language, found.value)
    return Fact(name, plain(framework, found, language), note, named)


def target(framework: Framework, found: Measurement, language: str) -> str:
    """Write the target, with a star where it is an assumption."""
    aimed = found.standing.target
    if aimed is None:
        return NOTHING
    written = of(framework, found.indicator, aimed, language)
    return written if framework.indicators[found.indicator].confirmed else f"{written}*"


def covered_alike(answers: Answers) -> str:
    """Say of what the returns of a report are where it is limited, and they are of the same for every indicator."""
    there = [one for one in answers.now.values() if one.coverage.expected]
    found = {covers(answers.framework, one, answers.language) for one in there}
    return found.pop() if len(found) == 1 else ""


def returns(answers: Answers, found: Measurement) -> str:
    """Write how many of the expected returns are in and, where not all are alike in that, of what they are."""
    of_what = "" if covered_alike(answers) else covers(answers.framework, found, answers.language)
    return "; ".join(each for each in (counted(found.coverage, answers.language), of_what) if each)


def of_what(answers: Answers) -> Iterator[Paragraph]:
    """Give the note on what all returns are of."""
    if alike := covered_alike(answers):
        yield Paragraph(whole(N_("Returns approved and expected: {of_what}."), answers.language, of_what=alike), "note")


def as_written(answers: Answers, texts: Iterable[str]) -> str:
    """Say that people's texts stand in their own languages, where one of them is in another than the report's."""
    said = answers.language
    found = dict.fromkeys(written_in(text, said, answers.framework.languages) for text in texts)
    others = listed([language_name(one, said) for one in found if one], said)
    text = N_("What people wrote stands in the language they wrote it in; some of it is in {languages}.")
    return whole(text, said, languages=others) if others else ""


def left_out(count: int, language: str) -> Iterator[Paragraph]:
    """Say after a list how many more there are; nothing where it is whole."""
    if count > 0:
        yield Paragraph(whole(N_("Not listed here: {count} more."), language, count=count), "note")


def badge(standing: Standing, language: str, note: str = "") -> Badge:
    """Give a verdict: sign and word."""
    above = tr(N_("above plan"), language) if standing.above_plan else ""
    tone = status.TONES.get(standing.status, "none")
    beneath = " · ".join(each for each in (note, above) if each)
    return Badge(status.SIGNS[standing.status], status.word(standing.status, language), tone, beneath)


def verdict(framework: Framework, found: Measurement, language: str) -> Badge:
    """Give an indicator's verdict, with how much was achieved."""
    return badge(found.standing, language, attained(framework, found, language) or "")


def broken_down(answers: Answers, key: str, dimension: str) -> Bars | None:
    """Give an indicator by a dimension, or its ratings by step; nothing where no slice says anything."""
    framework, said, slices = answers.framework, answers.language, answers.by[key][dimension]
    if dimension == RATING:
        found = spread.ratings(framework, key, slices, said)
        if found is None:
            return None
        return bars(found.title, found.rows, [number_of(row.value or 0, said) for row in found.rows], said)
    parted = profile.parted(framework, key, dimension, slices, said)
    if parted is None:
        return None
    written = [row.note or NOTHING if row.value is None else of(framework, key, row.value, said) for row in parted.rows]
    return bars(parted.title, parted.rows, written, said, parted.note, scale=parted.scale)


def bars(  # noqa: PLR0913 (a drawing has these)
    title: str,
    rows: Sequence[Bar],
    written: Sequence[str],
    language: str,
    note: str = "",
    *,
    scale: tuple[Fraction, Fraction] | None = None,
) -> Bars:
    """Give rows with bars from zero to the greatest value, or from one end of a `scale` to the other."""
    ends = ends_of(rows, scale)
    return Bars(
        title,
        [
            BarRow(
                row.name,
                text,
                "" if row.share is None else share(row.share, language),
                None if row.value is None else part_of(row.value, ends),
                row.apart,
            )
            for row, text in zip(rows, written, strict=True)
        ],
        note,
    )
