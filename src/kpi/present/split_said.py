"""What the figures by gender say, in sentences."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi.language import pick, share, whole
from kpi.present import status
from kpi.present.split import Line, Told
from kpi.present.split_rates import difference, is_few
from kpi.present.words import inside, of, percent, period, short_share, title, unstated
from kpi.problems import N_
from kpi.splits import against

#: What a share that is at least so much means.
AT_LEAST = N_(
    "“≥” stands where a number is too small to be shown: then it is the part of all, those not stated included."
)
_NAMED = 2
_ABOVE = N_("{category} are {share} of “{indicator}” ({window}), above the target of {target} – {status}.")
_EQUAL = N_("{category} are {share} of “{indicator}” ({window}), just the target of {target} – {status}.")
_BELOW = N_("{category} are {share} of “{indicator}” ({window}), below the target of {target} – {status}.")


def findings(told: Told, counts: Sequence[Line], rates: Sequence[Line], *, narrowed: bool) -> list[str]:
    """Say how the watched share stands, and where it is highest and lowest; without any share, how rates differ."""
    said = [one for line in counts if (one := _against_target(told, line))][:_NAMED]
    said += [_range(told, counts), _hidden_by_silence(told, counts)]
    if not any(said):
        said += differences(told, rates[:_NAMED])
    if narrowed and any(told.framework.indicators[line.key].share_targets for line in counts):
        said.append(told.say(N_("Targets hold for the whole programme: what is filtered has values, but no status.")))
    return [one for one in said if one]


def differences(told: Told, rates: Sequence[Line]) -> list[str]:
    """Say how the watched category's rates differ from the others'."""
    return [one for line in rates if (one := _differs(told, line))]


def silent(told: Told, lines: Sequence[Line]) -> Iterator[str]:
    """Name together what is not shown for the same reason."""
    named: dict[str, list[str]] = {}
    for line in lines:
        if not line.split.is_shown:
            there = [line.split.whole, *line.split.parts.values()]
            first = next((one for one in there if one is not None and one.value is None), None)
            named.setdefault(told.plain(first), []).append(_name(told, line))
    for why, names in named.items():
        yield told.say(N_("{why}: {names}."), why=title(why), names="; ".join(names))


def _name(told: Told, line: Line) -> str:
    return pick(told.framework.indicators[line.key].label, told.scene.language)


def _against_target(told: Told, line: Line) -> str:
    each = line.standing
    if each is None or each.share.share is None or each.standing.target is None:
        return ""
    said, aimed = told.scene.language, Fraction(each.standing.target)
    if not each.share.judged:
        return told.say(
            N_(
                "{category} are {share} of those stated in “{indicator}” ({window}); {silent} of all are not stated, "
                "too many for a verdict against the target of {target}."
            ),
            category=told.name(each.category),
            share=share(each.share.share, said),
            indicator=_name(told, line),
            window=period(each.standing.basis, said),
            silent=unstated(told.framework, each.share.not_stated_share, said),
            target=short_share(each.standing.target, said),
        )
    text = _ABOVE if each.share.share > aimed else _EQUAL if each.share.share == aimed else _BELOW
    return whole(
        text,
        said,
        category=told.name(each.category),
        share=percent(each.share.share, said, aimed, decimals=1),
        indicator=_name(told, line),
        window=period(each.standing.basis, said),
        target=short_share(each.standing.target, said),
        status=status.word(each.standing.status, said),
    )


def _range(told: Told, counts: Sequence[Line]) -> str:
    """Name where the share is highest and lowest, of those whose silence does not hide it."""
    known = [
        (line.split.share.share, line)
        for line in counts
        if line.split.share and line.split.share.share is not None and line.split.share.judged
    ]
    if len({found for found, _ in known}) < 2:  # noqa: PLR2004 (a range has two ends)
        return ""
    least, most = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    return told.say(
        N_("The share of “{category}” is highest in “{high}” ({most}) and lowest in “{low}” ({least})."),
        category=told.name(told.page.share_of),
        high=_name(told, most[1]),
        most=share(most[0], told.scene.language),
        low=_name(told, least[1]),
        least=share(least[0], told.scene.language),
    )


def _differs(told: Told, line: Line) -> str:
    """Compare the watched category's rate with the largest other one's, where both rest on enough."""
    mine, other = line.split.parts.get(told.page.share_of), against(told.framework, told.page, line.split)
    theirs = line.split.parts.get(other) if other else None
    if other is None or mine is None or theirs is None or mine.value is None or theirs.value is None:
        return ""
    if is_few(told, mine) or is_few(told, theirs):
        return ""
    said = told.scene.language
    return told.say(
        N_("“{indicator}”: {category} {value}, {other} {theirs} ({difference})."),
        indicator=_name(told, line),
        category=inside(told.name(told.page.share_of)),
        value=of(told.framework, line.key, mine.value, said),
        other=inside(told.name(other)),
        theirs=of(told.framework, line.key, theirs.value, said),
        difference=difference(told, line),
    )


def _hidden_by_silence(told: Told, counts: Sequence[Line]) -> str:
    """Name the figures in which too many are not stated for the share to say much."""
    silent = [
        (line, line.split.share.not_stated_share)
        for line in counts
        if line.split.share and line.split.share.not_stated and not line.split.share.judged
    ]
    if not silent:
        return ""
    said = told.scene.language
    named = "; ".join(f"{_name(told, line)} ({unstated(told.framework, part, said)})" for line, part in silent)
    return told.say(
        N_("More than {rule} are not stated, so that the share says little and is not judged: {names}."),
        rule=percent(told.framework.rules.not_stated, told.scene.language),
        names=named,
    )


def explained(told: Told) -> Iterator[str]:
    """Say how shares are computed and judged, and what hides them."""
    yield told.say(
        N_("Share = “{category}” ÷ all who are stated. “Not stated” is in neither, and never counted as anybody else."),
        category=told.name(told.page.share_of),
    )
    yield told.say(
        N_("Where more than {rule} of all are not stated, there is no verdict."),
        rule=percent(told.framework.rules.not_stated, told.scene.language),
    )
    yield told.say(N_("A flow is judged on its year to date, a position at the quarter's end."))
    yield told.say(AT_LEAST)
