"""What funders see: small counts are hidden, and nobody can compute them back."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attacker import HIDDEN, Attacker
from kpi.measure.disclosure import Disclosed, disclose, without_numbers
from kpi.measure.hiding import Reason
from kpi.measure.model import Coverage, Measurement, Standing, State, Status
from kpi.measure.needs import Question
from kpi.measure.published import of_persons, questions, windows
from kpi.quarter import Window
from measuring import BASE, World, column, dimension, form, framework, indicator, q, reported

TODAY = date(2025, 2, 15)  # the last quarter of 2024 was due
YEAR = Window.year(2024)
GENDERS = ("women", "men", "other", "not_stated")
DISTRICTS = ("A1", "A2", "A3", "B1", "B2", "C1")

CENTRE = framework(
    programme=dict(BASE["programme"], starts="2024-Q1", published={"crossed": [["gender", "area"]]}),
    organisation={"region": None},
    dimensions={
        "gender": dimension(*GENDERS),
        "area": dimension("A", "B", "C"),
        "place": dimension(*(f"{name}:{name[0]}" for name in DISTRICTS), rolls_up_to="area"),
        "source": dimension("state:public", "firm:private", "person:private", rolls_up_to="capital")
        | {
            "categories": {
                **dimension("state:public", "firm:private")["categories"],
                "person": {"label": {"en": "person"}, "in": "private", "personal": True},
            }
        },
    },
    units={
        "people": {"kind": "count", "label": {"en": "people"}, "people": True},
        "rate": {"kind": "share", "label": {"en": "share"}, "people": True},
        "points": {"kind": "rating", "label": {"en": "points"}, "people": True},
    },
    forms={
        "training": form(
            "register",
            "flow",
            {
                "place": column("choice", dimension="place"),
                "theme": column("choice", dimension="theme"),
                "enrolled": column("count", spread="gender"),
                "successful": column("count", spread="gender"),
            },
        ),
        "funding": form(
            "register",
            "flow",
            {
                "source": column("choice", dimension="source"),
                "theme": column("choice", dimension="theme"),
                "amount": column("money"),
            },
        ),
        "satisfaction": form(
            "grid",
            "flow",
            {"answered": column("count"), "score": column("decimal", weight="answered", minimum=1, maximum=5)},
            rows="group",
        ),
    },
    indicators={
        **dict.fromkeys(BASE["indicators"]),
        "trained": indicator({"sum": "training.successful"}, unit="people", by=["gender", "place", "theme"]),
        "success": indicator(
            {"ratio": {"of": {"sum": "training.successful"}, "to": {"sum": "training.enrolled"}}},
            unit="rate",
            by=["gender", "place"],
        ),
        "courses": indicator({"count": "training"}, by=["place"]),
        "funding": indicator({"sum": "funding.amount"}, unit="eur", by=["source", "theme"]),
        "leverage": indicator(
            {"ratio": {"of": {"sum": "funding.amount"}, "to": {"sum": "own_support.amount"}}},
            unit="times",
            by=["source"],
        ),
        "satisfaction": indicator({"mean": "satisfaction.score"}, unit="points", by=["group"]),
    },
)


def course(place, successful, enrolled=None, theme="poverty"):
    """A course: how many of each gender completed it."""
    spread = dict(zip(GENDERS, successful, strict=True))
    begun = dict(zip(GENDERS, enrolled, strict=True)) if enrolled else spread
    told = {"theme": theme, "successful": spread, "enrolled": begun}
    return told | ({"place": place} if place else {})


def answers(world, today=TODAY):
    """Everything in the closed set, unmasked."""
    return [m for one in questions(world.framework, today) for m in ask(world, one, today)]


def ask(world, question: Question, today=TODAY):
    return world.ask(question.indicator, question.window, by=question.by, where=question.where, today=today)


def disclosed(world, today=TODAY) -> tuple[Disclosed, list[Measurement]]:
    found = answers(world, today)
    theirs = [m for one in of_persons(world.framework, today) for m in ask(world, one, today)]
    hidden = disclose(world.framework, found, of_persons=theirs)
    return hidden, [hidden.masked(m) for m in found]


def look(masked, indicator_, window=YEAR, **categories):
    found = [m for m in masked if (m.indicator, m.window, dict(m.slice)) == (indicator_, window, categories)]
    return found[0]


def shown(masked, indicator_, **categories):
    """Give the number, or the state of what is hidden."""
    found = look(masked, indicator_, **categories)
    return found.value if found.state is State.VALUE else found.state


def a_year(*rows, **forms):
    world = World(CENTRE)
    world.add("A", "2024-Q3", training=reported(*rows), **forms)
    return world


def test_a_small_count_shows_as_small_and_the_next_smallest_is_hidden_with_it():
    _, masked = disclosed(a_year(course("A1", (20, 3, 0, 0)), course("B1", (30, 40, 9, 0), theme="health")))
    # By gender: women 50, men 43, other 9: nobody is below five.
    assert shown(masked, "trained", gender="men") == 43
    # In area A: men 3 is small; women 20 would give it away (A is 23), and so would men in B (men are 43).
    assert shown(masked, "trained", gender="men", area="A") is State.SMALL
    assert shown(masked, "trained", gender="women", area="A") is State.HIDDEN
    assert shown(masked, "trained", gender="men", area="B") is State.HIDDEN
    assert shown(masked, "trained", gender="women", area="B") is State.HIDDEN
    assert shown(masked, "trained", gender="other", area="B") == 9
    assert shown(masked, "trained", area="A") == 23


def test_nought_is_shown_as_nought_and_hidden_never_is():
    _, masked = disclosed(a_year(course("A1", (20, 3, 0, 0)), course("B1", (30, 40, 9, 0))))
    assert shown(masked, "trained", gender="not_stated") == 0
    for m in masked:
        if m.state in HIDDEN:
            assert (m.value, m.numerator, m.denominator, m.n) == (None, None, None, None)


def test_five_is_no_small_count():
    _, masked = disclosed(a_year(course("A1", (5, 5, 5, 5))))
    assert all(m.state not in HIDDEN for m in masked)


def test_what_does_not_count_people_is_never_small():
    _, masked = disclosed(a_year(course("A1", (9, 9, 9, 9)), course("B1", (9, 9, 9, 9))))
    assert shown(masked, "courses") == 2
    assert shown(masked, "courses", area="A") == 1


def test_a_small_total_is_not_broken_down_at_all():
    """3 in all: who they are is nobody's business, nor which places had none."""
    _, masked = disclosed(a_year(course("A1", (2, 1, 0, 0)), course("A2", (0, 0, 0, 0))))
    assert shown(masked, "trained") is State.SMALL
    slices = [m for m in masked if m.indicator == "trained" and m.slice and m.window == YEAR]
    assert {m.state for m in slices} == {State.HIDDEN}


