"""The course of each category of a breakdown: made when it is asked for, of the windows that the reader may see."""

import html
import json
from dataclasses import replace

import showing
from kpi.access import Role
from kpi.measure.model import Organisation
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from looking import page_of, said
from showing import HOSTILE, NOW, RSE, SDA, START, filled
from test_pages import INDICATOR, Q3, look, store  # noqa: F401 (fixtures)


def course(at) -> dict[str, list]:
    """What the small courses draw, by their names."""
    traces = json.loads(at.get("plotly_chart")[-1].proto.spec)["data"]
    return {trace["name"]: trace["y"] for trace in traces}


def test_it_is_drawn_when_it_is_chosen_and_the_address_keeps_it(store, look):  # noqa: F811
    at = look(store, page=INDICATOR, indicator="O6", **Q3)
    before = len(at.get("plotly_chart"))
    at.selectbox(key="pick.over").select("gender").run()
    assert not at.exception
    assert len(at.get("plotly_chart")) == before + 1
    assert at.query_params["over"] == "gender"
    drawn = course(at)
    assert drawn["Women"] == [60, 60, 60]
    assert drawn["Men"] == [25, 25, 25]
    assert "Non-binary" not in drawn
    assert "The number beside each name: Q3 2025." in said(at)
    year = {**Q3, "window": "year", "quarter": "2025-Q4"}
    drawn = course(look(store, page=INDICATOR, indicator="O6", over="gender", **year))
    assert drawn["Women"] == [60, 60, 60, None]  # what was not reported is a gap, and no nought
    at.selectbox(key="pick.indicator").select("R1").run()
    assert at.query_params["over"] == "gender"


def test_organisations_have_their_course_too(store, look):  # noqa: F811
    at = look(store, page=INDICATOR, indicator="O6", over="@organisation", **Q3)
    assert [values[-1] for values in course(at).values()] == [15, 75]
    # What people wrote as a name is no markup in a drawing either.
    names = [one["text"] for one in json.loads(at.get("plotly_chart")[-1].proto.spec)["layout"]["annotations"]]
    assert names[0].startswith("RSE &lt;b&gt;Ruse&lt;/b&gt;<br>")


def test_organisations_stand_by_name_and_who_left_is_told_to_have_left(tmp_path, look):  # noqa: F811
    opened = filled(tmp_path)
    left = Organisation("AAA", {"en": "Zora", "bg": "Зора"}, RSE.attributes, START, Quarter(2025, 1))
    first = replace(SDA, code="ZZZ", name={"en": "Alfa", "bg": "Алфа"})
    list_organisations(opened, [left, first], by="one", at=NOW)
    for one in (left, first):
        showing._store(opened, one, START, showing._content("BG323", (7, 0, 0), []))
    opened.engine.dispose()
    at = look(tmp_path, page=INDICATOR, indicator="O6", over="@organisation", **Q3)
    names = ["Alfa", HOSTILE, "Sofia Association", "Zora"]
    drawn = json.loads(at.get("plotly_chart")[-1].proto.spec)
    assert [html.unescape(name) for name in course(at)] == names
    panels = [" ".join(one["text"].split("<br>")) for one in drawn["layout"]["annotations"]]
    assert panels[0] == "Alfa <b>not reported</b>"
    assert panels[-1] == "Zora <b>not asked for in this period</b>"
    gone = "No longer taking part, with the last quarter of each: Zora (Q1 2025)."
    assert gone in said(at)
    assert gone in said(look(tmp_path, page=page_of("compare"), across="@organisation", indicator="O6", **Q3))


def test_what_cannot_be_shown_is_told(store, look):  # noqa: F811
    at = look(store, page=INDICATOR, indicator="O6", over="weather", **Q3)
    assert "The address asks for “weather”, which is not known here." in said(at)
    text = said(look(store, page=INDICATOR, indicator="O6", over="stage", **Q3))
    assert "has no breakdown by stage" in text


def test_funders_get_the_course_of_published_windows_only(tmp_path, look):  # noqa: F811
    opened = filled(tmp_path)
    showing._store(opened, SDA, Quarter(2024, 4), showing._content("BG411", (50, 20, 5), []))
    opened.engine.dispose()
    asked = {"quarter": "2025-Q4", "lang": "en", "indicator": "O6"}
    at = look(tmp_path, Role.VIEWER, page=INDICATOR, over="gender", **asked)
    traces = json.loads(at.get("plotly_chart")[-1].proto.spec)["data"]
    told = {trace["name"]: trace["customdata"] for trace in traces}["Women"]
    assert told == ["Women, 2024: 50", "Women, 2025: 180"]
    at = look(tmp_path, Role.VIEWER, page=INDICATOR, over="@organisation", **asked)
    assert "has no breakdown by organisation" in said(at)
    assert len(at.get("plotly_chart")) == len(look(tmp_path, Role.VIEWER, page=INDICATOR, **asked).get("plotly_chart"))
