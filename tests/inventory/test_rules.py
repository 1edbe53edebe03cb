# SPDX-License-Identifier: Apache-2.0
"""Rules are read strictly: each mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from krama.inventory.rules import Action, steps_of
from krama.inventory.rules_file import BadRules, read_rules, rules_from
from tests.inventory.sets import RULES

HEAD = "version: 1\nfields:\n"


def test_good_rules_are_read() -> None:
    rules = rules_from(RULES)
    assert rules.need_key
    assert [rule.action for rule in rules] == [Action.PSEUDONYM] * 3 + [Action.DROP, Action.KEEP]
    assert rules.flat["note"].line == 7


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "not a mapping"),
        ("version: 2\nfields: {a: keep}", 1, "version: 1"),
        ("version: 1", 1, "`fields:` is missing"),
        (HEAD + "  {}", 1, "no rule"),
        (HEAD + "  a: keep\n  a: drop", 4, "stands twice"),
        (HEAD + "  a: [keep", 3, "not YAML"),
        (HEAD + "  a: kepe", 3, "`action: kepe` is not known"),
        (HEAD + "  a: {action: keep, kind: x}", 3, "`kind` is not known here"),
        (HEAD + "  a: {kind: x}", 3, "`action:` is missing"),
        (HEAD + "  a: pseudonym", 3, "`kind:` is missing"),
        (HEAD + "  a: {action: pseudonym, kind: e-mail}", 3, "`normalise:` is missing"),
        (HEAD + "  a: {action: pseudonym, kind: E mail, normalise: text}", 3, "short word"),
        (HEAD + "  a: {action: pseudonym, kind: x, normalise: soundex}", 3, "soundex"),
        (HEAD + "  a: {action: generalise, to: month}", 3, "month"),
        (HEAD + "  a: {action: generalise, to: age-band}", 3, "`on:` is missing"),
        (HEAD + "  a: {action: generalise, to: age-band, on: soon}", 3, "not a day"),
        (HEAD + "  a: {action: generalise, to: band}", 3, "either"),
        (HEAD + "  a: {action: generalise, to: band, width: 0}", 3, "above zero"),
        (HEAD + "  a: {action: generalise, to: band, bands: [5, 1]}", 3, "rise"),
        (HEAD + "  a: {action: generalise, to: band, width: .inf}", 3, "not a number"),
        (HEAD + "  a: {action: generalise, to: grid, step: 0.001}", 3, "one house"),
        (HEAD + "  a: fixed", 3, "`value:` is missing"),
        (HEAD + "  a: {action: fixed, value: 2026-01-01}", 3, "in quotes"),
        (HEAD + "  a: &x {action: keep}\n  b: *x", 4, "alias"),
        (HEAD + "  a..b: keep", 3, "not a path"),
        (HEAD + "  a: keep\n  a.b: keep", 4, "nothing below it can"),
        (HEAD + "  a.b: keep\n  a: keep", 4, "has rules below it"),
        (HEAD + "  a: {action: pseudonym, kind: x, normalise: text}\n"
         "  b: {action: pseudonym, kind: x, normalise: email}", 4, "two pseudonyms"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(BadRules) as caught:
        rules_from(text, "r.yaml")
    assert caught.value.detail.startswith(f"r.yaml, line {line}: "), caught.value.detail
    assert words in caught.value.detail


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"x" * (1024 * 1024 + 1), b"version: !!python/object:os.system 1\n"])
def test_a_file_that_cannot_be_rules_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "r.yaml").write_bytes(raw)
    with pytest.raises(BadRules):
        read_rules(tmp_path / "r.yaml")
    with pytest.raises(BadRules, match="cannot be read"):
        read_rules(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a", ("a",)),
        ("a.b[].c", ("a", "b", "[]", "c")),
        ("a[][]", ("a", "[]", "[]")),
        (r"a\.b", ("a.b",)),
        ("ឈ្មោះ", ("ឈ្មោះ",)),
        ("[]", ()),
        ("", ()),
    ],
)
def test_paths(path: str, steps: tuple[str, ...]) -> None:
    assert steps_of(path) == steps