def test_six_of_whom_one_is_small_cannot_be_told_by_who_is_hidden_beside_it():
    """1 + 5 = 6: a hidden five is at least five, so the total goes as well."""
    _, masked = disclosed(a_year(course("A1", (1, 5, 0, 0))))
    assert shown(masked, "trained", gender="women") is State.SMALL
    assert shown(masked, "trained", gender="men") is State.HIDDEN
    assert shown(masked, "trained") is State.HIDDEN


def test_a_share_does_not_tell_what_the_count_hides():
    """3 of 12 men completed: the count is small, so the success rate of men, and another one, are hidden too."""
    _, masked = disclosed(a_year(course("A1", (20, 3, 9, 0), (25, 12, 10, 0)), course("B1", (8, 8, 8, 8))))
    assert shown(masked, "trained", area="A", gender="men") is State.SMALL
    assert shown(masked, "success", area="A", gender="men") is State.HIDDEN
    assert shown(masked, "success", area="A") == Fraction(32, 47)
    beside = [g for g in GENDERS if shown(masked, "trained", area="A", gender=g) is State.HIDDEN]
    assert beside
    assert all(shown(masked, "success", area="A", gender=g) is State.HIDDEN for g in beside)


def test_a_share_of_few_is_hidden_whatever_it_is():
    """4 enrolled in A2, none completed: nought is shown, the share of four is not."""
    rows = [course("A1", (20, 20, 20, 20)), course("A2", (0, 0, 0, 0), (2, 1, 1, 0)), course("B1", (9, 9, 9, 9))]
    hidden, masked = disclosed(a_year(*rows))
    assert shown(masked, "trained", place="A2") == 0
    assert shown(masked, "success", place="A2") is State.HIDDEN
    assert hidden.figures["success", q("2024-Q1"), q("2024-Q4"), frozenset({("place", "A2")})] is Reason.FEW


