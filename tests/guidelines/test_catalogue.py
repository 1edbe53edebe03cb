# SPDX-License-Identifier: Apache-2.0
"""The catalogue as shipped is whole, and a planted bad line of each kind is seen red."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from krama.countries import country
from krama.guidelines import BadEntry, Catalogue, Line, Profile, applicable, law_context, load, shipped
from krama.guidelines.load import FOLDER, SHIPPED
from krama.text import Text, khmer_share, read_document, spelling_faults

CODES = {
    *(f"KH-{n}" for n in range(1, 5)),
    *(f"I{area}-{n:02}" for area, last in enumerate((12, 12, 13, 6, 5), 1) for n in range(1, last + 1)),
    *(f"F{area}-{n:02}" for area, last in zip("ABCD", (10, 7, 15, 7), strict=True) for n in range(1, last + 1)),
}
SCHEMA = json.loads((FOLDER / "schema.json").read_text("utf-8"))


def texts(line: Line) -> tuple[Text, ...]:
    return line.text, line.why, line.good


def all_texts(catalogue: Catalogue) -> Iterator[Text]:
    yield from (text for line in catalogue.lines for text in texts(line))
    words, pack = catalogue.words, country()
    yield from (entry.text for entry in (*words.pillars, *words.areas, *words.features, *words.users, *words.harms))
    yield from (entry.text for entry in (*words.sectors, *words.efforts, *words.whos, *words.standings, *words.scale))
    yield from (entry.text for entry in catalogue.proofs)
    yield from (entry.text for entry in catalogue.references)
    yield from (entry.text for entry in catalogue.bodies)
    for group in (pack.contacts, pack.channels, pack.laws, pack.clocks, pack.holidays):
        yield from (entry.text for entry in group)
    yield from (entry.text for entry in law_context())


def test_every_code_of_the_model_and_every_pillar_has_its_line() -> None:
    counts = Counter(line.source for line in shipped().lines if not line.source.startswith("KR-"))
    assert set(counts) == CODES
    assert set(counts.values()) == {1}
    assert {line.source for line in shipped().lines if line.standing == "verified"} == {f"KH-{n}" for n in range(1, 5)}
    own = {line.source for line in shipped().lines if line.standing == "own"}
    assert own == {line.source for line in shipped().lines if line.source.startswith("KR-")} != set()


def test_no_two_lines_are_alike_in_either_language() -> None:
    for language in ("en", "km"):
        for position in range(3):
            said = [texts(line)[position].in_(language) for line in shipped().lines]
            assert [text for text, count in Counter(said).items() if count > 1] == []


def test_khmer_is_khmer_and_spelled_as_the_house_does() -> None:
    for text in all_texts(shipped()):
        assert list(spelling_faults(text.km)) == [], text.km
        assert khmer_share(text.km) >= 0.6, text.km


@pytest.mark.parametrize(
    "text",
    ["ប្ដូរ", "ឲ្យ", "ទូរស័ព្ទ", "កុមារ\u200bនេះ", "ស្រ្តី", "បេីក", "ចាប់ ។", "ចំណាំ:", "សូមចុច report", "សំណើរ", "ហឹង្សា"],
)
def test_a_planted_misspelling_is_seen(text: str) -> None:
    assert list(spelling_faults(text))


def test_a_planted_english_text_is_seen() -> None:
    assert khmer_share("Tell us ប្រាប់") < 0.6


@pytest.mark.parametrize("features", ["none", "usual", "all"])
def test_no_two_sectors_have_the_same_lines(features: str) -> None:
    words = shipped().words
    sets = {}
    for sector in words.sectors:
        had = {"none": (), "usual": sector.features, "all": tuple(word.id for word in words.features)}[features]
        lines = applicable(shipped(), Profile(frozenset({sector.id}), frozenset(had)))
        sets[sector.id] = {line.id for line in lines}
        assert any(line.sectors == (sector.id,) and line.effort == "an-hour" for line in lines)
    assert all(sets[one] != sets[other] for one, other in combinations(sets, 2))


def test_the_law_names_known_laws_and_never_stands_among_the_lines() -> None:
    assert {entry.law for entry in law_context()} <= {law.id for law in country().laws}
    assert {entry.id for entry in law_context()}.isdisjoint(line.id for line in shipped().lines)


def test_what_is_shipped_keeps_the_schema() -> None:
    raw = json.loads(json.dumps(read_document(SHIPPED).raw, default=str))
    assert list(Draft202012Validator(SCHEMA).iter_errors(raw)) == []


PLANTED = [
    ("source", None, "source"),
    ("source", "X-1", "no known document"),
    ("standing", "verified", "only what the Cambodian text"),
    ("standing", "own", "it alone is `own`"),
    ("source", "KR-SM-9", "it alone is `own`"),
    ("who", None, "who"),
    ("who", "somebody", "krama, firm, both"),
    ("effort", None, "effort"),
    ("effort", "a-minute", "an-hour"),
    ("harm", "some", "immediate"),
    ("proof", [], "at least 1"),
    ("proof", ["rumour"], "'rumour' is not known"),
    ("text", {"en": "Only English."}, "km"),
    ("why", {"km": "ខ្មែរ"}, "en"),
    ("good", None, "good"),
    ("text", {"en": "a", "km": "កុមារ\u200b"}, "invisible"),
    ("sectors", [], "at least 1"),
    ("features", ["wings"], "'wings' is not known"),
    ("references", ["DSA-999"], "is not known"),
    ("id", "Kh 1", "small Latin letters"),
    ("id", "a1.partners", "stands twice"),
    ("colour", "red", "is not known"),
    ("each_language", "yes", "neither true nor false"),
]


@pytest.mark.parametrize(("field", "value", "words"), PLANTED)
def test_a_planted_bad_line_names_file_entry_and_field(tmp_path: Path, field: str, value: object, words: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(SHIPPED, folder)
    document = yaml.safe_load((folder / "a1.yaml").read_text("utf-8"))
    document["lines"][0][field] = value
    if value is None:
        del document["lines"][0][field]
    (folder / "a1.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    with pytest.raises(BadEntry) as found:
        load(folder)
    assert "a1.yaml" in found.value.detail
    assert field in found.value.detail
    assert words in found.value.detail


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lines: [", "is not YAML"),
        ("- 1", "holds no entries"),
        ("lines: 3", "neither a list nor an entry"),
        ("lines: [3]", "is not an entry"),
        ("a: &a [1]\nb: *a", "alias"),
        ("lines:\n- id: a\n  id: b", "stands twice"),
        ("x: !!python/object/apply:os.system [ls]", "is not YAML"),
        ("lines:\n- {id: a}", "catalogue: is missing"),
    ],
)
def test_a_damaged_file_is_answered_in_words(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "planted.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadEntry, match=words):
        load(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("source", "X"), ("who", "x"), ("effort", "x"), ("proof", []), ("text", {"en": "a"}), ("colour", "red")],
)
def test_the_schema_sees_a_planted_bad_line(field: str, value: object) -> None:
    raw = json.loads(json.dumps(read_document(SHIPPED).raw, default=str))
    raw["lines"][0][field] = value
    assert list(Draft202012Validator(SCHEMA).iter_errors(raw))
