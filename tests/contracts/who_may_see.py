# SPDX-License-Identifier: Apache-2.0
"""The table of `docs/reference/who-may-see-what.md`, from the hand-written one. Run as a module, it writes it."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("need_to_know.csv")
DOCUMENT = ROOT / "docs" / "reference" / "who-may-see-what.md"
HEAD = "| Who | May or may not | Do | Sensitivity | Assigned to | Conflict |\n|---|---|---|---|---|---|\n"


def rendered() -> str:
    """Markdown, a line for each line of the table."""
    lines = []
    for line in csv.DictReader(TABLE.read_text().splitlines()):
        cells = [line[name].replace("|", ", ") for name in ("role", "answer", "operation", "sensitivity")]
        cells += [line[name].replace("|", ", ") for name in ("assignment", "conflict")]
        lines.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n"


def document() -> str:
    """What the document must be: its own words, and the table of today."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- table -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    return f"{before}<!-- table -->\n{rendered()}<!-- end -->\n{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
