"""A store whose portfolio, findings, stories and acts can be checked by hand; some texts mean harm, one is very long.

SDA has two innovations in the first two quarters of 2025 and says nothing later; RSE has one. Findings: SDA's first is
acted upon in the second half-year, its second stays open.
"""

from pathlib import Path

from kpi.installation import Installation
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReportedForm, ReturnContent, text_key
from showing import NOW, RSE, SDA, _store, ready

HARM = '<img src=x onerror="alert(1)"> [x](javascript:alert(1)) **bold**'
LONG = "A very long tale. " * 400
GARDEN, OVEN, WELL = "Garden & <b>yard</b>", "Oven", "Well"


def innovation(name, needs, **others):
    features = {"needs": needs, "goals": "2", "impact": "2", "approach": "3", "novelty": "1"}
    return {
        "name": name,
        "challenge": f"What {name} answers to {HARM}",
        "approach": LONG if name == GARDEN else "Together",
        "theme": "poverty",
        "district": "BG411",
        "scaling": "out",
        "budget_funding": "local",
        "operating": True,
        "features": features,
    } | others


def finding(number, *, done, adjustment=None):
    told = {"number": number, "finding": f"Found {number} {HARM}", "acted_upon": done}
    return told | ({"adjustment": adjustment} if adjustment else {})


def story(title, *, consent, link="https://example.org/s/1"):
    return {"title": title, "summary": f"{HARM} {title}", "theme": "poverty", "link": link, "consent": consent}


def policy(title, day, link="https://example.org/p"):
    chosen = {"policy_kind": "adoption", "level": "local", "theme": "poverty"}
    return {"title": title, "date": day, **chosen, "evidence": "Decision 1", "link": link}


def norm(title, stage):
    return {"title": title, "stage": stage, "level": "national", "evidence": "Letter 27"}


def content(**forms):
    """Make a return of rows by form."""
    keys = {"innovations": "name", "findings": "number", "incorporations": "title", "sites": "name"}

    def record(form, number, row):
        key = text_key(row[keys[form]]) if form in keys else None
        return Record(number, key, row)

    return ReturnContent(
        {
            form: ReportedForm(FormState.REPORTED, tuple(record(form, at, row) for at, row in enumerate(rows, 1)))
            for form, rows in forms.items()
        }
    )


def practising(folder: Path) -> Installation:
    """The store that the module's first lines tell of."""
    opened = ready(folder)
    list_organisations(opened, [SDA, RSE], by="one", at=NOW)
    first = content(
        innovations=[innovation(GARDEN, "1"), innovation(OVEN, "2", operating=False, scaling="up")],
        stories=[story("Open garden", consent=True), story("Quiet oven", consent=False)],
        policy=[policy("Plan for gardens", "2025-02-03")],
        funding=[
            {
                "contract": "C1",
                "signed_on": "2025-03-01",
                "amount": {"amount": "195583.00", "currency": "BGN"},
                "source": "company",
                "funder": f"Fund {HARM}",
                "instrument": "grant",
                "theme": "poverty",
                "district": "BG411",
                "programme": "easi",
                "innovation": text_key(GARDEN),
            }
        ],
    )
    second = content(
        innovations=[innovation(GARDEN, "3"), innovation(OVEN, "2", operating=False, scaling="up")],
        constraints=[
            {"innovation": text_key(GARDEN), "challenge": "No water", "approach": "Rain", "solution": "A tank"}
        ],
        adaptations=[{"innovation": text_key(OVEN), "change": "Smaller", "reason": "Too hot"}],
        findings=[finding("1", done=False), finding("2", done=False)],
        incorporations=[norm("Norm of gardens", "proposed")],
    )
    _store(opened, SDA, Quarter(2025, 1), first)
    _store(opened, SDA, Quarter(2025, 2), second)
    rse = content(
        innovations=[innovation(WELL, "4", district="BG323", theme="culture")],
        stories=[story("Deep well", consent=False, link="javascript:alert(1)")],
        findings=[finding("1", done=True, adjustment="Dug deeper")],
    )
    _store(opened, RSE, Quarter(2025, 2), rse)
    fourth = content(
        findings=[finding("1", done=True, adjustment="Watered"), finding("2", done=False)],
        incorporations=[norm("Norm of gardens", "adopted")],
    )
    _store(opened, SDA, Quarter(2025, 4), fourth)
    waiting = content(innovations=[innovation(WELL, "4"), innovation("Waiting", "4")])
    _store(opened, RSE, Quarter(2025, 3), waiting, approved=False)
    return opened
