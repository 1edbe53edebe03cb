# SPDX-License-Identifier: Apache-2.0
"""`make torture-trail`: tamper with a trail by raw SQL, thousands of times, and look whether the bundle tells.

Another process tampers (tamper.py). The bundle is gathered and verified by the functions behind the commands, in one
process for speed; every so often by the true commands, `krama trail export` and `krama trail verify`, which must say
the same. Entries that have no place yet (at most two seconds) are not counted: each home was at rest.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.server.houses import House
from tests.torture.tamper import WAYS

TAMPERINGS, UNTAMPERED, BY_COMMAND, PARTS = 10_000, 1_000, 24, 2
ROUNDS = (4, 1, 9, 15, 6, 2, 12, 9)  # how many entries between two checkpoints
OLD = 4  # the auditor's copy for a roll-back is younger than the state after so many rounds
Verify = Callable[..., Any]


@dataclass
class Ground:
    """A home with a trail at rest, an older copy of it, and what the auditor keeps."""

    house: House
    work: Path
    older: Path
    kept: Path
    sizes: list[int] = field(default_factory=list)


def make_ground(folder: Path) -> Ground:
    """Made by the real command; the entries by the real action, one checkpoint a round."""
    house = House(folder)
    command = str(Path(sys.executable).with_name("krama"))
    subprocess.run([command, "init"], env=house.environment, stdout=subprocess.DEVNULL, check=True, timeout=300)
    os.environ.update(house.environment)
    import krama.cli.house

    krama.cli.house.start_django()
    ground = Ground(house, folder / "work", folder / "older", folder / "kept")
    for number, count in enumerate(ROUNDS):
        _one_round(number, count)
        if number == OLD - 1:
            ground.kept.mkdir()
            shutil.copy(house.keys / "witness" / "checkpoint", ground.kept / "older")
        if number == OLD:
            _copy(house.folder, ground.older)
    ground.sizes = _sizes()
    shutil.copy(house.keys / "witness" / "checkpoint", ground.kept / "newest")
    shutil.copytree(house.keys / "witness", ground.kept / "tiles")
    _close()
    return ground


def _one_round(number: int, count: int) -> None:
    from krama.server.trail.actions import record
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.events import Event
    from krama.server.trail.export import place_all

    for n in range(count):
        details = {"n": n, "words": "ពាក្យ"} if n % 3 else {}
        record(TERMINAL, Event.CASE_VIEWED, subject_kind="case", subject_id=f"C-{number:02}{n:04}", details=details)
    place_all()


def _sizes() -> list[int]:
    from krama.server.trail.models import TreeHead

    return list(TreeHead.objects.order_by("size").values_list("size", flat=True))


def _copy(source: Path, target: Path) -> None:
    _close()
    for name in ("home", "keys"):
        shutil.copytree(source / name, target / name, dirs_exist_ok=True)


def _close() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class Tamperer:
    """The other process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.torture.tamper"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, **asked: object) -> int:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        return int(json.loads(self.process.stdout.readline())["place"])

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def run(ground: Ground, tamperings: int, by_command: int, seed: int = 1, verify: Verify | None = None) -> Counter[str]:
    """So many tamperings; what became of them, counted. Everything but `exact`, `range` and `command` is a fault."""
    dice, counts, tamperer = random.Random(seed), Counter[str](), Tamperer()
    every = max(tamperings // by_command, 1) if by_command else 0
    try:
        for number in range(tamperings):
            _one(ground, dice, tamperer, counts, verify, by_command=bool(every) and number % every == 0)
    finally:
        tamperer.end()
    return counts


def _one(
    ground: Ground,
    dice: random.Random,
    tamperer: Tamperer,
    counts: Counter[str],
    verify: Verify | None,
    *,
    by_command: bool,
) -> None:
    way, reach, recompute = dice.choice([*WAYS, "roll_back"]), dice.choice(["all", "part", "none"]), dice.random() < 0.5
    home = _fresh(ground.older if way == "roll_back" else ground.house.folder, ground.work)
    if way == "roll_back":
        place = ground.sizes[OLD]
        recompute = False
    else:
        database = str(ground.work / "home" / "krama.sqlite3")
        place = tamperer.do(database=database, way=way, seed=dice.random(), recompute=recompute)
        _lose_tiles(home, reach, dice)
    kept = dice.choice(["checkpoints", "tiles"] if way == "roll_back" else ["", "checkpoints", "tiles"])
    found = _look(ground, kept, verify)
    counts["recomputed" if recompute else "left"] += 1
    counts[way] += 1
    counts[_judge(way, place, found)] += 1
    if by_command:
        said = _by_command(ground, kept)
        # The command's export is itself an entry: a trail that was rolled back has one more by then.
        same = said[0] == 1 and (way == "roll_back" or said[1].partition(":")[0] == found.sentence().partition(":")[0])
        counts["command" if same else f"COMMAND DIFFERS: {said} {found.sentence()}"] += 1


def _fresh(source: Path, work: Path) -> Path:
    """The work folder as the source has it; returns its witness."""
    if not (work / "home").exists():
        for name in ("home", "keys"):
            shutil.copytree(source / name, work / name)
    for old in (work / "home").glob("krama.sqlite3*"):
        old.unlink()
    shutil.copy(source / "home" / "krama.sqlite3", work / "home" / "krama.sqlite3")
    witness = next((work / "keys").glob("*/witness"))
    shutil.rmtree(witness)
    shutil.copytree(next((source / "keys").glob("*/witness")), witness)
    return witness


def _lose_tiles(witness: Path, reach: str, dice: random.Random) -> None:
    """How far leaf hashes reach: all the way, part of it, or not at all. The newest checkpoint is always there."""
    if reach != "all":
        until = dice.randrange(1, 55) if reach == "part" else 0
        for path in witness.glob("tile/0/000.p/*"):
            if int(path.name) > until:
                path.unlink()


def _look(ground: Ground, kept: str, verify: Verify | None) -> Any:
    """What the two commands do, in this process: gather into a file, read it, verify it."""
    from django.conf import settings
    from django.db import connection

    from krama.ledger import read_bundle, verify_bundle, write_bundle
    from krama.server.trail.export import gather, place_all
    from krama.server.trail.seal import signing_key

    connection.close()
    connection.settings_dict["NAME"] = str(ground.work / "home" / "krama.sqlite3")
    settings.KRAMA_WITNESS = next((ground.work / "keys").glob("*/witness"))
    place_all()
    path = ground.work / "bundle"
    write_bundle(path, gather())
    connection.close()
    notes = [(ground.kept / name).read_text() for name in ("older", "newest")] if kept else []
    own = ground.kept / "tiles" if kept == "tiles" else None
    return (verify or verify_bundle)(read_bundle(path), signing_key().public, checkpoints=notes, tiles=own)


def _judge(way: str, place: int, found: Any) -> str:
    if found.ok:
        return f"MISSED: {way}"
    if way == "insert_unsequenced":
        return "exact" if found.what == "forged" else f"WRONG: {way}"
    if found.position is None:
        return f"UNNAMED: {way} {found.what}"
    if found.since is None or found.since == found.position:
        return "exact" if found.position == place else f"WRONG PLACE: {way} {found.what}"
    return "range" if found.since <= place <= found.position else f"WRONG RANGE: {way} {found.what}"


def _by_command(ground: Ground, kept: str) -> tuple[int, str]:
    """The true commands on the same home; the verifier has no home."""
    work = House(ground.work)
    (ground.work / "pub").write_text(work.krama("trail", "public-key").stdout)
    (ground.work / "bundle").unlink(missing_ok=True)
    work.krama("trail", "export", "--output", "bundle")
    command = [str(Path(sys.executable).with_name("krama")), "trail", "verify", "--bundle", "bundle"]
    own = [f"--checkpoint={ground.kept / name}" for name in ("older", "newest")] if kept else []
    command += ["--public-key", "pub", *own, *([f"--tiles={ground.kept / 'tiles'}"] if kept == "tiles" else [])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ground.work, env={"PATH": "/bin"}, check=False)
    return done.returncode, done.stdout.strip()


def run_untampered(ground: Ground, runs: int, seed: int = 2) -> int:
    """How many alarms without cause."""
    dice, false = random.Random(seed), 0
    for _ in range(runs):
        witness = _fresh(dice.choice([ground.house.folder, ground.older]), ground.work)
        _lose_tiles(witness, dice.choice(["all", "part", "none"]), dice)
        newest = ground.sizes[-1] == _size_of(ground.work)
        false += not _look(ground, dice.choice(["", "checkpoints", "tiles"]) if newest else "", None).ok
    return false


def _size_of(work: Path) -> int:
    import sqlite3

    with sqlite3.connect(work / "home" / "krama.sqlite3") as plain:
        return int(plain.execute("SELECT max(size) FROM trail_treehead").fetchone()[0])


def faults(counts: Counter[str]) -> dict[str, int]:
    """What should not have happened: named in capitals."""
    return {name: count for name, count in counts.items() if name[:1].isupper()}


def _start(command: list[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    process.stderr.readline()  # one home is made at a time
    return process


def _result(work: str, ours: int, unit: str, target: int | None) -> dict[str, object]:
    met = None if target is None else ours == target
    return {"work": work, "ours": ours, "peer": None, "unit": unit, "ratio": None, "target": target, "met": met}


def part(seed: int) -> dict[str, int]:
    """One process's share, on a home of its own."""
    memory = Path("/dev/shm")  # nothing here has to survive a power cut
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        ground = make_ground(Path(folder))
        print("ready", file=sys.stderr, flush=True)
        counts = run(ground, TAMPERINGS // PARTS, BY_COMMAND // PARTS, seed)
        counts["false alarms"] = run_untampered(ground, UNTAMPERED // PARTS, seed)
    return dict(counts)


def main() -> int:
    """All of them; the result stands in bench/results/torture-trail.json."""
    if len(sys.argv) > 1:
        print(json.dumps(part(int(sys.argv[1]))))
        return 0
    command = [sys.executable, "-m", "tests.torture.trail"]
    parts = [_start([*command, str(seed)]) for seed in range(PARTS)]
    counts = sum((Counter(json.loads(one.communicate()[0])) for one in parts), Counter[str]())
    false = counts.pop("false alarms", 0)
    wrong = faults(counts)
    work = f"{TAMPERINGS} tamperings ({counts['recomputed']} with every hash recomputed)"
    results = [
        _result(f"{work}: not found, or named wrongly", sum(wrong.values()), "faults", 0),
        _result("of these the exact entry named", counts["exact"], "tamperings", None),
        _result("of these the range between two checkpoints", counts["range"], "tamperings", None),
        _result("of these the true commands asked, and said the same", counts["command"], "tamperings", None),
        _result(f"{UNTAMPERED} untampered runs: alarms", false, "faults", 0),
    ]
    target = Path("bench/results/torture-trail.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(f"{work}: {dict(counts)}; faults: {wrong}; {UNTAMPERED} untampered runs: {false} alarms")
    return int(bool(wrong) or false > 0)


if __name__ == "__main__":
    sys.exit(main())
