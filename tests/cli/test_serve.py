# SPDX-License-Identifier: Apache-2.0
"""`krama serve` as it runs at a firm: what dies starts again, nothing outlives it, and the data stays."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.server.builders import sha256
from tests.server.houses import House, free_port, running, serving, wait_until

pytestmark = pytest.mark.loopback


def family(house: House) -> dict[int, str]:
    """Every living process that runs on this home: its id and command line."""
    found, mark = {}, f"KRAMA_HOME={house.folder / 'home'}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if words:  # a dead one that waits to be taken away has none
                    found[int(process.name)] = words
    return found


def child(house: House, words: str) -> int:
    """The first process whose command holds these words, or 0."""
    return min((pid for pid, command in family(house).items() if words in command), default=0)


def answers(port: int, path: str = "/start") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def another(house: House, words: str, than: int) -> Callable[[], bool]:
    return lambda: child(house, words) not in (0, than)


def test_ctrl_c_ends_it_and_every_child_cleanly(demo_house: House) -> None:
    with serving(demo_house) as (command, port):
        assert f"Open http://localhost:{port}/start" in command.said()
        assert answers(port)
        assert len(family(demo_house)) >= 3  # the supervisor, the web server, the job loop
        command.process.send_signal(signal.SIGINT)
        assert command.process.wait(12) == 0
        wait_until(lambda: not family(demo_house), "every child has ended", 5)
        assert "Traceback" not in command.said()
        assert not answers(port)


def test_what_dies_is_started_again(demo_house: House) -> None:
    with serving(demo_house) as (command, port):
        worker, web = child(demo_house, "krama worker"), child(demo_house, "granian")
        assert worker
        assert web
        os.kill(worker, signal.SIGKILL)
        os.kill(web, signal.SIGKILL)
        wait_until(another(demo_house, "krama worker", worker), "another job loop")
        wait_until(another(demo_house, "granian", web), "another web server")
        wait_until(lambda: answers(port), "it answers again")
        assert "worker ended with status -9; starting it again" in command.said()
        assert "web ended with status -9; starting it again" in command.said()


@pytest.mark.every
def test_killed_outright_it_leaves_no_orphan(demo_house: House) -> None:
    with serving(demo_house) as (command, port):
        command.process.kill()
        command.process.wait()
        wait_until(lambda: not family(demo_house), "no orphan is left", 12)
        with socket.create_server(("127.0.0.1", port)):
            pass  # and the port is free


def test_a_second_start_keeps_the_data_and_a_scan_becomes_a_case(demo_house: House) -> None:
    port = free_port()
    known = demo_house.one("SELECT value FROM lists_listedsignal WHERE type = 'sha256' ORDER BY id LIMIT 1")
    secret = json.loads((demo_house.keys / "demo-app.json").read_text())["key"]
    with serving(demo_house, port=port):
        assert scan(port, secret, known) == "block"
        assert scan(port, secret, sha256("unknown")) == "allow"
        wait_until(lambda: demo_house.one("SELECT count(*) FROM cases_case") == 1, "the case")
    people = demo_house.one("SELECT count(*) FROM accounts_user")
    with serving(demo_house, port=port):
        assert answers(port)
        assert demo_house.one("SELECT count(*) FROM cases_case") == 1
        assert demo_house.one("SELECT count(*) FROM accounts_user") == people


def scan(port: int, secret: str, value: str) -> str:
    body = json.dumps({"hashes": [{"type": "sha256", "value": value}], "context": {"content_id": "p-1"}}).encode()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/scan", body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(json.load(answer)["verdict"])


@pytest.mark.every
def test_without_its_worker_a_scan_waits_for_krama_worker(demo_house: House) -> None:
    known = demo_house.one("SELECT value FROM lists_listedsignal WHERE type = 'sha256' ORDER BY id LIMIT 1")
    secret = json.loads((demo_house.keys / "demo-app.json").read_text())["key"]
    with serving(demo_house, "--no-worker") as (_command, port):
        assert not child(demo_house, "krama worker")
        assert scan(port, secret, known) == "block"
        assert demo_house.one("SELECT count(*) FROM cases_case") == 0
        with running(demo_house, "worker") as worker:
            wait_until(lambda: demo_house.one("SELECT count(*) FROM cases_case") == 1, "the case")
            worker.process.send_signal(signal.SIGTERM)
            assert worker.process.wait(12) == 0


def test_a_port_in_use_is_said_and_nothing_is_started(demo_house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = demo_house.krama("serve", "--port", str(min(port, 65_435)), status=2)
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert "choose another: PORT=8001" in done.stderr
    assert not family(demo_house)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_a_demo_home_never_listens_to_the_world(demo_house: House, host: str) -> None:
    done = demo_house.krama("serve", "--host", host, "--port", str(free_port()), status=2)
    assert f"A demo home listens on this machine only, not on {host}." in done.stderr


def test_the_demo_app_belongs_to_a_demo_home(real_house: House) -> None:
    done = real_house.krama("serve", "--port", str(free_port()), "--app", str(real_house.folder), status=2)
    assert "belongs to a demo home" in done.stderr


@pytest.mark.every
def test_a_killed_worker_of_many_is_not_waited_for(demo_house: House) -> None:
    """The web server's own children die too: it starts them again, or the supervisor starts it again."""
    with serving(demo_house, "--web-workers", "2") as (command, port):
        web = child(demo_house, "granian")
        inner = [pid for pid in family(demo_house) if parent(pid) == web]
        assert inner
        for pid in inner:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: answers(port), "it answers again", 20)
        assert command.process.poll() is None


def parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return 0
