# SPDX-License-Identifier: Apache-2.0
"""The rules are checked when read: each has a reason, each category is spoken of, and a slip names its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from krama.inventory import Category
from krama.inventory.rulebook import FOLDER, LANGUAGES, read_rules, shipped
from krama.text import BadEntry


def test_every_rule_says_why_and_every_category_has_rules() -> None:
    rules = shipped().rules
    assert all(len(rule.why) > 20 and rule.says for rule in rules)
    assert {rule.category for rule in rules if rule.language == "en"} == set(Category)
    assert {rule.language for rule in rules} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("category: sex", "category: gender", "'gender' is not known"),
        ("  why: Asked beside", "  whi: Asked beside", "whi: is not known"),
        ("- id: sex\n", "- id: birth\n", "stands twice"),
        ("sure: [gender, sex,", "sure: [gender, gender, sex,", "each only once"),
        ("sure: [gender, sex,", "sure: [gender, yes, sex,", "not a list of words"),
        ("likely: [is male,", "likely: [gender, is male,", "stands in two places"),
    ],
)
def test_a_slip_is_named_with_its_rule(tmp_path: Path, before: str, after: str, said: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "rules")
    file = tmp_path / "rules" / "en.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadEntry, match=said):
        read_rules(tmp_path / "rules")
