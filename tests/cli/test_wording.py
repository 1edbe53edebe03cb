# SPDX-License-Identifier: Apache-2.0
"""`krama wording`: the Khmer goes out as a workbook, comes back whole or not at all, and the server then says it."""

from __future__ import annotations

import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from krama.guidelines.workbook import Row, Sheet, read, write
from krama.server.assessments.queries.wording import COLUMNS, SHEET
from tests.server.houses import House, serving

pytestmark = pytest.mark.loopback
TITLE = "Sign in"


def written(file: Path, rows: list[Row], english: str, **said: str) -> None:
    """The workbook with one row of it filled in."""
    changed = [replace(row, values={**row.values, **said}) if row.values["english"] == english else row for row in rows]
    cells = tuple(tuple(row.values[column.key] for column in COLUMNS) for row in changed)
    file.write_bytes(write([Sheet(SHEET, COLUMNS, cells)]))


@pytest.mark.every
def test_out_to_a_reader_back_and_onto_the_page(real_house: House, tmp_path: Path) -> None:
    file = tmp_path / "khmer.xlsx"
    assert "await native review" in real_house.krama("wording", "export", str(file)).stdout
    rows = read(file.read_bytes(), SHEET, COLUMNS)
    written(file, rows, TITLE, corrected="ទូរស័ព្ទ")
    refused = real_house.krama("wording", "import", str(file), "--reviewer", "Sok", status=2)
    assert "ទូរសព្ទ is the house spelling" in refused.stderr
    assert "nothing was taken" in refused.stderr
    written(file, rows, TITLE, corrected="ពាក្យកែថ្មី")
    taken = real_house.krama("wording", "import", str(file), "--reviewer", "Sok")
    assert "marked as read, 1 of them corrected" in taken.stdout
    assert "Start krama serve again" in taken.stdout
    assert real_house.one("SELECT count(*) FROM trail_entry WHERE event = %s", "wording:imported") == 1
    with serving(real_house) as (_command, port):
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/accounts/login", headers={"Accept-Language": "km"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert "ពាក្យកែថ្មី" in answer.read().decode()
