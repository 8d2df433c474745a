"""Reading a framework: hostile files, one language, the lines of problems."""

import gc
import re
import weakref
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.framework.load import load_file, load_text
from kpi.framework.once import once
from kpi.framework.tree import read_tree
from kpi.language import message

ROOT = Path(__file__).parents[1]
FRAMEWORKS = Path(__file__).parent / "data" / "frameworks"
SMALL = (FRAMEWORKS / "small.yaml").read_text(encoding="utf-8")


def plain(text):
    """Read YAML as text and truth only: its safe reader takes a key called “on” for the truth."""

    def truths(value):
        if isinstance(value, dict):
            return {key: truths(one) for key, one in value.items()}
        if isinstance(value, list):
            return [truths(one) for one in value]
        return {"true": True, "false": False}.get(value, value)

    return truths(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 (it makes texts, lists and mappings only)


def codes(loaded):
    return [(problem.place.line, problem.code.removeprefix("framework.")) for problem in loaded.problems]


@pytest.mark.parametrize("path", [FRAMEWORKS / "small.yaml", FRAMEWORKS / "second.yaml", ROOT / "indicators.yaml"])
def test_sound_frameworks_have_no_problems(path):
    loaded = load_file(path)
    assert [message(problem, "en") for problem in loaded.problems] == []
    assert loaded.framework is not None
    assert loaded.yaml == path.read_text(encoding="utf-8")


def test_every_key_and_list_entry_has_its_line():
    loaded = load_text(SMALL)
    lines = SMALL.splitlines()
    assert (
        lines[loaded.lines["forms", "training", "columns", "successful", "at_most"] - 1].strip() == "at_most: enrolled"
    )
    assert (
        "Nothing is written down" in lines[loaded.lines["dimensions", "steps", "categories", "low", "guidance", 0] - 1]
    )


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    assert codes(load_file(tmp_path / "nothing.yaml")) == [(1, "unreadable")]
    assert codes(load_file(tmp_path)) == [(1, "unreadable")]
    assert codes(load_file(Path("a\0b"))) == [(1, "unreadable")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(1, "not_a_framework")]),
        (b"# only a comment\n", [(1, "not_a_framework")]),
        (b"just a sentence", [(1, "not_a_framework")]),
        (b"- a\n- list\n", [(1, "not_a_framework")]),
        (b"programme:\n  key: caf\xe9\n", [(2, "not_utf8")]),
        ("programme: x".encode("utf-16"), [(1, "not_utf8")]),
        (b"\x89PNG\r\n\x1a\n\0\0", [(1, "not_utf8")]),
        (b"PK\x03\x04 text", [(1, "strange_character")]),
        (b"a: 1\nb: x\x00y\n", [(2, "strange_character")]),
        (b"a:\n\tb: 1\n", [(2, "not_yaml")]),
        (b"a: 'never closed\n", [(1, "not_yaml")]),
        (b"a: {b: c\n", [(1, "not_yaml")]),
        (b"a: %x\n", [(1, "not_yaml")]),
        (b"[" * 100_000, [(1, "too_deep")]),
        (b"a: " + b"{a: " * 50_000, [(1, "too_deep")]),
        (b"a: [" + b"1," * 150_000 + b"]", [(1, "too_many")]),
        (b"a: " + b"x" * (5 * 1024 * 1024), [(1, "too_large")]),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", [(1, "anchor"), (2, "anchor"), (3, "anchor")]),
        (b"a: !!python/object/apply:os.system [ls]\n", [(1, "anchor")]),
        (b"a: 1\n---\nb: 2\n", [(2, "second_document")]),
    ],
)
def test_what_is_no_framework_is_refused_with_its_line(tmp_path, content, expected):
    path = tmp_path / "indicators.yaml"
    path.write_bytes(content)
    loaded = load_file(path)
    assert codes(loaded) == expected
    assert loaded.framework is None
    assert all(message(problem, language).strip() for problem in loaded.problems for language in ("en", "bg"))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "indicators.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_file(path).framework == load_text(SMALL).framework


