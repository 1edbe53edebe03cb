# SPDX-License-Identifier: Apache-2.0
"""The page of reference on live proofs holds every witness: what it asks, how to break and mend it, its setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from krama.server.assessments.witnesses import definitions

pytestmark = pytest.mark.django_db  # some settings stand in the country's facts

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SETTING = re.compile(r"KRAMA_\w+")


def rows(page: str) -> dict[str, list[str]]:
    """The cells beside each proof's name."""
    lines = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `live.")]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in lines}


def faults(page: str, settings: str) -> list[str]:
    found = rows(page)
    wrong = [f"no row: {proof_id}" for proof_id in definitions() if proof_id not in found]
    wrong += [f"no such proof: {proof_id}" for proof_id in found if proof_id not in definitions()]
    wrong += [
        f"an empty cell: {proof_id}" for proof_id, cells in found.items() if len(cells) != 4 or not all(cells[:3])
    ]
    named = {name for cells in found.values() for name in SETTING.findall(cells[-1])}
    wrong += [f"no such setting: {name}" for name in sorted(named) if f"| `{name}` |" not in settings]
    valued = {proof_id for proof_id, definition in definitions().items() if definition.values()}
    return wrong + [f"no setting: {one}" for one in sorted(valued & found.keys()) if not SETTING.search(found[one][-1])]


def test_every_witness_stands_on_the_page_of_reference() -> None:
    pages = ((REFERENCE / name).read_text(encoding="utf-8") for name in ("proofs.md", "settings.md"))
    assert faults(*pages) == []


def test_a_missing_row_a_strange_one_an_empty_cell_and_an_unknown_setting_are_seen_red() -> None:
    page, settings = ((REFERENCE / name).read_text(encoding="utf-8") for name in ("proofs.md", "settings.md"))
    assert faults(page.replace("| `live.jobs-run` |", "| live.jobs-run |"), settings) == ["no row: live.jobs-run"]
    assert faults(page + "| `live.nothing` | a | b | c | |", settings) == ["no such proof: live.nothing"]
    assert faults(page.replace("| add a unit |", "| |"), settings) == ["an empty cell: live.policy-approved"]
    assert faults(page.replace("KRAMA_LIST_DAYS", "KRAMA_LIST_YEARS"), settings) == [
        "no such setting: KRAMA_LIST_YEARS"
    ]
    assert faults(page.replace("`KRAMA_CLOCKS`", ""), settings) == ["no setting: live.cases-decided-in-time"]
