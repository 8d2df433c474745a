"""What a return is asked about, by hand: each check on a few numbers, and where it has nothing to say."""

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.language import message
from kpi.measure.odd import Alike, Beside
from kpi.measure.oddities import history_needed, oddities
from kpi.measure.told import told
from kpi.records import NOT_APPLICABLE, FormState, Record, ReportedForm, ReturnContent
from measuring import NOT_FOR_US, NOTHING, column, form, framework, indicator, label, q, reported

PEOPLE = {"people": {"kind": "count", "people": True, "label": label("people")}}
GRID = ("client", "community")


def spread(women=0, men=0, silent=0):
    return {"women": women, "men": men, "non_binary": 0, "not_stated": silent}


def small(**more):
    """A framework with every kind of check in it."""
    base = {
        "units": PEOPLE,
        "forms": {
            "reached": form("grid", "stock", {"people": column("count", spread="gender")}),
            "acts": form(
                "register",
                "flow",
                {
                    "act": column("text", required=True),
                    "on": column("date"),
                    "theme": column("choice", dimension="theme", required=True),
                    "amount": column("money"),
                    "link": column("link"),
                },
                evidence="link",
            ),
            "projects": form(
                "register",
                "stock",
                {"name": column("text", required=True), "theme": column("choice", dimension="theme", required=True)},
                key="name",
            ),
        },
        "indicators": {
            "trained": indicator({"sum": "training.successful"}, by=["gender"], unit="people"),
            "reached": indicator({"sum": "reached.people"}, by=["gender"], unit="people"),
        },
    }
    return framework(**{key: {**base.get(key, {}), **more.get(key, {})} for key in {*base, *more}})


SMALL = small()


def brief(quarter, within=SMALL, **forms):
    return told(within, q(quarter), ReturnContent(forms))


def codes(now, *history, within=SMALL, **more):
    return [one.code for one in oddities(within, Beside(now, history, **more))]


def trained(quarter, number, **more):
    return brief(quarter, training=reported({"successful": spread(women=number)}), **more)


def quarters(*numbers, last="2025-Q4"):
    """Returns of consecutive quarters, the last of them `last`."""
    return [trained(str(q(last) + (at - len(numbers) + 1)), number) for at, number in enumerate(numbers)]


def jumps(*numbers, within=SMALL):
    *history, now = quarters(*numbers)
    return codes(now, *history, within=within).count("odd.jump")


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ((20, 20, 20, 60), 1),  # three times the median
        ((20, 20, 20, 59), 0),
        ((20, 40, 60, 120), 1),  # the median is 40
        ((60, 60, 60, 20), 1),
        ((60, 60, 60, 21), 0),
        ((60, 60, 60, 0), 1),
        ((0, 0, 0, 29), 0),  # what lies below 10 is taken for 10
        ((0, 0, 0, 30), 1),
        ((1, 1, 1, 9), 0),
        ((20, 20, 60), 0),  # two values are no history
        ((60,), 0),
    ],
)
def test_a_count_far_from_the_median_is_a_jump(numbers, found):
    assert jumps(*numbers) == found


def test_a_jump_says_the_figure_the_median_and_how_many_values_it_rests_on():
    *history, now = quarters(20, 22, 24, 80)
    (found,) = oddities(SMALL, Beside(now, history))
    assert found.subject == "trained"
    assert found.indicators == ("trained",)
    assert (found.problem.place.form, found.problem.place.field) == ("training", "successful")
    assert message(found.problem, "en").startswith("x: 80 people, where the median of the last 3 values is 22 people.")


def test_history_beyond_the_rule_does_not_count():
    old = [trained(quarter, 20) for quarter in ("2022-Q4", "2023-Q1", "2023-Q2")]
    assert codes(trained("2025-Q4", 90), *old) == []
    assert codes(trained("2025-Q2", 90), *old).count("odd.jump") == 0  # 2023-Q2 alone lies within eight quarters


def test_thresholds_stand_in_the_framework():
    strict = small(rules={"jumps": {"factor": "1.5", "at_least": 1, "smallest": 1}})
    assert jumps(20, 30, within=strict) == 1
    assert jumps(20, 29, within=strict) == 0


def share(quarter, of, to, within=None):
    forms = {"improved": reported({"better": spread(women=of), "assessed": spread(women=to)})}
    return brief(quarter, within or SMALL, **forms)


def test_a_share_jumps_by_its_distance_and_only_on_enough_cases():
    before = [share(quarter, 10, 20) for quarter in ("2025-Q1", "2025-Q2", "2025-Q3")]
    assert codes(share("2025-Q4", 16, 20), *before) == ["odd.jump"]  # 80 % against 50 %
    assert codes(share("2025-Q4", 15, 20), *before) == []
    assert codes(share("2025-Q4", 9, 9), *before) == []  # nine cases
    few = [share(quarter, 5, 9) for quarter in ("2025-Q1", "2025-Q2", "2025-Q3")]
    assert codes(share("2025-Q4", 20, 20), *few) == []