def test_a_mean_of_few_is_hidden_with_the_one_that_would_give_it_away():
    score = ({"answered": 3, "score": "4.00"}, {"answered": 60, "score": "4.50"})
    world = World(CENTRE)
    world.add("A", "2024-Q2", satisfaction=reported(*score, keys=("client", "community")))
    _, masked = disclosed(world)
    assert shown(masked, "satisfaction") == (Fraction(4) * 3 + Fraction(9, 2) * 60) / 63
    assert shown(masked, "satisfaction", group="client") is State.HIDDEN
    assert shown(masked, "satisfaction", group="community") is State.HIDDEN


def gift(source, amount, theme=None):
    told = {"source": source, "amount": {"amount": amount, "currency": "EUR"}}
    return told | ({"theme": theme} if theme else {})


@pytest.mark.parametrize(("donors", "told"), [(1, False), (2, False), (3, True)])
def test_the_amount_of_fewer_than_three_persons_is_hidden(donors, told):
    gifts = [gift("person", "100.00")] * donors + [
        gift("state", "5000.00"),
        gift("firm", "300.00"),
        gift("firm", "400.00"),
    ]
    world = World(CENTRE, organisations=[*World(CENTRE).organisations])
    world.add("A", "2024-Q2", funding=reported(*gifts))
    _, masked = disclosed(world)
    assert shown(masked, "funding", source="person") == (100 * donors if told else State.HIDDEN)
    assert shown(masked, "funding", source="firm") == (700 if told else State.HIDDEN)
    assert shown(masked, "funding", source="state") == 5000
    assert shown(masked, "funding") == 5700 + 100 * donors


def gifts_of(*rows):
    world = World(CENTRE)
    world.add("A", "2024-Q2", funding=reported(*rows))
    return disclosed(world)[1]


def test_a_hidden_amount_stands_in_no_other_table():
    """All that persons gave is all that came for health; the firm's is hidden beside it, and is all of poverty's."""
    firm = [gift("firm", "300.00", "poverty"), gift("firm", "400.00", "poverty")]
    gifts = [gift("person", "120.00", "health"), *firm, gift("state", "5000.00")]
    masked = gifts_of(*gifts)
    for of in ({"source": "person"}, {"source": "firm"}, {"theme": "health"}, {"theme": "poverty"}):
        assert shown(masked, "funding", **of) is State.HIDDEN
    assert shown(masked, "funding", source="state") == 5000
    assert shown(masked, "funding") == 5820


def test_one_persons_amount_is_hidden_wherever_it_stands_by_itself():
    """Three persons gave: their sum is shown. What one of them gave for health is not, nor what stands beside it."""
    people = [gift("person", "120.00", "health"), *[gift("person", "90.00", "poverty")] * 2]
    masked = gifts_of(*people, *[gift("state", "5000.00", "poverty")] * 3, gift("firm", "700.00"))
    assert shown(masked, "funding", source="person") == 300
    assert shown(masked, "funding", theme="health") is State.HIDDEN
    assert [m.state for m in masked if m.indicator == "funding" and "theme" in m.slice].count(State.HIDDEN) == 2
    assert Attacker(CENTRE, masked).computed() == []


def test_few_amounts_of_others_are_shown():
    masked = gifts_of(gift("firm", "700.00", "health"), gift("state", "5000.00", "poverty"))
    assert {m.state for m in masked if m.indicator == "funding"} == {State.VALUE}


def test_equal_amounts_of_one_table_are_several():
    """Two themes got as much: which of them is the person's nobody knows, and both are hidden, or their sum tells."""
    gifts = [gift("person", "500.00", "health"), gift("firm", "500.00", "poverty"), gift("state", "5000.00")]
    masked = gifts_of(*gifts)
    assert shown(masked, "funding", theme="health") is State.HIDDEN
    assert shown(masked, "funding", theme="poverty") is State.HIDDEN
    assert Attacker(CENTRE, masked).computed() == []


def test_leverage_does_not_tell_a_single_persons_amount():
    centre = [
        one if one.code != "A" else type(one)(one.code, one.name, {"role": "centre"}, one.active_from)
        for one in World(CENTRE).organisations
    ]
    world = World(CENTRE, organisations=centre)
    gifts = [gift("person", "100.00"), gift("state", "5000.00"), gift("firm", "300.00"), gift("firm", "400.00")]
    own = reported({"amount": {"amount": "1000.00", "currency": "EUR"}})
    world.add("A", "2024-Q2", {"role": "centre"}, funding=reported(*gifts), own_support=own)
    _, masked = disclosed(world)
    assert shown(masked, "leverage") == Fraction(58, 10)
    assert shown(masked, "leverage", source="state") == 5
    assert shown(masked, "leverage", source="person") is State.HIDDEN
    assert shown(masked, "leverage", source="firm") is State.HIDDEN


