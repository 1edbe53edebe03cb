# SPDX-License-Identifier: Apache-2.0
"""Every text has one place, passes its own check, and texts in code are found without running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from krama.countries import country
from krama.guidelines import shipped
from krama.guidelines.wordings import SOURCES, Told, wordings
from krama.text import Wording, texts_of_code, wording_faults


@pytest.fixture(scope="module")
def told() -> tuple[Told, ...]:
    return wordings(shipped(), country())


def test_every_source_is_there_and_each_place_stands_once(told: tuple[Told, ...]) -> None:
    assert {one.source for one in told} == set(SOURCES)
    assert len({one.wording.place for one in told}) == len(told)


def test_each_shipped_text_would_pass_as_a_correction(told: tuple[Told, ...]) -> None:
    found = [(one.wording.place, *wording_faults(one.wording.en, one.wording.km, one.wording.km)) for one in told]
    assert [fault for fault in found if len(fault) > 1] == []


def test_what_children_and_families_read_is_known(told: tuple[Told, ...]) -> None:
    child = {one.wording.place for one in told if one.child}
    assert any(place.startswith("policy: house-rules") for place in child)
    assert any(" letter " in place for place in child)
    assert any(place.startswith("country: contacts child-helpline") for place in child)
    assert not any(" playbook " in place or place.startswith(("law:", "code:")) for place in child)
    assert not any("letter dev.vendor" in place for place in child)


@pytest.mark.parametrize(
    ("khmer", "why"),
    [
        ("", "empty"),
        ("ក" * 4001, "longer"),
        ("ពាក្យ\u202eថ្មី", "invisible"),
        ("ពាក្យ\nថ្មី", "line break"),
        ("ពាក្យ %(m)s ថ្មី", "%(n)s → %(m)s"),
        ("<b>ពាក្យ</b> %(n)s", "tags must stay"),
        ("ទូរស័ព្ទ %(n)s", "house spelling"),
        ("កខ %(n)s។ ab cd ef gh ij", "mostly not Khmer"),
    ],
)
def test_a_planted_fault_is_said_in_both_languages(khmer: str, why: str) -> None:
    found = list(wording_faults("New %(n)s", khmer, "ពាក្យថ្មី %(n)s"))
    assert any(why in fault.en for fault in found)
    assert all(fault.km != fault.en for fault in found)


def test_what_was_latin_before_may_stay_latin() -> None:
    assert not list(wording_faults("Open <b>Krama</b>", "ចូលបើក <b>Krama</b> ថ្មី", "សូមបើក <b>Krama</b>"))


def test_texts_in_code_are_found_where_they_are_plain(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(
        'MOST = 5\nA = Text("One", "មួយ")\nB = whole(f"At most {MOST}", f"{MOST} ជា" "ច្រើន")\n'
        'C = Text(name, "ឈ្មោះ")\nD = Text(f"{name}", "ឈ្មោះ")\nE = other("Two", "ពីរ")\n',
        "utf-8",
    )
    assert list(texts_of_code(tmp_path)) == [
        Wording("code: page.py 1", "One", "មួយ"),
        Wording("code: page.py 2", "At most 5", "5 ជាច្រើន"),
    ]
