# SPDX-License-Identifier: Apache-2.0
"""Write the table of lines in `docs/reference/guidelines.md` from the catalogue: `python docs/catalogue.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from krama.guidelines import Line, shipped

PAGE = Path(__file__).resolve().parent / "reference" / "guidelines.md"
BEGIN = "<!-- every line: written by `python docs/catalogue.py` -->"
END = "<!-- end of every line -->"


def with_table(text: str) -> str:
    """The text with the table between the two markers renewed."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    head = "| Id | What to do | Sectors | Effort | Who | Source | Standing |\n|---|---|---|---|---|---|---|\n"
    return f"{before}{BEGIN}\n{head}{''.join(map(_row, shipped().lines))}{END}{after}"


def _row(line: Line) -> str:
    sectors = "all" if len(line.sectors) == len(shipped().words.sectors) else ", ".join(line.sectors)
    effort = line.effort.replace("-", " ")
    return f"| `{line.id}` | {line.text.en} | {sectors} | {effort} | {line.who} | {line.source} | {line.standing} |\n"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
