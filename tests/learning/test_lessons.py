# SPDX-License-Identifier: Apache-2.0
"""What children and families read: short, kind, in both languages, and never passed for reviewed when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from krama.errors import NotFound
from krama.guidelines.reading_ease import grade
from krama.learning import Lesson, lesson, lessons, load_lesson
from krama.text import BadEntry
from tests.contracts import khmer

GOOD = Path(__file__).parents[2] / "src/krama/learning/texts/next.yaml"


def english(one: Lesson) -> str:
    return "\n".join(line.text.en for line in one.lines)


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.id)
def test_a_ten_year_old_reads_it(one: Lesson) -> None:
    assert grade(english(one)) <= 5
    assert max(grade(line.text.en) for line in one.lines) <= 9


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.id)
def test_its_khmer_keeps_the_rules(one: Lesson) -> None:
    texts = [one.title, *(line.text for line in one.lines)]
    assert [fault for text in texts for fault in khmer.faults(text.en, text.km)] == []


def test_children_are_addressed_as_younger_ones_and_parents_are_not() -> None:
    for one in lessons():
        said = "".join(line.text.km for line in one.lines)
        assert ("ប្អូន" in said) == (one.reader == "child"), one.id


def test_what_nobody_read_says_so() -> None:
    assert all((one.reviewer is None) == (one.reviewed_on is None) for one in lessons())


def test_a_lesson_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="use one of threat"):
        lesson("none")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("reviewer: null", "reviewer: Somebody", "reviewed_on: stands exactly when"),
        ("  reviewer: null\n", "", "reviewer: is missing"),
        ("reader: child", "reader: cat", "'cat' is not known"),
        ("as: do", "as: shout", "'shout' is not known"),
        ("id: next", "id: other", "'other' is not known"),
        ('km: "មានមនុស្ស', 'km: "\u200bមានមនុស្ស', "invisible"),
    ],
)
def test_a_planted_fault_is_refused_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = GOOD.read_text("utf-8")
    assert old in text
    (tmp_path / "next.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadEntry, match=says):
        load_lesson(tmp_path / "next.yaml")


def test_a_hard_text_is_seen_red() -> None:
    hard = "Notwithstanding the aforementioned circumstances, adolescents should immediately initiate documentation."
    assert grade(hard) > 9