def rated(quarter, step, number=12):
    return brief(quarter, innovations=reported(*[{"impact": step}] * number))


def test_a_rating_jumps_by_a_part_of_its_scale():
    before = [rated(quarter, "2") for quarter in ("2025-Q1", "2025-Q2", "2025-Q3")]
    assert "odd.jump" in codes(rated("2025-Q4", "4"), *before)  # 2 of 4 points
    assert "odd.jump" not in codes(rated("2025-Q4", "3"), *before)  # 1 of 4
    assert "odd.jump" not in codes(rated("2025-Q4", "4", number=9), *before)


def funded(quarter, amount):
    row = {"kind": "money", "source": "esf", "amount": {"amount": f"{amount}.00", "currency": "EUR"}}
    return brief(quarter, funding=reported(row) if amount else NOTHING)


def test_money_that_comes_at_times_is_compared_with_the_times_it_came():
    before = [funded(quarter, amount) for quarter, amount in (("2024-Q4", 10000), ("2025-Q1", 0), ("2025-Q2", 12000))]
    assert codes(funded("2025-Q4", 90000), *before) == []  # two amounts are no history
    before.append(funded("2025-Q3", 14000))
    assert codes(funded("2025-Q4", 36000), *before) == ["odd.jump"]
    assert codes(funded("2025-Q4", 35999), *before) == []
    assert codes(funded("2025-Q4", 0), *before) == []


def reached(quarter, women, men=0, silent=0, within=SMALL, **more):
    return brief(quarter, within, reached=reported({"people": spread(women, men, silent)}), **more)


def test_a_position_that_says_the_same_for_a_year_is_stale():
    year = [reached(quarter, 50) for quarter in ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3")]
    (found,) = oddities(SMALL, Beside(reached("2025-Q4", 50), year))
    assert found.code == "odd.stale"
    assert found.subject == "reached"
    assert found.indicators == ("reached",)
    assert "since Q4 2024" in message(found.problem, "en")
    assert codes(reached("2025-Q4", 50), *year[1:]) == []  # three quarters
    assert codes(reached("2025-Q4", 51), *year) == []
    assert codes(reached("2025-Q4", 50), year[0], year[1], reached("2025-Q2", 49), year[3]) == []


def test_a_quarter_without_the_form_breaks_no_run_and_emptiness_is_not_stale():
    missing = brief("2025-Q2", reached=ReportedForm(FormState.MISSING))
    run = [reached("2024-Q4", 50), reached("2025-Q1", 50), missing, reached("2025-Q3", 50)]
    assert codes(reached("2025-Q4", 50), *run) == ["odd.stale"]
    zeros = [reached(quarter, 0) for quarter in ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")]
    assert codes(zeros[-1], *zeros[:-1]) == []
    nothing = [brief(quarter, reached=NOTHING) for quarter in ("2024-Q4", "2025-Q4")]
    assert codes(nothing[-1], nothing[0]) == []


def test_a_form_has_its_own_patience_or_none():
    def patient(quarters_):
        return small(
            forms={
                "reached": form("grid", "stock", {"people": column("count", spread="gender")}, stale_quarters=quarters_)
            }
        )

    for within, found in ((patient(8), []), (patient(0), []), (patient(2), ["odd.stale"])):
        year = [reached(quarter, 50, within=within) for quarter in ("2024-Q4", "2025-Q3", "2025-Q4")]
        assert codes(year[-1], *year[:-1], within=within) == found
    assert history_needed(patient(12)) == 12
    assert history_needed(SMALL) == 8


def test_a_flow_that_repeats_itself_is_not_stale():
    year = quarters(20, 20, 20, 20, 20, 20)
    assert codes(year[-1], *year[:-1]) == []


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (NOT_FOR_US, ["odd.missing"]),
        (ReportedForm(FormState.MISSING), ["odd.missing"]),
        (NOTHING, ["odd.missing"]),
    ],
)
def test_a_position_that_is_gone_is_asked_about(now, found):
    assert codes(brief("2025-Q4", reached=now), reached("2025-Q3", 5)) == found
    assert codes(brief("2025-Q4", reached=now), brief("2025-Q3", reached=NOTHING)) == []
    assert codes(brief("2025-Q4", reached=now)) == []


def test_of_what_happens_nothing_may_happen_but_not_applicable_is_asked_about():
    before = trained("2025-Q3", 8)
    assert codes(brief("2025-Q4", training=NOTHING), before) == []
    assert codes(brief("2025-Q4", training=NOT_FOR_US), before) == ["odd.missing"]


