# SPDX-License-Identifier: Apache-2.0
"""What the front pages say is so: the table equals its data, commands and targets exist, links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.lines import README, ROOT, with_table
from krama.server.site.start import LINES

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)")
TARGET = re.compile(r"`(?:PORT=\d+ )?make ([a-z]+)`")


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def broken_links(page: Path, text: str) -> Iterator[str]:
    """Links to files that are not in the repository."""
    for target in LINK.findall(text):
        if not (page.parent / target).exists():
            yield target


def test_the_table_equals_its_data() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == with_table(text), "run `make docs`"
    assert all(line.asked in text for line in LINES)


def test_a_planted_change_of_the_table_is_seen() -> None:
    text = README.read_text(encoding="utf-8")
    planted = text.replace("| not yet |", "| done |", 1)
    assert planted != text
    assert planted != with_table(planted)


def test_a_line_that_is_called_built_names_a_test_that_exists() -> None:
    assert [line.test for line in LINES if line.test and not (ROOT / line.test).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page, page.read_text(encoding="utf-8"))) == []


def test_a_planted_link_is_seen() -> None:
    assert list(broken_links(README, "[a](LICENSE) [b](docs/none.md#part) [c](https://example.org)")) == [
        "docs/none.md"
    ]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(TARGET.findall(page.read_text(encoding="utf-8")))
    assert named - known == set()
    assert "test" in known


def undocumented(text: str, page: str) -> set[str]:
    """Environment variables that the product reads and the page does not name."""
    return set(re.findall(r"KRAMA_[A-Z_]+[A-Z](?=[\"'])", text)) - set(re.findall(r"`(KRAMA_[A-Z_]+)`", page))


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    lines = [
        line
        for path in (ROOT / "src" / "krama").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "environ" in line
    ]
    assert len(lines) > 5
    assert undocumented("\n".join(lines), page) == set()
    assert undocumented('os.environ["KRAMA_PLANTED"]', page) == {"KRAMA_PLANTED"}
