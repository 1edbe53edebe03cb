# SPDX-License-Identifier: Apache-2.0
"""Every command that takes words, called for real with a canary in each; a file it reads holds one too."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tests.canaries.doors import commands, says_text
from tests.canaries.values import SCRIPTS, Canaries
from tests.server.houses import KRAMA, House

# They run on, or take the keys or the public face away from under the server that this run needs.
APART = {("serve",), ("worker",), ("keys", "protect"), ("faces", "apart")}
# Those of a sample: what reads a firm's files, writes rows, or speaks to a home.
SAMPLE = {
    ("scan",),
    ("lists", "import"),
    ("staff", "add"),
    ("keys", "add"),
    ("webhooks", "add"),
    ("guidelines", "assess"),
}


@dataclass(frozen=True)
class Said:
    """A command, the doors it was given canaries at, and what it said."""

    words: tuple[str, ...]
    given: frozenset[int]
    status: int
    out: bytes


# What makes a call good; without it the same call is refused, which is another way through.
GOOD = {
    "staff add role": "reviewer",
    "lists import category": "child-abuse-material",
    "keys add scopes": "scan",
    "webhooks add allowed": "10.1.2.0/24",
}
GOOD_IN_SAMPLE = {("staff", "add"), ("lists", "import")}


def call_all(house: House, canaries: Canaries, folder: Path, environment: dict[str, str], every: bool) -> list[Said]:
    """Each once in each script; in a sample, in one of the two by turns."""
    said = []
    for number, (words, command) in enumerate(commands()):
        if words in APART or not (every or words in SAMPLE) or not any(map(says_text, command.params)):
            continue
        for script in SCRIPTS if every else SCRIPTS[number % 2 :][:1]:
            for good in (True, False) if every else (words in GOOD_IN_SAMPLE,):
                given = GOOD if good else {}
                said.append(call(house, canaries, folder, environment, (words, command, script), given))
    return said


def call(
    house: House,
    canaries: Canaries,
    folder: Path,
    environment: dict[str, str],
    called: tuple[tuple[str, ...], click.Command, str],
    good: dict[str, str],
) -> Said:
    words, command, script = called
    before = len(canaries.given)
    arguments: list[str] = []
    for param in command.params:
        fits = good.get(f"{' '.join(words)} {param.name}")
        arguments += [param.opts[0], fits] if fits else _argument(canaries, folder, param, (" ".join(words), script))
    if words == ("init",):
        arguments.append("--demo")
    return run(house, environment, (*words, *arguments), words, frozenset(range(before, len(canaries.given))))


def run(
    house: House,
    environment: dict[str, str],
    arguments: Sequence[str],
    words: tuple[str, ...] = (),
    given: frozenset[int] = frozenset(),
) -> Said:
    done = subprocess.run(
        [KRAMA, *arguments],
        env=house.environment | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
        cwd=house.folder,
    )
    return Said(words or tuple(arguments), given, done.returncode, done.stdout)


def _argument(canaries: Canaries, folder: Path, param: click.Parameter, at: tuple[str, str]) -> list[str]:
    """What stands on the command line for one parameter."""
    words, script = at
    if not says_text(param):
        needed = isinstance(param.type, click.Choice) and param.required
        return [param.opts[0], next(iter(param.type.choices))] if needed else []  # type: ignore[attr-defined]
    kind = "url" if param.name == "url" else "text"
    latin = kind == "url" or param.name == "username"  # which take nothing else
    text = canaries.new(f"command {words} {param.name}", "latin" if latin else script, kind)
    if isinstance(param.type, click.Path | click.File):
        path = folder / f"{text}.csv"
        reads = (isinstance(param.type, click.File) and "r" in param.type.mode) or getattr(param.type, "exists", False)
        if reads and getattr(param.type, "file_okay", True):
            path.write_text(f"signal_type,value,labels\nsha256,{'ab' * 32},{text}\nsha256,{text},\n")
        elif reads:
            path.mkdir(exist_ok=True)
        text = str(path)
    return [text] if param.param_type_name == "argument" else [param.opts[0], text]
