# SPDX-License-Identifier: Apache-2.0
"""Triage: every case gets a priority and a reason; what is added to a case never makes it less urgent by a raise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.text import BadEntry
from krama.triage import AXES, PRIORITIES, Facts, RuleFile, compare, kinds_not_first, load_rules, shipped_rules, sort
from krama.triage.load import SHIPPED

FACTS = st.builds(Facts, **{axis: st.sampled_from(words) for axis, words in AXES.items()}, spread=st.integers(1, 60))


def written(folder: Path, old: str, new: str, times: int = 1) -> Path:
    """The shipped rules with one piece of text changed."""
    text = SHIPPED.read_text("utf-8")
    assert old in text
    file = folder / "rules.yaml"
    file.write_text(text.replace(old, new, times), "utf-8")
    return file


@given(FACTS)
def test_whatever_is_known_there_is_a_priority_with_a_reason_in_both_languages(facts: Facts) -> None:
    found = sort(facts, shipped_rules())
    assert found.priority in PRIORITIES
    assert len(found.why) == len(found.rules) >= 1
    assert all(text.en and text.km for text in found.why)
    assert found == sort(facts, shipped_rules())


@given(FACTS)
def test_a_raise_never_makes_a_case_less_urgent_and_never_wakes_anybody(facts: Facts) -> None:
    book = shipped_rules()
    plain, raised = sort(facts, RuleFile(book.version, book.rules, ())), sort(facts, book)
    assert PRIORITIES.index(raised.priority) <= PRIORITIES.index(plain.priority)
    assert (raised.lane == "emergency") == (plain.lane == "emergency")


@given(FACTS)
def test_a_child_in_danger_now_is_always_an_emergency(facts: Facts) -> None:
    found = sort(facts, shipped_rules())
    assert (found.lane == "emergency") == (facts.immediacy == "now" and facts.kind != "test")


@pytest.mark.parametrize(
    ("facts", "priority", "lane", "rules"),
    [
        (Facts(kind="known-material", act="A1"), "critical", "fast", ("known-gravest",)),
        (Facts(kind="known-material"), "high", "fast", ("known",)),
        (Facts(kind="known-material", spread=5), "critical", "fast", ("known", "spreads")),
        (Facts(kind="sexual-extortion"), "high", "fast", ("extortion",)),
        (Facts(kind="sexual-extortion", age="under-13"), "critical", "fast", ("extortion", "young")),
        (Facts(kind="grooming", offender="family"), "critical", "fast", ("grooming-by-somebody-near",)),
        (Facts(kind="grooming", age="under-13"), "critical", "fast", ("grooming", "young")),
        (Facts(kind="bullying", other="may-be-a-child"), "medium", "ordinary", ("bullying-by-peers",)),
        (Facts(kind="bullying", age="under-13", spread=5), "critical", "fast", ("bullying", "young", "spreads")),
        (Facts(kind="test", immediacy="now"), "low", "ordinary", ("test",)),
        (Facts(), "medium", "ordinary", ("anything-else",)),
    ],
)  # fmt: skip
def test_the_shipped_rules(facts: Facts, priority: str, lane: str, rules: tuple[str, ...]) -> None:
    found = sort(facts, shipped_rules())
    assert (found.priority, found.lane, found.rules) == (priority, lane, rules)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("priority: critical", "priority: urgent", r"line \d+: rules.yaml: danger-now: priority: 'urgent' is"),
        ("lane: emergency", "lane: night", r"line \d+: .*danger-now: lane: 'night' is not known"),
        ("{immediacy: [now]}", "{immediacy: [soon]}", r"line \d+: .*danger-now: when: immediacy: 'soon' is not known"),
        ("{immediacy: [now]}", "{hurry: [now]}", r"line \d+: .*danger-now: when: hurry: is not known; use one of kind"),
        ("    when: {immediacy: [now]}\n", "", r"line \d+: .*danger-now: when: is missing: the rules below"),
        ("  - id: danger-now", "  - id: test", r"line \d+: .*test: id: stands twice"),
        ("    en: None of the other rules fits.\n", "", r"line \d+: .*anything-else: en: is missing"),
        ("  version: 1\n", "  version: one\n", r"line \d+: .*triage: version: is not a whole number"),
        ("    steps: 1", "    steps: 9", r"line \d+: .*young: steps: is more than there are"),
        ("    spread: 5", "    spread: none", r"line \d+: .*spreads: spread: is not a whole number"),
        ("raises:", "raising:", "rules.yaml: raising: is not known; use triage, rules or raises"),
        ("kind: [grooming], offender: [family, known]", "kind: [test]", r"line \d+: .*near: when: is never reached"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_line_and_what_to_do(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(BadEntry, match=says):
        load_rules(written(tmp_path, old, new))


def test_the_line_named_is_that_of_the_rule(tmp_path: Path) -> None:
    file = written(tmp_path, "priority: critical", "priority: urgent")
    with pytest.raises(BadEntry) as problem:
        load_rules(file)
    number = int(str(problem.value.fields["line"]))
    assert file.read_text("utf-8").splitlines()[number - 1].strip() == "- id: danger-now"


def test_without_a_last_rule_that_fits_everything_cases_would_be_left_over(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8")
    begin, end = text.index("  - id: anything-else"), text.index("raises:")
    (tmp_path / "rules.yaml").write_text(text[:begin] + text[end:], "utf-8")
    with pytest.raises(BadEntry, match="unreadable: when: the last rule must fit everything"):
        load_rules(tmp_path / "rules.yaml")


def test_a_change_says_which_cases_it_would_have_sorted_otherwise(tmp_path: Path) -> None:
    new = load_rules(written(tmp_path, "when: {kind: [bullying], other: [may-be-a-child]}\n    priority: medium",
                             "when: {kind: [bullying], other: [may-be-a-child]}\n    priority: high"))  # fmt: skip
    month = [("C-1", Facts(kind="bullying", other="may-be-a-child")), ("C-2", Facts(kind="bullying")), ("C-3", Facts())]
    (move,) = compare(month, shipped_rules(), new)
    assert (move.ref, move.before.priority, move.after.priority) == ("C-1", "medium", "high")


@pytest.mark.parametrize("wrong", [{"age": "12"}, {"kind": ""}, {"spread": 0}])
def test_facts_in_other_words_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"one of|counts from one"):
        Facts(**wrong)  # type: ignore[arg-type]


def test_a_rule_file_in_which_danger_might_wait_is_seen_by_kind(tmp_path: Path) -> None:
    danger = "when: {immediacy: [now]}\n    priority: critical\n    lane: emergency"
    assert kinds_not_first(shipped_rules()) == ()
    everything = tuple(kind for kind in AXES["kind"] if kind != "test")
    for change in (("priority: critical", "priority: high"), ("lane: emergency", "lane: fast")):
        lowered = written(tmp_path, danger, danger.replace(*change))
        assert kinds_not_first(load_rules(lowered)) == everything, change
    hidden = written(tmp_path, danger, danger.replace("{immediacy", "{offender: [stranger], immediacy"))
    assert kinds_not_first(load_rules(hidden)) == everything, "where it is no stranger nobody is woken"
    one = """  - id: own
    when: {kind: [bullying], age: [16-17], other: [adult]}
    priority: medium
    lane: ordinary
    en: Bullying among the older.
    km: ការយាយីក្នុងចំណោមអ្នកធំ។

  - id: danger-now"""
    assert kinds_not_first(load_rules(written(tmp_path, "  - id: danger-now", one))) == ("bullying",)
