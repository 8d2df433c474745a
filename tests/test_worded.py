"""Words that each language says in its own way: shares, quotation marks, the steps of a scale."""

from decimal import Decimal
from fractions import Fraction

import pytest

from filled import CENTRE, framework
from kpi.framework.model import Category
from kpi.present.scene import Scene
from kpi.present.sheet import sheet
from kpi.present.words import quoted, short_share


@pytest.mark.parametrize(
    ("value", "language", "said"),
    [
        (Decimal("0.5"), "en", "50%"),
        (Decimal("0.505"), "en", "50.5%"),
        (Fraction(1, 3), "en", "33.3%"),
        (Decimal("0.505"), "bg", "50,5%"),
        (1, "fr", "100\xa0%"),
    ],
)
def test_a_share_has_decimals_only_where_it_needs_them(value, language, said):
    assert short_share(Fraction(value), language).replace("\u202f", "\xa0") == said


@pytest.mark.parametrize(("language", "said"), [("en", "“Open”"), ("bg", "„Open“"), ("fr", "“Open”")])
def test_a_name_stands_between_the_languages_own_quotation_marks(language, said):
    assert quoted("Open", language) == said


@pytest.mark.parametrize(
    ("value", "said"), [(Decimal(3), "3 – Good"), (Decimal("30.0"), "30 – Good"), (Decimal("-2.50"), "-2.5 – Good")]
)
def test_a_step_says_its_number_first(value, said):
    assert Category(label={"en": "Good"}, value=value).numbered == {"en": said}
    assert Category(label={"en": "Good"}).numbered == {"en": "Good"}


def test_the_share_aimed_at_is_written_as_the_language_writes_shares():
    centre = framework(CENTRE)
    key = next(key for key, one in centre.indicators.items() if one.share_targets)
    aimed = next(iter(next(iter(centre.indicators[key].share_targets.values())).values()))
    shown = str(sheet(Scene(centre, "bg", {}), key, ()))
    for year, value in aimed.items():
        assert f"{year}: {short_share(value, 'bg')}" in shown
    assert "50%" in shown
