# SPDX-License-Identifier: Apache-2.0
"""Who is measured by `make bench-gate`: Krama's gate, the peer's service, and the server's own `POST /scan`."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.matching import Words, publish
from bench.pictures import PEERS
from tests.gate.ground import SIGNER, TOKEN, form, tell
from tests.server.houses import Command, House, free_port, wait_until
from tests.torture.processes import children_of

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Side:
    """A service that answers: what it is asked, whole HTTP requests, and how much its processes compute."""

    name: str
    port: int
    pid: int
    key: str = ""

    def uploads(self, pictures: Sequence[bytes]) -> list[bytes]:
        """A form with the picture and, to ours, the firm's ids."""
        path, context = ("/api/v1/scan", {"content_id": "p-1029", "account_id": "a-77"})
        if not self.key:
            path, context = "/m/lookup", None  # type: ignore[assignment]
        forms = [form(one, context, name="file" if self.key else "photo") for one in pictures]
        return [self._request("POST", path, body, media) for body, media in forms]

    def hashes(self, values: Sequence[str]) -> list[bytes]:
        """One PDQ hash a request."""
        if not self.key:
            where = "/m/raw_lookup?signal_type=pdq&include_distance=true&signal="
            return [self._request("GET", where + one) for one in values]
        bodies = [json.dumps({"hashes": [{"type": "pdq", "value": one}]}).encode() for one in values]
        return [self._request("POST", "/api/v1/scan", one, "application/json") for one in bodies]

    def batches(self, values: Sequence[str], size: int = 1_000) -> list[bytes]:
        """So many hashes a request, each of a content of its own."""
        items = [{"hashes": [{"type": "pdq", "value": one}]} for one in values]
        bodies = [json.dumps({"items": items[at : at + size]}).encode() for at in range(0, len(items), size)]
        return [self._request("POST", "/api/v1/scan/batch", one, "application/json") for one in bodies]

    def _request(self, method: str, path: str, body: bytes = b"", media: str = "") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}"]
        lines += [f"Content-Type: {media}", f"Content-Length: {len(body)}"] if media else []
        lines += [f"Authorization: Bearer {self.key}"] if self.key else []
        return "\r\n".join([*lines, "", ""]).encode() + body

    def processor(self) -> float:
        """Seconds that its processes have computed so far, also those that ended: decoders are replaced."""
        family = [self.pid]
        for pid in family:
            family += children_of(pid)
        stats = [(Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split() for pid in family]
        return sum(int(spent) for one in stats for spent in one[11:15]) / TICK


@contextmanager
def gate(lists: Path) -> Iterator[Side]:
    """`krama gate --workers 2` over lists that lie in this folder; its server is away, which it does not need."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        needs = {
            "KRAMA_GATE_LISTS": str(lists), "KRAMA_GATE_TRUST": str(SIGNER.public), "KRAMA_GATE_KEY": "krama_cccc_x",
            "KRAMA_GATE_SERVER": "http://localhost:1", "KRAMA_GATE_FOLDER": f"{folder}/gate",
            "KRAMA_GATE_KEYS": f"{folder}/gate-keys",
        }  # fmt: skip
        command = Command(House(Path(folder)), "gate", "--port", str(port), "--workers", str(WORKERS), **needs)
        try:
            command.wait_for("Open http")
            yield Side("krama gate", port, command.process.pid, TOKEN)
        finally:
            command.end()


@contextmanager
def known_to_gates(words: Words) -> Iterator[Path]:
    """A folder with these hashes published, and the key file beside them."""
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), words)
        tell(Path(folder))
        yield Path(folder)


@contextmanager
def peer(words: Words) -> Iterator[Side]:
    """gunicorn, as HMA's image runs it, with two workers and one OpenMP thread, which is its best."""
    with tempfile.TemporaryDirectory() as folder:
        known, port = Path(folder) / "known", free_port()
        known.write_bytes(words.astype("<u8").tobytes())
        command = [str(PEERS / "bin" / "python"), "-m", "gunicorn", "--preload", "--workers", str(WORKERS)]
        command += ["--bind", f"127.0.0.1:{port}", "--chdir", str(ROOT), "bench.peer_gate:app"]
        own = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PEER_HASHES": str(known)}
        print("the peer: OMP_NUM_THREADS=1 PEER_HASHES=FILE build/peer/bin/python", *command[1:-3], command[-1])
        with (Path(folder) / "said").open("wb") as said:
            process = subprocess.Popen(command, env=os.environ | own, stdout=said, stderr=said, cwd=ROOT)
        try:
            wait_until(lambda: process.poll() is not None or answers(port), "the peer's index", 900)
            assert process.poll() is None, (Path(folder) / "said").read_text()
            yield Side("peer", port, process.pid)
        finally:
            process.terminate()
            process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def server(words: Words) -> Iterator[Side]:
    """`krama serve` with two web workers on a home of its own, SQLite, the same hashes published."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        house.krama("init", "--demo")
        publish(house.folder / "home" / "snapshots", words)
        key = house.krama("keys", "add", "Bench", "--scope", "scan").stdout.strip().splitlines()[-1]
        port = free_port()
        command = Command(house, "serve", "--port", str(port), "--web-workers", str(WORKERS))
        try:
            command.wait_for("Open http", 240)
            yield Side("krama serve", port, command.process.pid, key)
        finally:
            command.end()
