"""A report's content: by the rights of its readers, with the figures that everybody else sees."""

from datetime import UTC, date, datetime

import pytest

from kpi import figures
from kpi.access import NOBODY, OPERATOR, NotPermittedError, Person, Role
from kpi.measure.model import RATING, State
from kpi.measure.needs import Question
from kpi.present.words import none
from kpi.quality import quality
from kpi.quarter import Quarter, Window
from kpi.report.content import Audience, Cards, Course, Facts, Paragraph, Request, Table
from kpi.report.drawings import as_svg, chart_of
from kpi.report.gather import gather
from kpi.report.window import BeforeProgrammeError, WindowNotBegunError, WindowNotPublishedError
from showing import filled

TODAY, AT = date(2025, 11, 3), datetime(2025, 11, 3, 12, tzinfo=UTC)
YTD = Window.year_to_date(Quarter(2025, 3))
WHO = {role: Person(role.value, role) for role in (Role.MANAGER, Role.REPORTER, Role.VIEWER, Role.ADMINISTRATOR)}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    opened = filled(tmp_path_factory.mktemp("report"))
    yield opened
    opened.engine.dispose()


def made(here, audience=Audience.MANAGEMENT, *, who=OPERATOR, window=YTD, language="en", **where):
    return gather(here.asked_by(who), Request(window, language, audience, where), today=TODAY, at=AT)


def test_a_report_for_the_core_team_is_open_to_it_alone_and_one_for_funders_to_whoever_sees_figures(here):
    for who in (WHO[Role.REPORTER], WHO[Role.VIEWER], WHO[Role.ADMINISTRATOR], NOBODY):
        with pytest.raises(NotPermittedError):
            made(here, who=who)
    with pytest.raises(NotPermittedError):
        made(here, Audience.FUNDER, who=NOBODY)
    assert made(here, who=WHO[Role.MANAGER]).figures


def test_a_report_for_funders_is_the_same_whoever_makes_it(here):
    first, *others = [made(here, Audience.FUNDER, who=who) for who in WHO.values()]
    assert all(other == first for other in others)


def test_every_figure_for_funders_is_the_one_that_a_viewer_is_answered(here):
    told = made(here, Audience.FUNDER)
    questions = list(dict.fromkeys((one.indicator, one.window, tuple(one.slice)) for one in told.figures))
    viewer = here.asked_by(WHO[Role.VIEWER])
    answers = figures.measured(viewer, [Question(*asked) for asked in questions], today=TODAY)
    by_question = dict(zip(questions, answers, strict=True))
    assert all(one in by_question[one.indicator, one.window, tuple(one.slice)] for one in told.figures)
    assert not [one for one in told.figures if one.organisation is not None]
    assert any(one.state is State.VALUE for one in told.figures)


def test_what_is_published_for_nobody_is_not_listed_for_funders(here):
    core, funder = ({tuple(one.slice) for one in made(here, each).figures} for each in Audience)
    assert (RATING,) in core
    assert funder == core - {(RATING,)}
    assert not [one for one in made(here, Audience.FUNDER).figures if one.state is State.NOT_PUBLISHED]


def test_funders_are_told_which_windows_there_are(here):
    with pytest.raises(WindowNotPublishedError) as refused:
        made(here, Audience.FUNDER, window=Window.quarter(Quarter(2025, 2)))
    assert "2025-Q1/2025-Q3" in str(refused.value.values)
    assert made(here, Audience.FUNDER, window=Window.year(2025)).request.window == YTD


@pytest.mark.parametrize("audience", Audience)
def test_there_is_no_report_of_what_lies_before_the_programme_or_has_not_begun(here, audience):
    with pytest.raises(BeforeProgrammeError, match="the programme begins with"):
        made(here, audience, window=Window.year(1999))
    for ahead in (Window.year(2026), Window.quarter(Quarter(2026, 1))):
        with pytest.raises(WindowNotBegunError, match="2026-Q1"):
            made(here, audience, window=ahead)
    assert made(here, window=Window.quarter(Quarter(2025, 4))).figures


def test_a_report_names_what_it_was_made_of(here):
    told = made(here)
    assert told.made.at == AT
    assert told.made.framework_version == here.framework.programme.version
    assert told.made.framework_sha256 == here.sha256
    assert told.made.returns == 6
    assert told.made.log_head == figures.overview(here).last_change
    assert told.made.log_head in dict(told.about).values()


def test_a_section_says_what_is_measured(here):
    section = next(one for chapter in made(here).chapters for one in chapter.sections if one.key == "O6")
    facts = next(block for block in section.blocks if isinstance(block, Facts))
    assert (facts.entries[0].value, facts.entries[0].unit) == ("270", "people")
    total = next(one for one in made(here).figures if one.indicator == "O6" and one.window == YTD and not one.slice)
    assert (total.state, total.value) == (State.VALUE, 270)


@pytest.mark.parametrize("audience", list(Audience))
def test_what_is_still_to_come_of_the_whole_programmes_target_stands_beneath_it(here, audience):
    def told(**where):
        sections = (one for each in made(here, audience, **where).chapters for one in each.sections)
        (facts,) = (block for one in sections if one.key == "O6" for block in one.blocks if isinstance(block, Facts))
        return {one.name: one.note for one in facts.entries}

    assert told()["Target"] == "Still to come: 50 people in one quarter; so far 90 a quarter on average"
    assert "Still to come" not in repr(told(organisation_type="ngo"))


