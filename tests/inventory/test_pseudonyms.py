# SPDX-License-Identifier: Apache-2.0
"""What must hold whatever the data: nothing that should go is in the output; the same in gives the same out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.inventory.pseudonyms import BadData, Pseudonymiser
from krama.inventory.pseudonyms_coarse import coarser
from krama.inventory.pseudonyms_spelling import one_spelling
from krama.inventory.rules import Spelling
from krama.inventory.rules_file import rules_from
from tests.inventory.sets import FORMATS, KEY, OTHER, RULES, read, run, write

# Long enough not to stand in a hash by chance; NUL is refused in CSV and has its own test.
SECRET = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=8, max_size=40).filter(
    lambda text: len(text.split()) > 0 and len("".join(text.split())) > 6
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": SECRET,
            "name": SECRET,
            "phone": st.from_regex(r"\+855 [1-9][0-9] [0-9]{3} [0-9]{3}", fullmatch=True),
            "note": SECRET,
            "score": st.one_of(st.integers(-(2**40), 2**40).map(str), SECRET.filter(lambda text: text[0].isalnum())),
        }
    ),
    min_size=1,
    max_size=8,
)
SLOW = settings(max_examples=60)


def leaks(target: Path, rows: list[dict[str, Any]]) -> list[str]:
    """Which of the values that should go stand anywhere in the output, as bytes or as read back."""
    said = target.read_bytes() + "\n".join(str(cell) for row in read(target) for cell in row.values()).encode()
    return [name for row in rows for name in ("id", "name", "phone", "note") if row[name].encode() in said]


@pytest.mark.parametrize("format", FORMATS)
def test_a_planted_leak_is_seen(tmp_path: Path, format: str) -> None:
    row = {"id": "id-of-somebody", "name": "Sok Dara", "phone": "+855 12 345 678", "note": "said so", "score": "3"}
    careless = RULES.replace("note: drop", "note: keep")
    assert leaks(run(write(tmp_path / f"a.{format}", [row]), careless)[0], [row]) == ["note"]


@pytest.mark.parametrize("format", FORMATS)
@given(rows=ROWS)
@SLOW
def test_nothing_that_should_go_is_left(format: str, rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:  # what is kept must not itself hold the secret
            row["score"] = str(len(row["score"]))
        target, report = run(write(Path(folder, f"a.{format}"), rows))
        assert leaks(target, rows) == []
        assert report.rows == len(rows) == len(read(target))
        assert [set(row) for row in read(target)] == [{"id", "name", "phone", "score"}] * len(rows)


@pytest.mark.parametrize("format", FORMATS)
@given(rows=ROWS)
@SLOW
def test_same_in_same_out_and_what_is_kept_comes_back(format: str, rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder, f"a.{format}"), rows)
        target, _ = run(source, keep_formulas=True)
        first = target.read_bytes()
        assert [row["score"] for row in read(target)] == [row["score"] for row in rows]
        assert run(source, keep_formulas=True)[0].read_bytes() == first
        run(source, key=OTHER)
        assert target.read_bytes() != first


@given(rows=ROWS)
@SLOW
def test_one_person_has_one_pseudonym_in_every_format(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read_back = [read(run(write(Path(folder, f"a.{format}"), rows))[0]) for format in FORMATS]
        for field in ("id", "name", "phone"):
            seen = [[row[field] for row in rows] for rows in read_back]
            assert seen[0] == seen[1] == seen[2], field


def test_kinds_do_not_link_unless_the_rule_says_so() -> None:
    text = RULES.replace("kind: phone, normalise: phone", "kind: account, normalise: exact")
    apart, linked = (
        Pseudonymiser(rules_from(one), KEY) for one in (RULES.replace("normalise: phone", "normalise: exact"), text)
    )
    assert (
        apart.scalar(apart.rules.flat["id"], "x").split("_")[1]
        != apart.scalar(apart.rules.flat["phone"], "x").split("_")[1]
    )
    assert linked.scalar(linked.rules.flat["id"], "x") == linked.scalar(linked.rules.flat["phone"], "x")


def test_without_a_key_no_pseudonym_is_made() -> None:
    with pytest.raises(BadData, match="--key"):
        Pseudonymiser(rules_from(RULES), None)


@pytest.mark.parametrize(
    ("spelling", "ways"),
    [
        ("phone", ["012 345 678", "+855 12 345 678", "០១២៣៤៥៦៧៨", "85512345678", "0085512345678", "+855 (0)12-345-678",
                   "12345678", "(012) 345.678", "12345678.0", "０１２３４５６７８", "855 012 345 678"]),
        ("email", ["Dara@Example.org", " dara@example.org ", "DARA@EXAMPLE.ORG", "dara\u200b@example.org"]),
        ("name", ["សុខ ស្រ្តី", "សុខ  ស្ត្រី", "សុខ\u200b ស្ត្រី"]),
        ("name", ["Jos\u00e9 SOK", "jose\u0301 sok"]),
        ("number", ["12", "12.0", "១២", "1.2E1", "+12", "12.00"]),
        ("text", ["០១២", "012"]),
    ],
)  # fmt: skip
def test_ways_to_write_one_identifier(spelling: str, ways: list[str]) -> None:
    assert len({one_spelling(Spelling(spelling), way) for way in ways}) == 1
    assert len({one_spelling(Spelling.EXACT, way) for way in ways}) == len(ways)


@pytest.mark.parametrize(
    ("spelling", "one", "other"),
    [
        ("phone", "012 345 678", "012 345 679"),
        ("phone", "012 345 678", "+1 012 345 678"),
        ("phone", "n/a", "none"),
        ("email", "a@example.org", "b@example.org"),
        ("text", "Sok", "sok"),
        ("number", "x1", "x2"),
        ("number", "1" * 40 + "1", "1" * 40 + "2"),
        ("number", "10", "1"),
        ("number", "1e999999999", "2e999999999"),
    ],
)
def test_two_identifiers_stay_two(spelling: str, one: str, other: str) -> None:
    assert one_spelling(Spelling(spelling), one) != one_spelling(Spelling(spelling), other)


@pytest.mark.parametrize(
    ("how", "value", "made"),
    [
        ("to: year", "2012-03-04", 2012),
        ("to: year", "2012-03-04T08:00:00Z", 2012),
        ("to: year", "04/03/2012", 2012),
        ("to: year", "០៤/០៣/២០១២", 2012),
        ("to: year", "2012-02-31", None),
        ("to: year", "yesterday", None),
        ("to: year", "2012", None),
        ("to: age-band, on: 2026-03-04", "2013-03-04", "13 to under 16"),
        ("to: age-band, on: 2026-03-03", "2013-03-04", "10 to under 13"),
        ("to: age-band, on: 2026-03-03", "1990-01-01", "18 and over"),
        ("to: age-band, on: 2026-03-03", "2027-01-01", None),
        ("to: age-band, on: 2026-03-03, bands: [13, 18]", "2020-01-01", "under 13"),
        ("to: band, width: 10", "29.99", "20 to under 30"),
        ("to: band, width: 10", "-1", "-10 to under 0"),
        ("to: band, bands: [0, 100]", "100", "100 and over"),
        ("to: band, width: 10", "NaN", None),
        ("to: band, width: 10", "1e400", None),
        ("to: grid, step: 0.1", "11.5564", 11.5),
        ("to: grid, step: 0.1", "11.5564, 104.9282", "11.5,104.9"),
        ("to: grid, step: 0.5", "-0.2", -0.5),
        ("to: grid, step: 0.1", "Phnom Penh", None),
        ("to: grid, step: 0.1", "1,2,3", None),
        ("to: nothing", "She told me that", None),
    ],
)
def test_values_are_made_coarser(how: str, value: str, made: str | int | float | None) -> None:
    rule = rules_from(f"version: 1\nfields:\n  a: {{action: generalise, {how}}}").flat["a"]
    assert coarser(rule, value) == made


@given(
    st.text(), st.sampled_from(["to: year", "to: age-band, on: 2026-01-01", "to: band, width: 7", "to: grid, step: 1"])
)
def test_what_cannot_be_read_never_passes(value: str, how: str) -> None:
    rule = rules_from(f"version: 1\nfields:\n  a: {{action: generalise, {how}}}").flat["a"]
    made = coarser(rule, value)
    assert (
        made is None
        or isinstance(made, int | float)
        or made.replace(",", "").replace(".", "").replace("-", "") != value
    )


@given(st.text(max_size=30), st.sampled_from(list(Spelling)))
def test_spelling_twice_is_spelling_once(value: str, spelling: Spelling) -> None:
    once = one_spelling(spelling, value)
    assert one_spelling(spelling, once) == once or spelling is Spelling.PHONE
