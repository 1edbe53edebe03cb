# SPDX-License-Identifier: Apache-2.0
"""`make torture-decoders`: a hundred thousand harmed files of every format against a real gate.

Each must be answered, no answer may be `block`, the gate must go on answering, and nothing may be left on a disk.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.gate.ground import SIGNER, TOKEN, form, publish, tell
from tests.server.houses import Command, House, free_port
from tests.torture.hostile import FORMATS, mutated
from tests.torture.processes import children_of, command_of

TARGET = Path("bench/results/torture-decoders.json")
REPLACED = "a decoder was replaced"


@dataclass(frozen=True)
class Size:
    """`files` of all formats together."""

    files: int = int(os.environ.get("TORTURE_FILES", 100_000))
    clients: int = int(os.environ.get("TORTURE_CLIENTS", 4))
    seconds: float = float(os.environ.get("TORTURE_SECONDS", 86_400))


@dataclass
class Tally:
    """Of one format."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, took: float) -> None:
        with self.lock:
            self.answers[what] += 1
            self.slowest = max(self.slowest, took)


class Uploader(threading.Thread):
    """Sends its share of one format."""

    def __init__(self, port: int, form: str, seed: int, files: int, until: float, tally: Tally) -> None:
        super().__init__(daemon=True)
        self._port, self._form, self._files, self._until, self._tally = port, form, files, until, tally
        self._dice = random.Random(f"{form} {seed}")

    def run(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)) as connection:
            self._send(connection)

    def _send(self, connection: http.client.HTTPConnection) -> None:
        for _ in range(self._files):
            if time.monotonic() > self._until:
                return
            body, media = form(mutated(self._form, self._dice))
            begun = time.monotonic()
            try:
                headers = {"Content-Type": media, "Authorization": f"Bearer {TOKEN}"}
                connection.request("POST", "/api/v1/scan", body, headers)
                answer = connection.getresponse()
                said = json.loads(answer.read())
                what = f"{said['verdict']}: {said['reason']}" if answer.status == 200 else str(answer.status)
            except (OSError, http.client.HTTPException, ValueError) as problem:
                what = f"NO ANSWER {type(problem).__name__}"
                connection.close()
            self._tally.add(what, time.monotonic() - begun)
            if what == "503":
                time.sleep(0.05)


class Memory(threading.Thread):
    """The most that a decoding process, and the process that answers, took."""

    def __init__(self, gate: int) -> None:
        super().__init__(daemon=True)
        self._gate, self.decoder, self.worker, self.ending = gate, 0, 0, False

    def run(self) -> None:
        while not self.ending:
            for worker in [pid for pid in children_of(self._gate) if "krama.gate.worker" in command_of(pid)]:
                self.worker = max(self.worker, _peak(worker, "VmRSS:"))
                for child in children_of(worker):
                    self.decoder = max(self.decoder, _peak(child, "VmHWM:"))
            time.sleep(0.1)


def _peak(pid: int, name: str) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().split(name)[1].split()[0])
    return 0


def run(folder: Path, size: Size, **environment: str) -> list[dict[str, Any]]:
    """Each format in turn; a row each."""
    publish(folder / "lists", [])
    port, ending = free_port(), threading.Event()
    threading.Thread(target=_renew, args=(folder / "lists", ending), daemon=True).start()
    tell(folder / "lists", issued=datetime.now(UTC))
    needs = {
        "KRAMA_GATE_LISTS": str(folder / "lists"),
        "KRAMA_GATE_TRUST": str(SIGNER.public),
        "KRAMA_GATE_SERVER": "http://localhost:1",
        "KRAMA_GATE_KEY": "krama_none_none",
        "KRAMA_GATE_FOLDER": str(folder / "gate"),
        "KRAMA_GATE_KEYS": str(folder / "keys"),
    }
    gate = Command(House(folder), "gate", "--port", str(port), **needs, **environment)
    try:
        gate.wait_for("Open http", 240)
        return [one_format(gate, port, form, size) for form in FORMATS]
    finally:
        ending.set()
        gate.end()


def one_format(gate: Command, port: int, form: str, size: Size) -> dict[str, Any]:
    """What became of all files of one format."""
    tally, memory, before = Tally(), Memory(gate.process.pid), gate.said().count(REPLACED)
    memory.start()
    share = -(-size.files // (len(FORMATS) * size.clients))
    until = time.monotonic() + size.seconds / len(FORMATS)
    uploaders = [Uploader(port, form, number, share, until, tally) for number in range(size.clients)]
    for one in uploaders:
        one.start()
    for one in uploaders:
        one.join()
    memory.ending = True
    answered = sum(count for what, count in tally.answers.items() if ":" in what)
    faults = sum(count for what, count in tally.answers.items() if ":" not in what and what != "503")
    return {
        "format": form,
        "files": tally.answers.total(),
        "answered": answered,
        "busy": tally.answers["503"],
        "not answered": faults + sum(count for what, count in tally.answers.items() if what.startswith("block")),
        "replaced": gate.said().count(REPLACED) - before,
        "decoder_mib": memory.decoder >> 10,
        "worker_mib": memory.worker >> 10,
        "slowest_s": round(tally.slowest, 2),
        "answers": dict(tally.answers),
    }


def _renew(folder: Path, ending: threading.Event) -> None:
    while not ending.wait(600):
        tell(folder, issued=datetime.now(UTC))


def results(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for bench/results."""
    fixed = {"peer": None, "ratio": None}
    made: list[dict[str, Any]] = []
    for row in rows:
        work = f"{row['files']} harmed {row['format']} files: "
        made.append({"work": work + "not answered", "ours": row["not answered"], "unit": "files", "target": 0, **fixed})
        for name, unit in (
            ("replaced", "processes"),
            ("decoder_mib", "MiB"),
            ("worker_mib", "MiB"),
            ("slowest_s", "s"),
        ):
            made.append({"work": work + name, "ours": row[name], "unit": unit, "target": None, **fixed})
    return [row | {"met": row["target"] is None or row["ours"] <= row["target"]} for row in made]


def main() -> int:
    """All formats; the result stands in bench/results/torture-decoders.json."""
    with tempfile.TemporaryDirectory() as folder:
        rows = run(Path(folder), Size())
    for row in rows:
        print(json.dumps(row), flush=True)
    kept = results(rows)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(kept, indent=1) + "\n")
    return int(not all(row["met"] for row in kept))


if __name__ == "__main__":
    sys.exit(main())