def test_a_limited_report_says_of_what_its_returns_are(here):
    def notes(title, **where):
        chapter = next(one for one in made(here, **where).chapters if one.title == title)
        return [one.text for one in chapter.blocks if isinstance(one, Paragraph)]

    note = "Returns approved and expected: of the whole programme."
    for title in ("Where the indicators stand", "Annex: data quality"):
        assert note in notes(title, region="BG32")
        assert note not in notes(title)
        assert note not in notes(title, organisation_type="ngo")


def test_a_filter_limits_every_figure_and_is_named(here):
    told = made(here, organisation_type="ngo")
    assert told.limits == ["Type of organisation: Non-governmental organisation"]
    total = next(one for one in told.now if one.indicator == "O6")
    assert total.value == 225


@pytest.mark.parametrize("audience", list(Audience))
def test_the_share_that_is_watched_is_told_year_by_year_and_by_region(here, audience):
    told = made(here, audience)
    gender = next(one for one in told.chapters if one.title == "Gender")
    tables = {one.title: one for one in gender.blocks if isinstance(one, Table)}
    years = next(row for row in tables["Share: women, year by year"].rows if str(row[0]).startswith("O6 "))
    assert years[1:] == ("–", "–", "70.6% (180 of 255)")
    regions = tables["Share: women, by region"]
    at = next(index for index, head in enumerate(regions.heads) if head.startswith("O6 "))
    assert {row[0]: row[at] for row in regions.rows} == {
        "North Central": "66.7% (30 of 45)",
        "Southwestern": "71.4% (150 of 210)",
    }
    # The numbers are those that whoever reads it is answered, and go with the report's figures.
    who = here.asked_by(OPERATOR if audience is Audience.MANAGEMENT else Person("Eve", Role.VIEWER))
    answer = figures.measured(who, [Question("O6", YTD, by=("gender", "region"))], today=TODAY)[0][1:]
    there = [one for one in told.figures if one.indicator == "O6" and set(one.slice) == {"gender", "region"}]
    assert [(one.slice, one.value, one.state) for one in there] == [(one.slice, one.value, one.state) for one in answer]


@pytest.mark.parametrize("language", ["en", "bg"])
def test_a_report_for_one_programme_draws_what_is_published_of_it_year_by_year(here, language):
    told = made(here, Audience.FUNDER, language=language, programme="easi")
    section = next(one for chapter in told.chapters for one in chapter.sections if one.key == "O6")
    course = next(block for block in section.blocks if isinstance(block, Course))
    assert not course.judged
    viewer = here.asked_by(Person("Eve", Role.VIEWER))
    question = Question("O6", YTD, where={"programme": "easi"})
    (total,) = figures.measured(viewer, [question], today=TODAY)[0]
    assert total.value is not None
    assert course.found[-1].value == total.value
    bars = chart_of(told.framework, language, course).data[0]
    assert bars.y[-1] == float(total.value)
    assert "<path" in as_svg(chart_of(told.framework, language, course))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "With this report's limits figures by gender, region and capital are not published"),
        ("bg", "При ограниченията на този доклад данни по пол, район и капитал не се публикуват"),
    ],
)
def test_what_is_not_published_of_one_grant_has_no_column_in_its_report_and_is_named(here, language, said):
    def words(**where):
        told = made(here, Audience.FUNDER, language=language, **where)
        return told, " ".join(block.text for block in told.blocks() if isinstance(block, Paragraph))

    whole, of_all = words()
    told, of_one = words(programme="easi")
    assert said in of_one
    assert said not in of_all
    of_years = _by_year(told)
    assert len(of_years.heads) < len(_by_year(whole).heads)
    unpublished = none(State.NOT_PUBLISHED, language)
    assert unpublished not in {cell for row in of_years.rows for cell in row}
    assert not of_years.note


def _by_year(told):
    funding = told.framework.pages.funding
    name = told.framework.indicators[funding.attracted].label[told.language]
    return next(one for one in told.blocks() if isinstance(one, Table) and name in one.heads)


@pytest.mark.parametrize(("language", "said"), [("en", "year to date: 270"), ("bg", "от началото на годината: 270")])
def test_a_headline_figure_of_a_quarter_says_on_what_its_verdict_is(here, language, said):
    def card(window):
        told = made(here, window=window, language=language)
        name = next(one.label[language] for one in told.framework.headlines.values() if one.indicator == "O6")
        cards = next(one for one in told.blocks() if isinstance(one, Cards))
        return next(one for one in cards.entries if one.name == name)

    assert said in card(Window.quarter(Quarter(2025, 3))).badge.note
    assert not card(YTD).badge.note


def test_the_annex_counts_the_questions_about_the_data_for_the_core_team_alone(here):
    def asked(audience, **where):
        blocks = made(here, audience, **where).blocks()
        return next((one for one in blocks if isinstance(one, Table) and one.title == "Questions about the data"), None)

    found = quality(here, YTD)
    table = asked(Audience.MANAGEMENT)
    assert [int(row[1]) for row in table.rows] == [len(found.open), 0, 0, 0]
    assert found.open
    assert f"({found.returns} returns)" in table.note
    assert asked(Audience.MANAGEMENT, programme="easi") is None
    assert asked(Audience.FUNDER) is None
