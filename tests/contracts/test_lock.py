# SPDX-License-Identifier: Apache-2.0
"""Everything that is installed is pinned with its hash: a package changed on its way here is refused by pip."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"[\w.\[\]-]+==[\w.+!]+")


def loose(lock: str) -> list[str]:
    """Requirements without a version or without a hash."""
    whole = lock.replace("\\\n", " ")
    lines = [line for line in whole.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [line.split()[0] for line in lines if not PINNED.match(line) or "--hash=sha256:" not in line]


def test_every_package_is_pinned_with_its_hash_and_pip_asks_for_it() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE)) > 30
    assert loose(lock) == []
    assert "install --require-hashes -r requirements.lock" in (ROOT / "Makefile").read_text("utf-8")


def test_a_loose_one_is_seen_red() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert loose(f"{lock}\nloose==1.0\nlooser>=2 --hash=sha256:00\n") == ["loose==1.0", "looser>=2"]
