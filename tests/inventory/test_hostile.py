# SPDX-License-Identifier: Apache-2.0
"""Hostile files: each gets a clear error, in a process with bounds on memory and time; others are read."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from krama.inventory import scan_sources

MEMORY, SECONDS = 1_500_000_000, 30
MB = 1024 * 1024


def bomb() -> str:
    """YAML's billion laughs, by merge keys: doubles with each line."""
    return "a0: &a0 {x: 1, y: 2}\n" + "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, 40)
    )


def aliases() -> str:
    return "openapi: 3.0.0\na0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 300)
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "deep.json": lambda: b"[" * 500_000,
    "deep.yaml": lambda: b"a: " + b"[" * 500_000,
    "deeper.yaml": lambda: "\n".join(" " * n + "a:" for n in range(3000)).encode(),
    "bomb.yaml": lambda: bomb().encode(),
    "aliases.yaml": lambda: aliases().encode(),
    "huge.yaml": lambda: b"a: 1\n" * (9 * MB // 5),
    "nul.sql": lambda: b"CREATE TABLE a (b int);\0",
    "latin.sql": lambda: b"CREATE TABLE a (\xe9 int);",
    "huge.sql": lambda: b"-" * (33 * MB),
    "tag.yaml": lambda: b"!!python/object/apply:os.system ['true']",
    "deep.sql": lambda: b"CREATE TABLE a (b int DEFAULT " + b"(" * 100_000 + b"1",
    "no.db": lambda: b"SQLite format 3\0" + os.urandom(9000),
    "line.csv": lambda: b"a," * MB,
    "no.parquet": lambda: os.urandom(5000),
}
QUICK: dict[str, Callable[[], bytes]] = {
    "quotes.sql": lambda: b"'" + b"''" * (MB // 2) + b"\nCREATE TABLE a (b int);",
    "opened.sql": lambda: b"/*" * (MB // 2),
    "dollars.sql": lambda: b"$a " * (MB // 2),
    "marks.sql": lambda: b";" * MB,
    "create.sql": lambda: b"CREATE " * (MB // 2),
    "copy.sql": lambda: b"COPY a FROM stdin;\n" * 50_000,
    "cycle.json": lambda: json.dumps(
        {
            "$schema": "json-schema",
            "$defs": {f"d{n}": {"properties": {"x": {"$ref": f"#/$defs/d{(n * 7 + 1) % 999}"}}} for n in range(999)},
        }
    ).encode(),
}


def scan_in_child(path: Path) -> subprocess.CompletedProcess[str]:
    """The real command, with a bound on its memory and on its processor time."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    command = [sys.executable, "-m", "krama", "inventory", "scan", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=bound)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_named_with_a_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name]())
    done = scan_in_child(tmp_path / name)
    assert done.returncode == 2, done.stderr[-500:]
    assert "Traceback" not in done.stderr
    assert f"Error: {tmp_path / name}: " in done.stderr


@pytest.mark.parametrize("name", QUICK)
def test_a_file_made_to_be_slow_is_not(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(QUICK[name]())
    done = scan_in_child(tmp_path / name)
    assert done.returncode in (0, 1, 2), done.stderr[-500:]  # not killed for its time or memory
    assert "Traceback" not in done.stderr


def test_the_bound_on_time_can_be_reached(tmp_path: Path) -> None:
    program = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode < 0


def test_one_bad_file_does_not_lose_the_others(tmp_path: Path) -> None:
    for name in ("deep.json", "nul.sql", "no.db"):
        (tmp_path / name).write_bytes(HOSTILE[name]())
    (tmp_path / "good.csv").write_text("dob,x\n")
    outcome = scan_sources([str(tmp_path)])
    assert [one.field for one in outcome.findings] == ["dob"]
    assert len(outcome.faults) == 3


def test_a_folder_is_walked_without_links_hidden_or_the_work_of_others(tmp_path: Path) -> None:
    for folder in (".git", "node_modules", "deep/er", "outside"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.csv").write_text("dob\n")
    (tmp_path / "link").symlink_to(tmp_path / "deep")
    (tmp_path / "deep" / "loop").symlink_to(tmp_path)
    (tmp_path / "package.json").write_text('{"name": "x"}')
    outcome = scan_sources([str(tmp_path)])
    assert [Path(one.source).parent.name for one in outcome.findings] == ["er", "outside"]
    assert len(outcome.notes) == 4
    assert outcome.faults == []


def test_a_pipe_or_nothing_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    faults = scan_sources([str(tmp_path / "pipe.csv"), str(tmp_path / "none"), "a\0b"]).faults
    assert [word in fault for word, fault in zip(("pipe", "no file", "no file"), faults, strict=True)] == [True] * 3
