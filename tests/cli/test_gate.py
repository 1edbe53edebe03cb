# SPDX-License-Identifier: Apache-2.0
"""`krama serve --gate` and `krama gate` as a firm runs them: nothing is lost while the server is away."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
import uuid
from pathlib import Path

import pytest

from krama.connectors import KramaClient
from krama.errors import NotAllowed
from krama.testing.pictures import jpeg, landscape
from tests.cli.test_serve import another, child
from tests.server.houses import House, free_port, running, serving, wait_until

pytestmark = pytest.mark.loopback
KNOWN = jpeg(landscape(2, size=(1024, 768)), quality=92)


def key_of(house: House, *scopes: str) -> str:
    words = [word for scope in scopes for word in ("--scope", scope)]
    return house.krama("keys", "add", "App", *words).stdout.strip()


def gate_of(house: House, server: int, *, name: str = "gate") -> dict[str, str]:
    """What `krama gate` needs, for a gate in a folder of its own."""
    said = house.krama("keys", "gate").stdout.split()
    return dict(line.split("=", 1) for line in said) | {
        "KRAMA_GATE_LISTS": str(house.folder / "home" / "snapshots"),
        "KRAMA_GATE_SERVER": f"http://localhost:{server}",
        "KRAMA_GATE_FOLDER": str(house.folder / name),
        "KRAMA_GATE_KEYS": str(house.folder / f"{name}-keys"),
    }


def found(house: House) -> list[str]:
    rows = house.sql("SELECT id FROM detections_detection")
    return [str(uuid.UUID(str(row[0]))) for row in rows]


def scanned(gate: KramaClient, data: bytes = KNOWN) -> str:
    return str(gate.scan(data, context={"content_id": "p-1"})["scan_id"])


def test_serve_starts_a_gate_whose_findings_become_cases(demo_house: House) -> None:
    key = key_of(demo_house, "scan")
    port = min(free_port(), 60_000)
    with serving(demo_house, "--gate", port=port):
        gate = KramaClient(f"http://localhost:{port + 200}", key, timeout=120)
        said = gate.scan(KNOWN, context={"content_id": "p-1"})
        assert said["verdict"] == "block"
        wait_until(lambda: demo_house.one("SELECT count(*) FROM cases_item") == 1, "a case", 60)
        assert found(demo_house) == [said["scan_id"]]
        dead = child(demo_house, "krama.gate.worker")
        os.kill(dead, signal.SIGKILL)
        wait_until(another(demo_house, "krama.gate.worker", dead), "another worker", 30)
        assert gate.scan(KNOWN)["verdict"] == "block"


def test_with_the_server_away_a_gate_answers_and_afterwards_nothing_is_missing(demo_house: House) -> None:
    key, port, server = key_of(demo_house, "scan"), free_port(), free_port()
    environment = gate_of(demo_house, server)
    ids = []
    with running(demo_house, "gate", "--port", str(port), **environment) as command:
        command.wait_for("Open http")
        gate = KramaClient(f"http://localhost:{port}", key, timeout=120)
        ids += [scanned(gate) for _ in range(3)]
        dead = child(demo_house, "krama.gate.worker")
        os.kill(dead, signal.SIGKILL)
        wait_until(another(demo_house, "krama.gate.worker", dead), "another worker", 30)
        ids += [scanned(gate) for _ in range(3)]
    assert found(demo_house) == []
    with (
        running(demo_house, "gate", "--port", str(port), **environment) as command,
        serving(demo_house, port=server),
    ):
        wait_until(lambda: set(ids) <= set(found(demo_house)), "every finding", 90)
        wait_until(lambda: "p-1" not in command.said(), "silence about ids", 5)
        assert len(found(demo_house)) == len(set(found(demo_house)))
        spool = Path(environment["KRAMA_GATE_FOLDER"]) / "spool"
        wait_until(lambda: not list(spool.glob("*.spool")), "an empty spool", 60)


def test_a_key_revoked_at_the_server_opens_nothing_at_the_gate_within_seconds(demo_house: House) -> None:
    key, port, server = key_of(demo_house, "scan"), free_port(), free_port()
    environment = gate_of(demo_house, server)
    with (
        serving(demo_house, port=server),
        running(demo_house, "gate", "--port", str(port), **environment) as command,
    ):
        command.wait_for("Open http")
        gate = KramaClient(f"http://localhost:{port}", key, timeout=120)
        wait_until(lambda: bool(scanned(gate)), "an answer", 30)
        demo_house.sql("UPDATE accounts_key SET revoked_at = CURRENT_TIMESTAMP WHERE prefix = %s", key.split("_")[1])

        def refused() -> bool:
            time.sleep(0.2)
            try:
                scanned(gate)
            except NotAllowed:
                return True
            return False

        wait_until(refused, "a refusal", 15)


@pytest.mark.every
def test_lists_published_and_withdrawn_under_load_are_live_everywhere_and_no_request_fails(demo_house: House) -> None:
    key, port = key_of(demo_house, "scan"), free_port()
    data = jpeg(landscape(888, size=(160, 120)), quality=80)
    listed = demo_house.folder / "new.csv"
    listed.write_text(f"signal_type,value\nsha256,{hashlib.sha256(data).hexdigest()}\n")
    with running(demo_house, "gate", "--port", str(port), "--workers", "2", **gate_of(demo_house, 1)) as command:
        demo_house.krama("lists", "publish")
        command.wait_for("Open http")
        gate = KramaClient(f"http://localhost:{port}", key, timeout=120)
        verdicts, ending = list[str](), list[bool]()

        def load() -> None:
            while not ending:
                verdicts.append(gate.scan(data)["verdict"])

        threads = [threading.Thread(target=load) for _ in range(2)]
        for one in threads:
            one.start()
        try:
            ways = (("block", ("import", str(listed), "--list", "New", "--owner", "T", "--basis", "T")),)
            for verdict, words in (*ways, ("allow", ("withdraw", str(listed), "--list", "New"))):
                demo_house.krama("lists", *words)
                demo_house.krama("lists", "publish")
                published = len(verdicts)
                wait_until(lambda before=published: len(verdicts) > before + 20, "twenty answers", 120)  # type: ignore[misc]
                wait_until(lambda said=verdict: set(verdicts[-12:]) == {said}, f"{verdict} by every worker", 60)  # type: ignore[misc]
        finally:
            ending.append(True)
            for one in threads:
                one.join(60)
        assert set(verdicts) == {"allow", "block"}
        assert verdicts[0] == "allow"


def test_a_gate_says_what_it_lacks(demo_house: House) -> None:
    said = demo_house.krama("gate", status=2).stderr
    assert "KRAMA_GATE_LISTS, KRAMA_GATE_TRUST, KRAMA_GATE_SERVER" in said
    folder = str(demo_house.folder / "g")
    environment = gate_of(demo_house, 1) | {"KRAMA_GATE_FOLDER": folder, "KRAMA_GATE_KEYS": f"{folder}/keys"}
    assert "inside its data" in demo_house.krama("gate", status=2, **environment).stderr
