"""The parts of the page on what the figures mean, kept until the framework changes."""

from collections.abc import Sequence

from kpi import breakdowns
from kpi import versions as kept
from kpi.present import about, about_lists, about_rules, about_versions
from kpi.present.about import Section
from kpi.web import asked
from kpi.web.person import installation, language


def sections() -> Sequence[Section]:
    """Give the parts of the page in the reader's language."""
    here, said = installation(), language()

    def made() -> Sequence[Section]:
        framework = here.framework
        by = {key: breakdowns.dimensions(framework, key) for key in framework.indicators}
        found = [
            about.programme(framework, said),
            about.headlines(framework, said),
            *about.indicators(framework, by, said),
            about_rules.counting(framework, said),
            about_rules.judging(framework, said),
            about_rules.hiding(framework, said),
            about_rules.money(framework, said),
            about_rules.asking(framework, said),
            about_lists.forms(framework, said),
            about_lists.dimensions(framework, said),
            about.sources(framework, said),
            about_versions.versions(framework, kept.versions(here), said),
        ]
        return [one for one in found if one is not None]

    return asked.kept(f"about {said}", False, made)  # noqa: FBT003 (it is the same either way)
