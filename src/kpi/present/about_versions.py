"""What became another thing from one version of the framework to the next, in words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kpi.framework.compared import Change, How, What
from kpi.framework.model import Framework
from kpi.language import Text, day, pick, quarter_name, share, tr, whole
from kpi.present.about import Section
from kpi.present.html import Html, el, join
from kpi.present.words import NOTHING, of, quoted
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.versions import Version

_WHAT = {
    What.INDICATOR: N_("Indicator"),
    What.DEFINITION: N_("Definition"),
    What.MEASURE: N_("How it is made"),
    What.BASELINE: N_("Baseline"),
    What.TARGET: N_("Target"),
    What.SHARE_TARGET: N_("Target for a share"),
    What.REVISION: N_("Revised target"),
    What.TOLERANCE: N_("Tolerance"),
    What.FORM: N_("Form"),
    What.COLUMN: N_("Column"),
    What.DIMENSION: N_("List"),
    What.CATEGORY: N_("Category"),
    What.RULE: N_("Rule"),
}
_HOW = {
    How.ADDED: N_("new"),
    How.GONE: N_("gone"),
    How.RENAMED: N_("another name"),
    How.ENDS: N_("last quarter"),
    How.CHANGED: N_("changed"),
}


def versions(framework: Framework, found: Sequence[Version], language: str) -> Section:
    """Tell every version with what changed in it, the latest first."""
    blocks = [_version(framework, one, language, first=at == len(found) - 1) for at, one in enumerate(found)]
    return Section("versions", tr(N_("What changed in the framework"), language), join(*blocks))


def _version(framework: Framework, one: Version, language: str, *, first: bool) -> Html:
    head = whole(
        N_("Version {version}, in force since {day}"),
        language,
        version=one.version or NOTHING,
        day=day(one.since, language),
    )
    return el("article", el("h3", head), _told(framework, one, language, first=first))


def _told(framework: Framework, one: Version, language: str, *, first: bool) -> Html:
    if not one.readable:
        text = tr(N_("It was written in a form that is no longer read, and cannot be compared."), language)
    elif first:
        text = tr(N_("The first one kept here."), language)
    elif not one.changes:
        text = tr(N_("Nothing that bears on figures: only the wording of help, or settings of pages."), language)
    else:
        return el("ul", *(el("li", _change(framework, each, language)) for each in one.changes), class_="k-rules")
    return el("p", text, class_="k-note")


def _change(framework: Framework, one: Change, language: str) -> Html:
    path = " › ".join(pick(name, language) for name in one.names)
    what, how = tr(_WHAT[one.what], language), tr(_HOW[one.how], language)
    line = join(f"{what} ", el("strong", quoted(path, language)), f": {how}")
    if one.what is What.REVISION:
        return join(line, ". ", _said(framework, one, one.after, language))
    if one.before is None and one.after is None:
        return line
    before, after = (_said(framework, one, value, language) for value in (one.before, one.after))
    return join(line, f": {before} → ", el("strong", after))


def _said(framework: Framework, one: Change, value: Text | str | None, language: str) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, Mapping):
        return pick(value, language)
    if one.indicator in framework.indicators:
        return of(framework, one.indicator or "", Decimal(value), language)
    if one.what is What.SHARE_TARGET:
        return share(Decimal(value), language)
    if one.how is How.ENDS:
        return quarter_name(Quarter.parse(value), language)
    return value
