# SPDX-License-Identifier: Apache-2.0
"""A command loads what it needs: neither the web's API nor an HTTP client, which would cost it a third of its time."""

from __future__ import annotations

import subprocess
import sys

from tests.server.houses import House

HEAVY = ("ninja", "httpx2", "httpcore2", "weasyprint", "openpyxl", "docx")
RUN = """
import sys
from krama.cli import main
main(["lists", "show"], standalone_mode=False)
print("loaded:", *(name for name in {heavy} if name in sys.modules))
"""


def loaded(house: House, before: str = "") -> str:
    code = before + RUN.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], env=house.environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_a_command_loads_nothing_of_the_web(demo_house: House) -> None:
    assert loaded(demo_house) == "loaded:"


def test_what_is_loaded_is_seen(demo_house: House) -> None:
    assert loaded(demo_house, "import httpx2") != "loaded:"