def test_the_windows_are_each_finished_year_and_the_running_one_to_date():
    assert windows(CENTRE, date(2024, 4, 30)) == ()  # the first quarter is due on that very day
    assert windows(CENTRE, date(2024, 5, 1)) == (Window.year_to_date(q("2024-Q1")),)
    assert windows(CENTRE, TODAY) == (YEAR,)
    assert windows(CENTRE, date(2025, 11, 20)) == (YEAR, Window.year_to_date(q("2025-Q3")))


def test_what_is_not_in_the_set_is_not_published():
    world = a_year(course("A1", (20, 20, 20, 20)))
    hidden, _ = disclosed(world)
    outside = [
        *world.ask("trained", "2024-Q3"),
        *world.ask("trained", YEAR, by=("gender", "theme"))[1:],
        *world.ask("trained", YEAR, organisation="A"),
        *world.ask("trained", YEAR, by=("@organisation",))[1:],
    ]
    masked = [hidden.masked(m) for m in outside]
    assert {m.state for m in masked} == {State.NOT_PUBLISHED}
    assert {(m.value, m.numerator, m.n) for m in masked} == {(None, None, None)}
    assert {m.standing.status for m in masked} == {Status.NO_DATA}  # whether there is a value or not


def test_the_answer_to_a_filter_is_the_slice_of_the_set():
    hidden, _ = disclosed(a_year(course("A1", (20, 3, 0, 0)), course("B1", (30, 40, 9, 0))))
    world = a_year(course("A1", (20, 3, 0, 0)), course("B1", (30, 40, 9, 0)))
    limited = [hidden.masked(m) for m in world.ask("trained", YEAR, by=("gender",), where={"area": "A"})]
    assert [m.state for m in limited] == [State.VALUE, State.HIDDEN, State.SMALL, State.VALUE, State.VALUE]
    assert (
        hidden.masked(world.ask("trained", YEAR, where={"theme": "poverty", "area": "A"})[0]).state
        is State.NOT_PUBLISHED
    )


def test_a_hidden_total_has_no_standing_that_tells_it():
    standing = Standing(Status.AT_RISK, YEAR, Fraction(3), Fraction(4), achievement=Fraction(3, 4), above_plan=True)
    total = Measurement(
        "trained", YEAR, {}, State.VALUE, Coverage(1, 1), standing, Fraction(3), Fraction(3), n=Fraction(1)
    )
    masked = disclose(CENTRE, [total]).masked(total)
    assert (masked.state, masked.standing.status) == (State.SMALL, Status.TOO_FEW)
    assert (masked.standing.actual, masked.standing.achievement, masked.standing.above_plan) == (None, None, False)
    assert masked.coverage == Coverage(1, 1)


@pytest.mark.parametrize("status", [Status.NO_DATA, Status.PROVISIONAL, Status.ON_TRACK])
@pytest.mark.parametrize(("due", "told"), [(None, Status.NO_TARGET), (Fraction(4), Status.TOO_FEW)])
def test_the_status_of_a_hidden_figure_says_no_more_than_the_framework(status, due, told):
    """That there are no data would say that a hidden ratio's denominator is nought."""
    of = Measurement("success", YEAR, {}, State.VALUE, Coverage(1, 1), Standing(status, YEAR, expected=due))
    assert without_numbers(of, State.HIDDEN).standing == Standing(told, YEAR, expected=due)


def test_what_nobody_reported_is_not_hidden_below_a_small_total():
    """How many returns are in is told of each region: where none is, everybody sees that there is nothing."""
    told = CENTRE.model_dump(mode="python", by_alias=True)
    told["organisation"]["region"] = {"label": {"en": "region"}, "dimension": "region", "breakdown": True}
    told["dimensions"]["region"] = dimension("BG41", "BG42")
    world = World(type(CENTRE).model_validate(told))
    world.add("A", "2024-Q3", {"region": "BG41"}, training=reported(course("A1", (2, 1, 0, 0))))
    _, masked = disclosed(world)
    assert shown(masked, "trained") is State.SMALL
    assert shown(masked, "trained", region="BG41") is State.HIDDEN
    assert look(masked, "trained", region="BG42").coverage.reported == 0
    assert shown(masked, "trained", region="BG42") is State.MISSING
    assert Attacker(world.framework, masked).computed() == []


