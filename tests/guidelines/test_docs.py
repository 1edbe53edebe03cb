# SPDX-License-Identifier: Apache-2.0
"""The reference page's table equals the catalogue, and a planted change is seen."""

from __future__ import annotations

from docs.catalogue import PAGE, with_table


def test_the_table_equals_the_catalogue() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text), "run `python docs/catalogue.py`"
    planted = text.replace("| verified |", "| model |", 1)
    assert planted not in (text, with_table(planted))