def test_keys_and_scalars_are_read_as_they_are_written():
    tree = read_tree(
        "no: yes\non: 0x1F\n0: 010\n2024-01-01: 2024-02-30\n~: 1:30\n'null': null\n<<: 1_000\nt: true\n", "f"
    )
    assert tree.problems == []
    assert tree.data == {
        "no": "yes",
        "on": "0x1F",
        "0": "010",
        "2024-01-01": "2024-02-30",
        "~": "1:30",
        "null": None,
        "<<": "1_000",
        "t": True,
    }


def test_category_keys_may_look_like_anything():
    text = SMALL.replace("      north:", "      no:").replace("in: north", "in: no")
    text = text.replace("      south:", "      010:").replace("in: south", "in: 010")
    framework = load_text(text).framework
    assert framework is not None
    assert list(framework.dimensions["region"].categories) == ["no", "010"]
    assert framework.roll_up("district", "burgas", "region") == "010"


def test_numbers_stay_exact():
    framework = load_text(SMALL.replace("per_unit: 1.95583", "per_unit: 1.955830000000000001")).framework
    assert framework is not None
    assert str(framework.money.rates["BGN"][0].per_unit) == "1.955830000000000001"


@pytest.mark.parametrize("value", ["0x1F", "0o17", ".inf", ".nan", "1:30", "2024-01-01", "1e99", "~", "[1]", "{a: 1}"])
def test_what_yaml_takes_for_a_number_and_nobody_else_is_refused(value):
    loaded = load_text(SMALL.replace("    tolerance: 0.2", f"    tolerance: {value}"))
    line = loaded.lines["indicators", "Q1", "tolerance"]
    # Nothing where a tolerance may be left out is a tolerance left out.
    assert codes(loaded) == ([] if value == "~" else [(line, "bad_value")])


def one_language(text):
    """Write a framework of two languages in one, its texts bare."""
    data = plain(text)

    def bare(value):
        if isinstance(value, dict):
            return value["en"] if set(value) == {"en", "bg"} else {key: bare(one) for key, one in value.items()}
        return [bare(one) for one in value] if isinstance(value, list) else value

    data = bare(data)
    data["programme"]["languages"] = ["en"]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def test_in_one_language_every_text_may_be_written_bare():
    text = one_language(SMALL)
    assert " en:" not in text
    loaded = load_text(text)
    assert codes(loaded) == []
    framework = loaded.framework
    assert framework.programme.contact.name == {"en": "Coordinator"}
    assert framework.dimensions["source"].categories["name"].label == {"en": "State"}
    assert framework.dimensions["source"].categories["label"].label == {"en": "Company"}
    assert framework.dimensions["steps"].categories["low"].guidance == ({"en": "Nothing is written down."},)
    assert framework.forms["projects"].columns["name"].label == {"en": "Name"}
    assert framework.forms["funding"].columns["source"].label == {"en": "Source"}
    assert framework.indicators["T1"].revisions[0].reason == {"en": "More money"}
    assert framework.money.rates["BGN"][0].source == {"en": "Irrevocable rate"}
    assert framework.units["eur"].label == framework.units["eur"].label | {"en": "EUR"}


def test_in_one_language_a_text_may_still_name_it():
    text = one_language(SMALL).replace("label: Gender", "label: {en: Gender}")
    assert load_text(text).framework.dimensions["gender"].label == {"en": "Gender"}


def test_problems_come_in_the_order_of_the_lines_and_each_once():
    loaded = load_file(FRAMEWORKS / "faulty" / "several_at_once.yaml")
    lines = [problem.place.line for problem in loaded.problems]
    assert lines == sorted(lines)
    assert len(set(codes(loaded))) == len(loaded.problems) == 9


def test_a_flood_of_faults_is_cut_off():
    text = SMALL + "".join(f"  x{number}: {{}}\n" for number in range(3000))
    loaded = load_text(text)
    assert len(loaded.problems) == 500


def test_an_entry_left_out_makes_no_noise_elsewhere():
    loaded = load_text(
        SMALL.replace("    kind: register\n    time: flow\n    asked_of", "    kind: list\n    asked_of")
    )
    line = loaded.lines["forms", "training"]
    assert codes(loaded) == [(line, "missing_key"), (line + 2, "not_allowed")]


