# SPDX-License-Identifier: Apache-2.0
"""Write the README's table "the guidelines, line by line" from the data the start page shows. `make docs` runs it."""

from __future__ import annotations

import sys
from pathlib import Path

from krama.server.site.start import LINES, Line

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN = "<!-- the guidelines, line by line: written by `make docs` -->"
END = "<!-- end of the lines -->"


def table() -> str:
    """The lines as a Markdown table; a line without a test says "not yet"."""
    head = "| What is asked of a firm | Screen | Command | Test that proves it |\n|---|---|---|---|\n"
    return head + "".join(_row(line) for line in LINES)


def with_table(text: str) -> str:
    """The text with the table between the two markers renewed."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def _row(line: Line) -> str:
    if line.test is None:
        return f"| {line.asked} | not yet | | |\n"
    command = f"`{line.command}`" if line.command else ""
    return f"| {line.asked} | {line.screen_label or ''} | {command} | [`{Path(line.test).name}`]({line.test}) |\n"


def main() -> int:
    """Renew the README in place."""
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