def test_a_position_that_is_carried_on_is_hidden_alike_in_both_years():
    """Of A nothing new came, B brought only non-binary people: all others are as they were, and known to be."""
    changed = framework(
        programme=dict(BASE["programme"], starts="2024-Q1"),
        organisation={"region": None},
        units={"people": {"kind": "count", "label": {"en": "people"}, "people": True}},
        indicators={
            **dict.fromkeys(BASE["indicators"]),
            "access": indicator({"sum": "access.people"}, unit="people", by=["gender"]),
        },
    )
    world = World(changed)
    people = {"women": 30, "men": 3, "non_binary": 8, "not_stated": 9}
    nobody = dict.fromkeys(people, 0)
    world.add("A", "2024-Q3", access=reported({"people": people}, keys=("client",)))
    world.add("B", "2025-Q1", access=reported({"people": nobody | {"non_binary": 20}}, keys=("client",)))
    _, masked = disclosed(world, date(2025, 5, 15))
    later = Window.year_to_date(q("2025-Q1"))
    for category in ("women", "men", "not_stated"):
        before, after = (look(masked, "access", window, gender=category).state for window in (YEAR, later))
        assert before == after
    assert look(masked, "access", YEAR, gender="men").state is State.SMALL


def test_the_attacker_does_compute_what_is_not_hidden_well():
    """Only the small count itself hidden: it is all the others taken from the total."""
    found = answers(a_year(course("A1", (20, 3, 9, 0))))
    masked = [
        without_numbers(m, State.SMALL) if m.value == 3 and dict(m.slice) == {"gender": "men"} else m for m in found
    ]
    told = Attacker(CENTRE, masked).computed()
    assert {(m.indicator, m.slice["gender"]) for m in told} == {("trained", "men")}


def test_what_somebody_holds_hidden_stays_hidden_and_cannot_be_computed():
    """A correction makes the small count large: nothing needs hiding any more, but for who has the file of before."""
    before = disclose(CENTRE, answers(a_year(course("A1", (20, 3, 0, 0)), course("B1", (30, 40, 9, 0)))))
    kept = {key for key, reason in before.figures.items() if reason is not None}
    found = answers(a_year(course("A1", (20, 8, 0, 0)), course("B1", (30, 40, 9, 0))))
    assert not any(disclose(CENTRE, found).figures.values())
    again = disclose(CENTRE, found, hidden_before=kept)
    assert kept <= {key for key, reason in again.figures.items() if reason is not None}
    assert Attacker(CENTRE, [again.masked(m) for m in found]).computed() == []


PEOPLE = framework(
    programme=dict(BASE["programme"], starts="2024-Q1"),
    organisation={"region": None},
    units={"people": {"kind": "count", "label": {"en": "people"}, "people": True}},
    indicators={
        **dict.fromkeys(BASE["indicators"]),
        "access": indicator({"sum": "access.people"}, unit="people", by=["gender", "group"]),
    },
)
some = st.tuples(*[st.sampled_from([0, 0, 1, 2, 3, 5, 6, 9, 20])] * 4).map(
    lambda found: dict(zip(("women", "men", "non_binary", "not_stated"), found, strict=True))
)
both = st.tuples(some, some)


def published_on(world, day):
    found = [one for of in questions(PEOPLE, day) for one in world.ask(of.indicator, of.window, by=of.by, today=day)]
    hidden = disclose(PEOPLE, found)
    return [hidden.masked(one) for one in found]


@settings(max_examples=150, deadline=None)
@given(both, both, both)
def test_what_is_published_in_the_course_of_a_year_gives_nothing_away_together(one, other, later):
    """One organisation's position is carried into the next year, the other's is not."""
    world = World(PEOPLE)
    for organisation, groups in (("A", one), ("B", other)):
        rows = ({"people": people} for people in groups)
        world.add(organisation, "2024-Q4", access=reported(*rows, keys=("client", "community")))
    first = published_on(world, date(2025, 2, 15))
    world.add("B", "2025-Q1", access=reported(*({"people": people} for people in later), keys=("client", "community")))
    second = published_on(world, date(2025, 5, 15))
    year = {Attacker.key(m): m.state for m in first}
    assert all(year.get(Attacker.key(m), m.state) is m.state for m in second)
    known = {Attacker.key(m): m for m in [*second, *first]}
    assert Attacker(PEOPLE, known.values()).computed() == []