def nodes(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in children:
        yield from nodes(inner, (*path, step))


PATHS = [path for path in nodes(plain(SMALL)) if path]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["gender", "training", "grid", "2024-Q1", "T1", "count", {}, [], [{}], {"en": "x"}, ["a", "a"]]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(["drop", "rename", "put"]), VALUES), max_size=4))
def test_whatever_is_changed_nothing_is_raised_and_lines_are_in_the_file(changes):
    data = plain(SMALL)
    for path, way, value in changes:
        above = data
        try:
            for step in path[:-1]:
                above = above[step]
            if way == "drop":
                del above[path[-1]]
            elif way == "rename" and isinstance(above, dict):
                above[str(value)[:20]] = above.pop(path[-1])
            else:
                above[path[-1]] = value
        except (LookupError, TypeError):
            continue  # an earlier change took the place away
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    loaded = load_text(text)
    assert (loaded.framework is None) == bool(loaded.problems)
    for problem in loaded.problems:
        assert 1 <= problem.place.line <= len(text.split("\n"))
        assert message(problem, "en").strip()
        assert message(problem, "bg").strip()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.integers(0, len(SMALL)))
def test_whatever_is_typed_into_a_file_nothing_is_raised(typed, position):
    text = SMALL[:position] + typed + SMALL[position:]
    loaded = load_text(text)
    assert (loaded.framework is None) == bool(loaded.problems)
    assert all(problem.place.line and problem.place.line >= 1 for problem in loaded.problems)


CENTRE = (ROOT / "indicators.yaml").read_text(encoding="utf-8")
LANGUAGES = "languages: [bg, en]"
BROKEN_DOWN = "by: [gender, course_kind,"
CONDITION = "true or false by itself, or a list of categories, each in quotes"
ANSWERED = "years_ago: 1}, operating: true}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (BROKEN_DOWN, "by: [gendr, course_kind,", ["There is no dimension “gendr”. Did you mean “gender”?"]),
        (LANGUAGES, "languages: []", ["The number of entries in “languages” is 0. Expected: at least 1."]),
        (
            LANGUAGES,
            "languages: [bulgarian]",
            ["“bulgarian” does not fit “languages”. Expected: a language by its two letters, like en."],
        ),
        (LANGUAGES, "languages: [bg, en, bg]", ["“bg” stands here twice. Once is enough."]),
        ("[[gender, region]]", "[[gender]]", ["The number of entries in “crossed” is 1. Expected: 2."]),
        ("[[gender, region]]", "[[gender, region, theme]]", ["The number of entries in “crossed” is 3. Expected: 2."]),
        (
            ANSWERED,
            "years_ago: 1}, operating: [true, false]}",
            [f"“a list” does not fit “operating”. Expected: {CONDITION}."],
        ),
    ],
)
def test_a_slip_is_told_in_one_plain_sentence(old, new, said):
    assert old in CENTRE
    assert [message(one, "en") for one in load_text(CENTRE.replace(old, new, 1)).problems] == said


def test_a_language_in_which_much_is_written_is_told_once_and_the_one_declared_twice_too():
    loaded = load_text(CENTRE.replace(LANGUAGES, "languages: [bg, bg]"))
    line = next(number for number, text in enumerate(CENTRE.splitlines(), 1) if LANGUAGES in text)
    assert codes(loaded) == [(line, "unknown_language"), (line, "repeated")]
    english = sum(len(re.findall(r"\ben: ", text)) for text in CENTRE.splitlines() if not text.startswith("#"))
    assert f"“en” is not among the programme's languages, but {english} texts" in message(loaded.problems[0], "en")


def test_answers_are_remembered_of_the_last_frameworks_and_no_other_is_held():
    asked = []

    @once
    def holding(framework, key):
        asked.append(key)
        return framework, key

    first = load_text(SMALL).framework
    assert holding(first, "a") is holding(first, "a")
    assert holding(first, "b") != holding(first, "a")
    assert asked == ["a", "b"]
    gone = weakref.ref(first)
    del first
    other = load_text(SMALL).framework
    for _ in range(20):
        holding(other.model_copy(), "a")
    gc.collect()
    assert gone() is None
