"""Workbooks with one fault each, to see what the person is told. Their names say which, `EXPECTED` the codes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow, Scalar
from kpi.intake.words import STATE_LABELS
from kpi.language import tr
from kpi.quarter import Quarter
from kpi.records import FormState
from world.build import World, told
from world.chronicle import Arrival
from world.spoiled import EDITS, QUARTER, old_without_column
from world.wording import Words
from world.workbooks import template_of

ORGANISATION = "ISK"

#: The name of each file, and the codes of all the problems that it has; nothing else is wrong with it.
EXPECTED: Mapping[str, frozenset[str]] = {
    name: frozenset(codes)
    for name, codes in {
        "amount-with-two-readings": ["cell.ambiguous_number"],
        "amount-without-currency": ["row.currency_missing"],
        "amount-negative": ["cell.below_minimum"],
        "amount-in-leva-after-the-euro": ["row.currency_not_on_day"],
        "amount-in-unknown-currency": ["cell.unknown_currency"],
        "amount-with-three-decimals": ["cell.too_many_decimals"],
        "contract-signed-after-the-quarter": ["row.date_after_quarter"],
        "count-as-two-numbers": ["cell.two_numbers"],
        "count-as-percentage": ["cell.percent"],
        "count-with-fraction": ["cell.not_whole"],
        "count-as-dash": ["cell.dash"],
        "gender-not-complete": ["row.spread_incomplete"],
        "more-successful-than-enrolled": ["row.more_than"],
        "score-above-five": ["cell.above_maximum"],
        "score-though-nobody-answered": ["row.weighted_by_nothing"],
        "theme-unknown": ["cell.unknown_choice"],
        "district-misspelt": ["cell.unknown_choice"],
        "theme-not-yet-valid": ["cell.category_not_in_quarter"],
        "date-in-words": ["cell.not_a_date"],
        "date-with-two-readings": ["cell.ambiguous_date"],
        "link-that-is-none": ["cell.not_a_link"],
        "yes-or-no-as-maybe": ["cell.not_yes_or_no"],
        "required-cell-empty": ["row.required"],
        "innovation-twice": ["row.duplicate_key"],
        "innovation-not-in-register": ["cell.unknown_ref"],
        "rating-typed-by-a-partner": ["row.given_by_others"],
        "formula-never-calculated": ["cell.formula_not_calculated"],
        "form-without-answer": ["form.no_state"],
        "form-reported-but-empty": ["form.reported_empty"],
        "form-with-rows-though-nothing-to-report": ["form.rows_despite_state"],
        "form-with-unknown-answer": ["form.unknown_state"],
        "sheet-deleted": ["form.absent"],
        "column-deleted-from-old-template": ["workbook.column_missing", "workbook.outdated_template"],
        "column-copied": ["workbook.column_twice"],
        "first-sheet-overtyped": ["workbook.changed_identity"],
        "organisation-unknown": ["workbook.unknown_organisation"],
        "quarter-that-is-none": ["workbook.not_a_quarter"],
        "programme-of-somebody-else": ["workbook.other_programme"],
        "quarter-before-the-organisation-began": ["return.not_reporting"],
        "table-that-is-no-return": ["workbook.not_a_return"],
        "empty-file": ["file.empty"],
        "cut-off-while-sending": ["file.damaged"],
        "password-protected": ["file.password"],
        "with-macros": ["file.macros"],
        "picture-named-xlsx": ["file.picture"],
        "web-page-named-xlsx": ["file.web_page"],
        "pdf-named-xlsx": ["file.pdf"],
        "csv-named-xlsx": ["file.text"],
    }.items()
}

#: The file that says so for people and for tests.
LIST = "expected.csv"
_Change = Callable[[RawReturn], RawReturn]


def files(made: World) -> dict[str, bytes]:
    """Give every faulty file by its name."""
    sound = _sound(made)
    template = _filled(made, sound)
    contents = {
        **{name: _filled(made, change(sound)) for name, change in _changes(sound).items()},
        "rating-typed-by-a-partner": _rating_typed(made, sound),
        **{name: edit(template) for name, edit in EDITS.items()},
        "column-deleted-from-old-template": old_without_column(_filled(made, _no_stories(sound))),
        "theme-not-yet-valid": _theme_not_yet_valid(made),
        "quarter-before-the-organisation-began": _before_start(made),
    }
    return {f"{name}.xlsx": contents[name] for name in EXPECTED} | {LIST: _list()}


def _list() -> bytes:
    """Write down what each file is answered with."""
    lines = [f"{name}.xlsx,{' '.join(sorted(codes))}" for name, codes in EXPECTED.items()]
    return "\n".join(["file,codes", *lines, ""]).encode()


def _filled(made: World, raw: RawReturn) -> bytes:
    return template_of(made, made.members[raw.organisation].organisation, _without_given(made, raw))


def _without_given(made: World, raw: RawReturn) -> RawReturn:
    """Leave empty what others fill in: to a store in which nothing is approved yet it would be a change."""
    forms = dict(raw.forms)
    for key, form in raw.forms.items():
        attributes = made.members[raw.organisation].organisation.attributes
        left = made.framework.forms[key].left_to_others(attributes, raw.quarter)
        rows = [
            replace(row, cells={name: cell for name, cell in row.cells.items() if name.partition(".")[0] not in left})
            for row in form.rows
        ]
        forms[key] = replace(form, rows=rows)
    return replace(raw, forms=forms)


def _rating_typed(made: World, raw: RawReturn) -> bytes:
    """Type over a locked cell what the Centre alone says."""
    words = Words(made.framework, QUARTER, "bg").row("innovations", {"management": 4})
    typed = _cell("innovations", "management", words["management"])(_without_given(made, raw))
    return template_of(made, made.members[raw.organisation].organisation, typed)


def _sound(made: World) -> RawReturn:
    """Make a return without faults, in which every form that a fault needs has a row."""
    arrival = next(one for one in made.arrivals if (one.organisation, one.quarter) == (ORGANISATION, QUARTER))
    raw, words = told(made, arrival), Words(made.framework, QUARTER, "bg")
    innovation = made.members[ORGANISATION].innovations[0]["name"]
    rows = {
        "funding": {
            "contract": "Д-17/2026",
            "signed_on": date(2026, 5, 14),
            "amount": Decimal(12000),
            "amount.currency": "EUR",
            "source": "foundation",
            "funder": "Фондация „Общо бъдеще“",
            "instrument": "grant",
            "theme": "culture",
            "district": "BG415",
            "programme": "foundation_programme",
            "innovation": innovation,
        },
        "training": {
            "course": "Достъпна сцена",
            "ended_on": date(2026, 6, 12),
            "course_kind": "other",
            "theme": "culture",
            "district": "BG415",
            "programme": "own_resources",
            **{f"enrolled.{gender}": n for gender, n in zip(_GENDERS, (11, 6, 0, 1), strict=True)},
            **{f"successful.{gender}": n for gender, n in zip(_GENDERS, (9, 5, 0, 1), strict=True)},
        },
        "stories": {
            "title": "Рампа към сцената",
            "summary": "Местни строители изградиха рампа и зрители в колички влязоха в салона за първи път.",
            "theme": "culture",
            "link": "https://example.org/isk/stories/7",
            "consent": True,
        },
    }
    forms = {
        key: RawForm(
            RawCell(tr(STATE_LABELS[FormState.REPORTED], "bg")),
            [RawRow(1, {field: RawCell(value) for field, value in words.row(key, row).items()})],
        )
        for key, row in rows.items()
    }
    return replace(raw, forms={**raw.forms, **forms})


_GENDERS = ("women", "men", "non_binary", "not_stated")


def _changes(sound: RawReturn) -> dict[str, _Change]:
    """Give the faults that a person makes in cells."""
    first = sound.forms["innovations"].rows[0]
    return {
        "amount-with-two-readings": _cell("funding", "amount", "12.000"),
        "amount-without-currency": _cell("funding", "amount.currency", None),
        "amount-negative": _cell("funding", "amount", -12000),
        "amount-in-leva-after-the-euro": _cell("funding", "amount.currency", "BGN"),
        "amount-in-unknown-currency": _cell("funding", "amount.currency", "CHF"),
        "amount-with-three-decimals": _cell("funding", "amount", "12000,1255 евро"),
        "contract-signed-after-the-quarter": _cell("funding", "signed_on", date(2026, 7, 2)),
        "count-as-two-numbers": _cell("training", "enrolled.men", "6/8"),
        "count-as-percentage": _cell("training", "successful.men", "80 %"),
        "count-with-fraction": _cell("training", "successful.men", 4.5),
        "count-as-dash": _cell("training", "enrolled.non_binary", "–", also=("successful.non_binary", 0)),
        "gender-not-complete": _cell("participation", "people.men", None),
        "more-successful-than-enrolled": _cell("training", "successful.women", 12),
        "score-above-five": _cell("satisfaction", "score.women", 6),
        "score-though-nobody-answered": _cell("satisfaction", "score.non_binary", 4, also=("answered.non_binary", 0)),
        "theme-unknown": _cell("training", "theme", "Космически полети"),
        "district-misspelt": _cell("training", "district", "Кюстендилл"),
        "date-in-words": _cell("training", "ended_on", "краят на юни"),
        "date-with-two-readings": _cell("training", "ended_on", "05/06/2026"),
        "link-that-is-none": _cell("stories", "link", "на нашата страница"),
        "yes-or-no-as-maybe": _cell("stories", "consent", "предстои"),
        "required-cell-empty": _cell("training", "course", None),
        "innovation-twice": lambda raw: _form(raw, "innovations", rows=[first, replace(first, position=2)]),
        "innovation-not-in-register": _cell("funding", "innovation", "Театър за кучета"),
        "form-without-answer": lambda raw: _form(raw, "stories", state=None, rows=[]),
        "form-reported-but-empty": lambda raw: _form(raw, "stories", rows=[]),
        "form-with-rows-though-nothing-to-report": lambda raw: _form(
            raw, "stories", state=tr(STATE_LABELS[FormState.NOTHING], "bg")
        ),
        "form-with-unknown-answer": lambda raw: _form(raw, "stories", state="ще бъде отчетено по-късно"),
    }


def _cell(form: str, field: str, value: Scalar, *, also: tuple[str, Scalar] | None = None) -> _Change:
    changed = {field: RawCell(value)} | ({also[0]: RawCell(also[1])} if also else {})

    def change(raw: RawReturn) -> RawReturn:
        first, *others = raw.forms[form].rows
        return _form(raw, form, rows=[replace(first, cells={**first.cells, **changed}), *others])

    return change


_SAME = object()


def _form(raw: RawReturn, key: str, *, state: Scalar | object = _SAME, rows: list[RawRow] | None = None) -> RawReturn:
    form = raw.forms[key]
    said = form.state if state is _SAME else RawCell(state)  # type: ignore[arg-type] # _SAME is no Scalar
    return replace(raw, forms={**raw.forms, key: RawForm(said, form.rows if rows is None else rows)})


def _no_stories(raw: RawReturn) -> RawReturn:
    return _form(raw, "stories", state=tr(STATE_LABELS[FormState.NOTHING], "bg"), rows=[])


def _theme_not_yet_valid(made: World) -> bytes:
    """Choose in 2023 a theme that was added in 2024."""
    quarter = Quarter(2023, 4)
    arrival = next(one for one in made.arrivals if (one.organisation, one.quarter) == (ORGANISATION, quarter))
    culture = made.framework.dimensions["theme"].categories["culture"].label["bg"]
    return _filled(made, _cell("innovations", "theme", culture)(told(made, arrival)))


def _before_start(made: World) -> bytes:
    """Report for a quarter before the organisation took part."""
    late = next(one for one in made.members.values() if one.organisation.active_from > QUARTER + -8)
    quarter = late.organisation.active_from + -1
    raw = told(made, Arrival(late.code, quarter, 1, made.arrivals[0].submitted, None))
    return _filled(made, raw)
