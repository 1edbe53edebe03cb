# SPDX-License-Identifier: Apache-2.0
"""`krama serve`: web, job loop and (in a demo home) the demo app, under one supervisor."""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
import threading
from pathlib import Path

import click

from krama.cli import fitness, house
from krama.cli.announce import announce
from krama.cli.supervise import Part, keep_alive, stop_on_signals
from krama.errors import BadHome, BadInput
from krama.server.site.faces import Face, apart_of
from krama.server.site.home import Home

LOOPBACK = ("127.0.0.1", "localhost", "::1")
APP_OFFSET = 100  # the demo app's port lies this far above
GATE_OFFSET = 200  # and the gate's so far


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; a demo home: loopback only."
)
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65_435))
@click.option("--web-workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--no-worker", is_flag=True, help="Leave the job loop to `krama worker`.")
@click.option(
    "--face",
    type=click.Choice([face.value for face in Face]),
    default=Face.ALL.value,
    show_default=True,
    envvar="KRAMA_FACE",
    help="What this process shows; the job loop runs with all or console.",
)
@click.option("--gate", is_flag=True, help="Start a gate too, 200 ports above; with --app the demo app asks it.")
@click.option("--app", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the demo app.")
def serve(host: str, port: int, web_workers: int, no_worker: bool, face: str, gate: bool, app: Path | None) -> None:
    """Start the web server and the job loop, and start again whatever dies. Ctrl-C ends it.

    \b
    Examples:
      krama serve
      PORT=8001 krama serve --no-worker
      KRAMA_KEYS=/srv/krama-public krama serve --face public
    """
    shown = Face(face)
    os.environ["KRAMA_FACE"] = face  # for every process that is started here
    if (app or gate) and shown is not Face.ALL:
        raise BadInput("--app and --gate go with all faces in one process; elsewhere start `krama gate`.")
    home = enter(shown, host, port)
    parts = [web_part(host, port, web_workers, app_url(home, port) if app else "")]
    if not no_worker and shown in (Face.ALL, Face.CONSOLE):
        # The loop is no face; it has the console's settings.
        parts.append(Part("worker", [sys.executable, "-m", "krama", "worker"]))
    if gate:
        parts += gate_parts(home, host, port, web_workers)
    if app:
        check_free(host, port + APP_OFFSET)
        parts.append(app_part(home, port, app, gate=gate))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write an upload to a disk
    stop = stop_on_signals()
    address = f"{home.url if not home.is_demo else f'http://localhost:{port}'}/start"
    if shown is Face.API:
        address = address.removesuffix("/start") + "/api/v1/openapi.json"
    threading.Thread(target=announce, args=(host, port, address, stop), daemon=True).start()
    keep_alive(parts, stop)


def enter(face: Face, host: str, port: int) -> Home:
    """The home, or the public face's folder: fit to run, and its tables up to date."""
    home = house.enter_public() if face is Face.PUBLIC else house.enter()
    check_host(home, host)
    check_free(host, port)
    if face is Face.PUBLIC:
        fitness.refuse_public(home)  # its role cannot see whether the tables are of this version: the console's can
        return home
    if face is Face.ALL and apart_of(home):
        raise BadHome(
            "The public face of this home runs apart. Start `krama serve --face console` and `--face api` here, "
            "or put them together again: `krama faces together`."
        )
    house.bring_up_to_date()
    fitness.refuse(home)
    house.check_owner(home)
    house.adopt_trail()
    return home


def web_part(host: str, port: int, workers: int, app: str) -> Part:
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--http", "1", "--no-ws"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5"]
    command += ["--log-level", "error", "krama.server.site.rsgi:application"]
    return Part("web", command, {"KRAMA_APP_URL": app})


def gate_parts(home: Home, host: str, port: int, workers: int) -> list[Part]:
    """A gate over this home's own lists, delivering to this server; its key lies with the home's keys."""
    from krama.cli import gate
    from krama.cli.keys import gate_key_file
    from krama.server.detections.gates import signing_key, tell

    check_free(host, port + GATE_OFFSET)
    tell()
    bound = gate.listening(host, port + GATE_OFFSET)
    environment = {
        "KRAMA_GATE_LISTS": str(home.snapshots),
        "KRAMA_GATE_TRUST": str(signing_key().public),
        "KRAMA_GATE_SERVER": f"http://localhost:{port}",
        "KRAMA_GATE_KEY_FILE": str(gate_key_file(home)),
        "KRAMA_GATE_FOLDER": str(home.folder / "gate"),
        "KRAMA_GATE_KEYS": str(home.keys / "gate"),
    }
    SOCKETS.append(bound)
    return gate.parts(bound.fileno(), workers, environment)


SOCKETS: list[socket.socket] = []  # held open for as long as this process lives


def app_part(home: Home, port: int, folder: Path, *, gate: bool = False) -> Part:
    """The demo app as its own process, with its own key: it is a firm's app, not a part of Krama."""
    from krama.cli.demo import WEBHOOK, secrets_file
    from krama.server.measures.actions_ways import move_webhook
    from krama.server.measures.models import Webhook
    from krama.server.trail.actor import TERMINAL

    if not home.is_demo:
        raise BadInput("--app starts the demo app, which belongs to a demo home.")
    move_webhook(TERMINAL, webhook=Webhook.objects.get(name=WEBHOOK), url=f"{app_url(home, port)}/krama/webhook")
    facts = json.loads(secrets_file(home).read_text())
    environment = {
        "PORT": str(port + APP_OFFSET),
        "KRAMA_URL": f"http://localhost:{port}",
        "KRAMA_SCAN_URL": f"http://localhost:{port + GATE_OFFSET if gate else port}",
        "KRAMA_KEY": facts["key"],
        "KRAMA_WEBHOOK_SECRET": facts["webhook_secret"],
        "APP_DATA": str(home.folder / "demo-app"),
    }
    return Part("demo app", [sys.executable, str(folder / "app.py")], environment)


def app_url(home: Home, port: int) -> str:
    return f"http://localhost:{port + APP_OFFSET}"


def check_host(home: Home, host: str) -> None:
    if home.is_demo and host not in LOOPBACK:
        raise BadHome(f"A demo home listens on this machine only, not on {host}. Make a real one with `krama init`.")


def check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise BadInput(
                f"Port {port} on {host} cannot be used ({problem.strerror}); choose another: PORT=8001"
            ) from problem