def test_it_is_asked_once_when_it_goes_not_ever_after():
    history = (reached("2025-Q2", 5), brief("2025-Q3", reached=NOT_FOR_US))
    assert codes(brief("2025-Q4", reached=NOT_FOR_US), *history) == []


def test_a_column_left_empty_where_there_was_a_value():
    before = trained("2025-Q3", 8)
    empty = brief("2025-Q4", training=reported({"course": "First aid"}))
    (found,) = oddities(SMALL, Beside(empty, [before]))
    assert found.code == "odd.missing"
    assert "is left empty, where Q3 2025 said 8 people" in message(found.problem, "en")
    assert codes(empty, brief("2025-Q3", training=reported({"course": "First aid"}))) == []


@pytest.mark.parametrize(
    ("women", "silent", "found"), [(90, 10, []), (89, 11, ["odd.not_stated"]), (0, 3, ["odd.not_stated"])]
)
def test_more_than_a_tenth_not_stated(women, silent, found):
    assert codes(reached("2025-Q4", women, silent=silent)) == found


def test_nobody_at_all_is_not_a_share():
    assert codes(reached("2025-Q4", 0)) == []


def test_what_is_not_stated_of_things_is_no_silence_of_people():
    within = small(indicators={"trained": indicator({"sum": "training.successful"}, by=["gender"])})
    assert codes(brief("2025-Q4", within, training=reported({"successful": spread(1, 0, 9)})), within=within) == []


def acts(quarter, *rows):
    return brief(quarter, acts=reported(*rows))


ACT = {"act": "Decision 12", "on": "2025-10-03", "theme": "poverty", "link": "https://example.org/12"}


def test_rows_without_link_or_attachment_lack_their_evidence():
    bare = {**ACT, "link": None}
    now = acts("2025-Q4", ACT, bare, {**bare, "act": "Decision 14"})
    (found,) = oddities(SMALL, Beside(now))
    assert found.code == "odd.evidence"
    assert found.problem.values["rows"] == [2, 3]
    assert found.problem.place.row == 2
    assert codes(now, proved={("acts", 2)}) == ["odd.evidence"]
    assert codes(now, proved={("acts", 2), ("acts", 3)}) == []
    assert codes(acts("2025-Q4", {**bare, "link": NOT_APPLICABLE})) == []


def alike(*others):
    """Rows of other returns, as the service gathers them."""
    found = {}
    for code, other in others:
        for name, (_, position) in other.likenesses.items():
            found.setdefault(name, []).append(Alike(code, label(code), other.quarter, position))
    return found


def test_the_same_act_in_two_returns_is_likely_one():
    now = acts("2025-Q4", {**ACT, "act": "Something else"}, {**ACT, "act": " decision  №12."})
    other = acts("2025-Q2", {**ACT, "act": "Decision № 12", "theme": "health"})
    (found,) = oddities(SMALL, Beside(now, alike=alike(("B", other))))
    assert found.code == "odd.duplicate"
    assert message(found.problem, "en").startswith(
        "“x”: what rows 2 say also stands in the return of B for Q2 2025 (rows 1)."
    )


@pytest.mark.parametrize(
    "other",
    [{**ACT, "on": "2025-10-04"}, {**ACT, "act": "Decision 13"}, {**ACT, "amount": {"amount": "5", "currency": "EUR"}}],
)
def test_another_date_text_or_amount_is_another_thing(other):
    assert codes(acts("2025-Q4", ACT), alike=alike(("B", acts("2025-Q4", other)))) == []


def test_what_has_no_date_may_come_again_but_not_elsewhere_in_the_same_quarter():
    undated = {**ACT, "on": None, "amount": {"amount": "50.00", "currency": "EUR"}}
    now = acts("2025-Q4", undated)
    assert codes(now, alike=alike(("A", acts("2025-Q3", undated)))) == []
    same = {**undated, "amount": {"amount": "50", "currency": "EUR"}}
    assert codes(now, alike=alike(("B", acts("2025-Q4", same)))) == ["odd.duplicate"]


def test_a_position_is_compared_with_others_of_the_same_quarter():
    def projects(quarter, theme="poverty"):
        return brief(quarter, projects=reported({"name": "Soup kitchen", "theme": theme}))

    now = projects("2025-Q4")
    assert codes(now, alike=alike(("B", projects("2025-Q4")))) == ["odd.duplicate"]
    assert codes(now, alike=alike(("B", projects("2025-Q3")))) == []
    assert codes(now, alike=alike(("B", projects("2025-Q4", theme="health")))) == []


