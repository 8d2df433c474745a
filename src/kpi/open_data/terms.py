"""Who publishes open data, on which terms they may be used, and how whoever uses them names them."""

from collections.abc import Mapping
from datetime import date

from kpi.framework.model import Framework
from kpi.language import day, pick, tr, whole
from kpi.open_data.dataset import Dataset
from kpi.problems import N_


def title(framework: Framework, language: str) -> str:
    """Name the data."""
    return tr(N_("{programme}: published figures"), language, programme=pick(framework.programme.name, language))


def source(framework: Framework, made: date, language: str) -> str:
    """Say how the data are named by whoever uses them: whose they are, as of which day, under which licence."""
    name = title(framework, language)
    if framework.open_data is None:
        return whole(N_("{title}, as of {day}"), language, title=name, day=made)
    licence = pick(framework.open_data.licence.label, language)
    return whole(N_("{title}, as of {day}. Licence: {licence}"), language, title=name, day=made, licence=licence)


def licence(framework: Framework, language: str) -> Mapping[str, str] | None:
    """Give the licence as the Data Package writes it; none where the framework names none."""
    if framework.open_data is None:
        return None
    one = framework.open_data.licence
    return {"name": one.name, "title": pick(one.label, language), "path": one.path}


def about(dataset: Dataset, language: str) -> Mapping[str, object]:
    """Give what the Data Package and JSON say alike of themselves: whose data they are, of when, on which terms."""
    framework, windows = dataset.framework, dataset.windows
    programme, terms = framework.programme, licence(framework, language)
    homepage = framework.open_data.homepage if framework.open_data is not None else None
    publisher = {"title": pick(programme.name, language), "role": "publisher"}
    contact = {"title": pick(programme.contact.name, language), "role": "maintainer"}
    said: dict[str, object] = {"title": title(framework, language)}
    if homepage:
        said["homepage"] = publisher["path"] = homepage
    if programme.contact.email:
        contact["email"] = programme.contact.email
    said["contributors"] = [publisher, contact]
    if terms:
        said["licenses"] = [terms]
    said["citation"] = source(framework, dataset.made.at.astimezone().date(), language)
    text = N_("Quarterly returns of the organisations, approved up to {day}")
    approved = tr(text, language, day=day(dataset.made.at.astimezone().date(), language))
    said["sources"] = [{"title": approved}]
    if windows:
        starts, ends = windows[0].first.starts, windows[-1].last.ends
        said["temporal"] = {"start": starts.isoformat(), "end": ends.isoformat()}
    return said
