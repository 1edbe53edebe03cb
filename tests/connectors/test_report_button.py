# SPDX-License-Identifier: Apache-2.0
"""The report button as a file: small, alone, served as it is, and without what a policy or a child would mind."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders

from krama.connectors import REPORT_BUTTON
from krama.text import spelling_faults

LARGEST = 10_000  # bytes, as it is shipped
# What it must never do: write markup, carry style in attributes, keep or fetch anything, listen, open windows.
NEVER = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b|setAttribute\(\"style\""
    r"|localStorage|sessionStorage|indexedDB|\.cookie\b|fetch\(|XMLHttpRequest|sendBeacon|WebSocket|import\("
    r"|postMessage|\"message\"|onmessage|contentWindow|contentDocument|window\.open|allow-same-origin\""
)


def shipped() -> str:
    return REPORT_BUTTON.read_text("utf-8")


def test_it_is_small_and_says_its_licence() -> None:
    size = REPORT_BUTTON.stat().st_size
    print(f"report-button.js: {size} bytes as shipped")
    assert size < LARGEST
    assert shipped().startswith("// SPDX-License-Identifier: Apache-2.0")


def test_the_server_serves_the_very_file_that_firms_may_host() -> None:
    assert finders.find("krama/report-button.js") == str(REPORT_BUTTON)


def test_it_does_nothing_of_what_it_must_never_do() -> None:
    assert NEVER.findall(shipped()) == []


@pytest.mark.parametrize(
    "planted",
    ['x.innerHTML = ""', "x.style.color", "localStorage.x = 1", 'fetch("/")', "frame.contentWindow", "window.open(x)",
     'addEventListener("message", f)', '"allow-same-origin",'],
)  # fmt: skip
def test_a_planted_fault_is_seen(planted: str) -> None:
    assert len(NEVER.findall(shipped() + planted)) == 1


def test_it_speaks_both_languages_and_the_khmer_is_spelled_by_the_house() -> None:
    words = {
        language: dict(re.findall(r'(\w+): "([^"]+)"', line))
        for language, line in re.findall(r"^ +(km|en): \{(.+)\},$", shipped(), re.MULTILINE)
    }
    assert words["km"].keys() == words["en"].keys() == {"tell", "close", "page"}
    for text in words["km"].values():
        assert not re.search("[A-Za-z\u200b ]", text)
        assert list(spelling_faults(text)) == []