def test_rows_that_say_too_little_are_never_alike():
    assert acts("2025-Q4", {"act": " – ", "on": "2025-10-03"}, {"act": "Decision"}).likenesses == {}


WITHIN = small(
    checks={
        "reached_of_access": {
            "label": label("reached of access"),
            "of": {"sum": "reached.people"},
            "at_most": {"sum": "access.people"},
            "by": ["gender"],
        }
    }
)


def both(few, many, quarter="2025-Q4"):
    forms = {"reached": reported({"people": few}), "access": reported({"people": many}, keys=GRID[:1])}
    return brief(quarter, WITHIN, **forms)


@pytest.mark.parametrize(
    ("few", "many", "said"),
    [
        (spread(5, 5), spread(5, 5), []),
        (spread(6, 0), spread(5, 5), ["reached of access, women: 6 is more than 5."]),
        (spread(6, 0), spread(5, 5, 1), []),  # the sixth may be the one who kept silent there
        (
            spread(6, 6, 1),
            spread(5, 5),
            ["reached of access, women: 6 is more than 5.", "reached of access, men: 6 is more than 5."],
        ),
        (spread(5, 5, 1), spread(5, 5), ["reached of access: 11 is more than 10."]),
        (spread(0, 0), spread(0, 0), []),
    ],
)
def test_a_limit_across_forms_holds_for_the_whole_and_each_category(few, many, said):
    found = oddities(WITHIN, Beside(both(few, many)))
    told_ = [message(one.problem, "en").partition(" Check both")[0] for one in found if one.code == "odd.at_most"]
    assert told_ == said


def test_where_one_form_says_nothing_there_is_no_limit_but_nothing_to_report_is_one():
    def beside(access):
        return brief("2025-Q4", WITHIN, reached=reported({"people": spread(3)}), access=access)

    assert codes(beside(ReportedForm(FormState.MISSING)), within=WITHIN) == []
    assert codes(beside(NOT_FOR_US), within=WITHIN) == []
    assert codes(beside(NOTHING), within=WITHIN) == ["odd.at_most"]


@pytest.mark.parametrize(("number", "found"), [(1, 1), (2, 0), (9, 0), (10, 1)])
def test_bounds_of_one_organisations_figure(number, found):
    bounded = indicator({"sum": "training.successful"}, unit="people", bounds={"minimum": 2, "maximum": 9})
    within = small(indicators={"trained": bounded})
    now = brief("2025-Q4", within, training=reported({"successful": spread(number)}))
    assert codes(now, within=within).count("odd.bounds") == found
    assert codes(brief("2025-Q4", within), within=within) == []


def test_an_oddity_is_named_by_the_values_that_are_odd():
    *history, now = quarters(20, 20, 20, 80)
    name = oddities(SMALL, Beside(now, history))[0].name
    longer = oddities(SMALL, Beside(now, [trained("2024-Q4", 24), *history]))[0].name
    assert name == longer  # another median, the same figure
    *history, other = quarters(20, 20, 20, 81)
    assert oddities(SMALL, Beside(other, history))[0].name != name
    assert name.startswith("odd.jump/trained/")


numbers = st.lists(st.integers(0, 300), min_size=0, max_size=9)


@given(numbers, st.integers(0, 300), st.randoms())
def test_the_order_of_the_history_does_not_matter(history, now, random):
    *before, last = quarters(*history, now)
    shuffled = list(before)
    random.shuffle(shuffled)
    assert oddities(SMALL, Beside(last, before)) == oddities(SMALL, Beside(last, shuffled))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_without_a_history_there_is_no_jump(women, men):
    now = brief("2025-Q4", training=reported({"successful": spread(women, men)}))
    assert "odd.jump" not in codes(now)


@given(st.lists(st.integers(0, 300), min_size=3, max_size=8), st.integers(0, 300))
def test_jumps_are_what_the_rule_says(history, now):
    middle, figure = max(median(map(Fraction, history)), 10), max(now, 10)
    *before, last = quarters(*history, now)
    assert ("odd.jump" in codes(last, *before)) == (figure >= 3 * middle or middle >= 3 * figure)


@given(st.permutations(range(4)))
def test_rows_in_another_order_are_the_same_questions(order):
    rows = [{**ACT, "act": f"Decision {number}", "link": None} for number in range(4)]
    straight = acts("2025-Q4", *rows)
    turned = told(
        SMALL,
        q("2025-Q4"),
        ReturnContent(
            {
                "acts": ReportedForm(
                    FormState.REPORTED, [Record(at, None, rows[number]) for at, number in enumerate(order, 1)]
                )
            }
        ),
    )
    assert straight.likenesses.keys() == turned.likenesses.keys()
    assert codes(straight) == codes(turned)
