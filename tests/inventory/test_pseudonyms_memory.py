# SPDX-License-Identifier: Apache-2.0
"""Memory stays flat: a file far larger than what the process may take goes through; read whole, it would not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.inventory.sets import RULES

ROOM = 24 * 1024 * 1024  # bytes that the child may take beyond what it has once everything is imported
ROWS, WIDE = 800, 100_000  # 80 MB

CHILD = """
import resource, sys
from pathlib import Path
from krama.inventory.pseudonyms_file import Manner, pseudonymise
from krama.inventory.rules_file import read_rules
from krama.sealing import KeyedHash

folder, name, whole = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "whole"
rules = read_rules(folder / "rules.yaml")
small = folder / ("small" + Path(name).suffix)
pseudonymise(small, folder / "out" / small.name, rules, KeyedHash(b"k" * 32), Manner(force=True))
taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + int(sys.argv[4]),) * 2)
if whole:
    (folder / name).read_bytes()
report = pseudonymise(folder / name, folder / "out" / name, rules, KeyedHash(b"k" * 32), Manner(force=True))
print(report.rows)
"""


def line(format: str, number: int) -> bytes:
    words = b"x" * WIDE
    if format == "csv":
        return b"%d,Sok,012345678,note,%s\n" % (number, words)
    return b'{"id": %d, "name": "Sok", "phone": "012345678", "note": "note", "score": "%s"}\n' % (number, words)


@pytest.fixture(params=["csv", "jsonl"])
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "out").mkdir()
    for name, rows in (("small", 2), ("large", ROWS)):
        with (tmp_path / f"{name}.{request.param}").open("wb") as file:
            if request.param == "csv":
                file.write(b"id,name,phone,note,score\n")
            file.writelines(line(request.param, number) for number in range(rows))
    return tmp_path / f"large.{request.param}"


def child(large: Path, how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(large.parent), large.name, how, str(ROOM)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_AS is kept by Linux")
def test_memory_stays_flat(large: Path) -> None:
    assert large.stat().st_size > 3 * ROOM
    done = child(large, "stream")
    assert done.stdout.strip() == str(ROWS), done.stderr[-600:]
    assert (large.parent / "out" / large.name).stat().st_size > 3 * ROOM
    (large.parent / "out" / large.name).unlink()
    done = child(large, "whole")
    assert done.returncode != 0
    assert "MemoryError" in done.stderr
