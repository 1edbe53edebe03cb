# SPDX-License-Identifier: Apache-2.0
"""`krama triage`: show, check, load; a mistake names its line, and what was in force stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.houses import House

pytestmark = pytest.mark.loopback


def test_shown_changed_checked_and_put_in_force(demo_house: House) -> None:
    shown = demo_house.krama("triage", "show").stdout
    file = demo_house.folder / "rules.yaml"
    file.write_text(shown.replace("  version: 1", "  version: 2", 1), "utf-8")
    checked = demo_house.krama("triage", "check", str(file)).stdout
    assert "Version 2: 13 rules, 4 raises." in checked
    assert "it would sort 0 otherwise" in checked
    assert "Version 2 is in force" in demo_house.krama("triage", "load", str(file)).stdout
    assert demo_house.krama("triage", "show").stdout == file.read_text("utf-8")
    assert demo_house.krama("trail", "verify").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("priority: critical", "priority: urgent", "line 16: rules.yaml: danger-now: priority: 'urgent' is not known"),
        ("version: 2", "version: 1", "The rules in force have version 1: give this file a higher one"),
    ],
)
def test_a_mistake_is_status_2_and_what_was_in_force_stays(demo_house: House, old: str, new: str, says: str) -> None:
    shown = demo_house.krama("triage", "show").stdout
    file: Path = demo_house.folder / "rules.yaml"
    file.write_text(shown.replace("  version: 1", "  version: 2", 1).replace(old, new, 1), "utf-8")
    assert says in demo_house.krama("triage", "load", str(file), status=2).stderr
    assert demo_house.krama("triage", "show").stdout == shown


def test_bytes_that_are_no_text_are_said(demo_house: House) -> None:
    file = demo_house.folder / "rules.yaml"
    file.write_bytes(b"rules: \xff")
    assert "rules.yaml: is not UTF-8 from byte 7" in demo_house.krama("triage", "check", str(file), status=2).stderr
