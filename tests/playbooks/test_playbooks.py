# SPDX-License-Identifier: Apache-2.0
"""Playbooks: eight ship, whole in both languages, leading to what is there; a mistake is refused by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from krama.countries import country
from krama.learning import lessons
from krama.playbooks import KINDS, Playbook, load_playbook, playbooks, read_playbook
from krama.playbooks.load import FOLDER, ORDER
from krama.text import BadEntry, texts_in
from krama.triage import AXES
from tests.contracts import khmer

TEXT = (FOLDER / "grooming.yaml").read_text("utf-8")


def test_the_eight_kinds_of_harm_have_one_each_and_no_file_is_left_out() -> None:
    assert [one.id for one in playbooks()] == list(ORDER)
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(ORDER)
    assert len(ORDER) == 8


@pytest.mark.parametrize("one", playbooks(), ids=lambda one: one.id)
def test_each_is_whole_in_both_languages_and_begins_with_what_is_most_urgent(one: Playbook) -> None:
    texts = list(texts_in(one, one.id))
    assert all(text.en and text.km for text in texts)
    assert [fault for text in texts for fault in khmer.faults(text.en, text.km)] == []
    assert one.steps[0].must
    assert one.steps[0].due == min(step.due for step in one.steps)
    assert 5 <= sum(step.must for step in one.steps) <= len(one.steps) <= 12


@pytest.mark.parametrize("one", playbooks(), ids=lambda one: one.id)
def test_each_leads_only_to_what_is_there_and_holds_no_number_of_its_own(one: Playbook) -> None:
    contacts = {contact.id: contact for contact in country().contacts}
    for step in one.steps:
        if step.leads == "contact":
            assert contacts[step.to].reachable
        if step.leads == "lesson":
            assert step.to in {lesson.id for lesson in lessons()}
    known = [phone for contact in contacts.values() for phone in contact.phones]
    written = (FOLDER / f"{one.id}.yaml").read_text("utf-8")
    assert [phone for phone in known if phone in written] == []


def test_the_kinds_are_those_of_triage_and_no_kind_begins_with_two() -> None:
    assert AXES["kind"] == KINDS
    begun = [kind for one in playbooks() for kind in one.fits]
    assert len(begun) == len(set(begun))
    assert {"test", "unknown"}.isdisjoint(begun)


def test_every_playbook_says_whether_a_child_is_in_danger_or_what_holds_first_in_its_first_hours() -> None:
    harms = [one for one in playbooks() if one.id in ("sexual-extortion", "grooming", "livestream", "self-harm")]
    assert all(one.steps[0].leads == "contact" and one.steps[0].due == 1 for one in harms)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "fits: [grooming]",
            "fits: [groming]",
            r"line \d+: a.yaml: playbook: fits: 'groming' is not known; use one of",
        ),
        ("may_fit: []", "may_fit: [grooming]", "may_fit: 'grooming' stands in `fits` already"),
        ("who: lead", "who: boss", r"line \d+: a.yaml: keep: who: 'boss' is not known; use one of whoever"),
        ("due: 168", "due: soon", r"line \d+: a.yaml: follow: due: is not a whole number"),
        ("due: 168", "due: 99999", "follow: due: is more than ninety days"),
        ("page: hold", "page: hall", r"line \d+: a.yaml: keep: page: 'hall' is not known"),
        ("page: hold", "page: hold, lesson: threat", "a step leads to one place; take out"),
        ("must: true, page: hold", "page: hold", r"line \d+: a.yaml: keep: must: is missing; write true"),
        ("must: true, page: hold", "must: maybe, page: hold", "keep: must: is neither true nor false"),
        ("id: near", "id: danger", "danger: id: stands twice"),
        ("id: near", "name: near", "id: is missing"),
        ("version: 1", "version: first", r"line \d+: a.yaml: playbook: version: is not a whole number"),
        ("steps:", "stairs:", "a.yaml: stairs: is not known; use playbook or steps"),
        ("must: true", "must: false", "no step is a must; write `must: true` where"),
        ('km: "សួរ', 'kh: "សួរ', "kh: is not known"),
    ],
)
def test_a_mistake_names_line_entry_and_what_to_do(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(BadEntry, match=says):
        read_playbook(TEXT.replace(old, new), "a.yaml")


def test_a_file_that_is_no_yaml_and_a_second_playbook_in_one_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("playbook: [", "utf-8")
    with pytest.raises(BadEntry, match=r"a\.yaml: is not YAML as it should be"):
        load_playbook(tmp_path / "a.yaml")
    two = "playbook:\n- {id: a, version: 1}\n- {id: b, version: 1}\nsteps:\n- {id: c}\n"
    with pytest.raises(BadEntry, match="is a second playbook; write one file for each"):
        read_playbook(two)