numbers = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 20, 55])
spreads = st.tuples(numbers, numbers, numbers, numbers)


@st.composite
def courses(draw):
    done, more = draw(spreads), draw(spreads)
    return course(
        draw(st.sampled_from([*DISTRICTS, None])),
        done,
        tuple(a + b for a, b in zip(done, more, strict=True)),
        draw(st.sampled_from(["poverty", "health"])),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(courses(), min_size=1, max_size=7))
def test_nobody_can_compute_what_is_hidden(rows):
    world = a_year(*rows)
    _, masked = disclosed(world)
    assert Attacker(CENTRE, masked).computed() == []


@settings(max_examples=25, deadline=None)
@given(st.lists(courses(), min_size=1, max_size=7))
def test_nor_with_the_rules_by_which_it_is_hidden(rows):
    """A count hidden for another's sake is five at least, unless it lies below a small one."""
    world = a_year(*rows)
    _, masked = disclosed(world)
    truth = {Attacker.key(m): m for m in answers(world)}
    floor = {}
    attacker = Attacker(CENTRE, masked)
    for key, m in attacker.figures.items():
        true = truth[key].numerator
        if m.state is State.HIDDEN and m.indicator == "trained" and true is not None and true >= 5:
            floor[attacker.names(m)[0]] = 5
    assert Attacker(CENTRE, masked, floor).computed() == []


@settings(max_examples=20, deadline=None)
@given(st.lists(courses(), min_size=1, max_size=6))
def test_every_small_count_is_hidden_and_the_same_is_hidden_again(rows):
    world = a_year(*rows)
    found = answers(world)
    once, again = disclose(CENTRE, found), disclose(CENTRE, list(reversed(found)))
    assert once == again
    for m in found:
        if m.indicator == "trained" and m.value and m.value < 5:
            assert once.masked(m).state in HIDDEN
        if m.indicator == "success" and m.denominator and m.denominator < 5:
            assert once.masked(m).state in HIDDEN
        if once.masked(m).state is State.VALUE:
            assert once.masked(m).value == m.value


def test_a_running_total_does_not_tell_a_hidden_year():
    """3 in the first year, hidden; 50 in the second: 53 since the start would tell the first."""
    texts = dict(CENTRE.model_dump(mode="python", by_alias=True))
    texts["indicators"]["trained"] |= {"target_basis": "cumulative", "targets": {2024: 10, 2025: 100}}
    world = World(type(CENTRE).model_validate(texts))
    world.add("A", "2024-Q3", training=reported(course("A1", (3, 0, 0, 0))))
    world.add("A", "2025-Q1", training=reported(course("A1", (50, 0, 0, 0))))
    found, masked = answers(world, date(2025, 5, 15)), disclosed(world, date(2025, 5, 15))[1]
    later = Window.year_to_date(q("2025-Q1"))
    assert look(found, "trained", later).standing.actual == 53
    assert look(masked, "trained").state is State.SMALL
    total = look(masked, "trained", later)
    assert (total.value, total.standing.actual, total.standing.achievement) == (50, None, None)


THINGS = framework(
    programme=dict(BASE["programme"], starts="2024-Q1"),
    organisation={"region": None},
    forms={
        "innovations": form(
            "register",
            "stock",
            {
                "theme": column("choice", dimension="theme"),
                "features": column("rating", spread="gender", scale="steps"),
            },
        )
    },
    indicators={
        **dict.fromkeys(BASE["indicators"]),
        "features": indicator({"mean": "innovations.features"}, unit="rating", by=["gender", "theme"]),
    },
)


@pytest.mark.parametrize(("things", "told"), [(1, False), (4, False), (5, True)])
def test_a_mean_of_several_ratings_of_few_things_is_one_of_few(things, told):
    """Each thing is rated four times, under four aspects: four things are few, and so are their sixteen ratings."""
    rated = {"theme": "health", "features": dict(zip(BASE["dimensions"]["gender"]["categories"], "4321", strict=True))}
    others = [rated | {"theme": "poverty"}] * 9
    world = World(THINGS)
    world.add("A", "2024-Q4", innovations=reported(*[rated] * things, *others))
    _, masked = disclosed(world)
    assert shown(masked, "features") == Fraction(5, 2)
    assert shown(masked, "features", gender="women") == 4
    assert shown(masked, "features", theme="health") == (Fraction(5, 2) if told else State.HIDDEN)
    assert Attacker(THINGS, masked).computed() == []
