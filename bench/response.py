# SPDX-License-Identifier: Apache-2.0
"""`make bench-response`: the machine's time from an upload's match to *withheld*, and from a decision to *removed*.

Both confirmed by the demo app, a process of its own under a real `krama serve --app`; on SQLite and on PostgreSQL. One
upload or decision at a time, at moments that have nothing to do with the loop's; times are Krama's own rows. Everything
shares the machine. Loopback only, against homes and a cluster of its own; `ARGS="--count 40"` measures fewer.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from krama.testing import pictures
from tests.conftest import SERVER_URL
from tests.server.houses import Command, House, free_port, wait_until
from tests.torture.cluster import NAME, own_cluster

COUNT, WITHIN = 120, 2_000.0  # of each, on each database; milliseconds for the median
PATIENCE = 120  # seconds for one of them, then it is a fault
APP = Path(__file__).parents[1] / "examples" / "social_app"
RESULT = Path(__file__).parent / "results" / "response.json"
MEASURES = """SELECT m.id, d.at, m.confirmed_at, c.ref FROM measures_measure m JOIN cases_item i ON i.id = m.item_id
JOIN cases_case c ON c.id = i.case_id JOIN detections_detection d ON d.id = i.detection_id
WHERE m.kind = %s AND m.state = 'done'"""

ITEMS = "SELECT count(*) FROM cases_item i JOIN cases_case c ON c.id = i.case_id WHERE c.ref = %s"


@dataclass
class Ground:
    """A demo home that is served, with its app."""

    house: House
    port: int
    key: str

    def upload(self, data: bytes) -> None:
        """A neighbour posts a picture: a new visitor each time, so that each is a case of its own."""
        boundary = secrets.token_hex(8)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="picture"; filename="p.jpg"\r\n'
        body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data + f"\r\n--{boundary}--\r\n".encode()
        app = http.client.HTTPConnection("127.0.0.1", self.port + 100, timeout=PATIENCE)
        app.request("POST", "/pictures", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        answer = app.getresponse()
        assert answer.status == 303, answer.status
        app.close()

    def decide(self, ref: str) -> None:
        items = [item["id"] for item in self.ask(f"/cases/{ref}")["items"]]
        said = {"outcome": "confirm", "layer": "law", "reason": "Seen.", "items": items, "decided_by": "Bench"}
        self.ask(f"/cases/{ref}/decision", said)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": secrets.token_hex(16)} if body else {}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"http://localhost:{self.port}/api/v1{path}", data, headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - our own address
            return json.load(answer)

    def done(self, kind: str) -> dict[str, tuple[datetime, datetime, str]]:
        """What the app confirmed of this kind: when it matched, when it was confirmed, in which case."""
        rows = self.house.sql(MEASURES, kind)
        return {str(pk): (moment(at), moment(confirmed), str(ref)) for pk, at, confirmed, ref in rows}

    def wait_for(self, kind: str, count: int, ref: str = "") -> None:
        """Until the app has confirmed so many, of one case or of all."""

        def there() -> bool:
            return sum(ref in ("", one[2]) for one in self.done(kind).values()) >= count

        wait_until(there, f"{kind} {ref}", PATIENCE)


def moment(value: object) -> datetime:
    """Databases say it their own way."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def copies(count: int) -> Iterator[bytes]:
    """Changed copies of pictures on the demo list, no two of them the same file."""
    for number in range(count):
        changed = pictures.changed_copy(pictures.landscape(1 + number % 5, size=(1024, 768)))
        yield pictures.jpeg(changed, quality=45 + number // 5)


def withheld(ground: Ground, count: int) -> list[float]:
    """Milliseconds from each match to the app's word."""
    for number, data in enumerate(copies(count), start=1):
        time.sleep(random.uniform(0.05, 0.4))
        ground.upload(data)
        ground.wait_for("withhold", number)
    return [(confirmed - at).total_seconds() * 1_000 for at, confirmed, _ in ground.done("withhold").values()]


def removed(ground: Ground) -> list[float]:
    """Milliseconds from sending each decision to the API to the app's word that everything of the case is removed."""
    took, refs = [], sorted({ref for _, _, ref in ground.done("withhold").values()})
    for ref in refs:
        time.sleep(random.uniform(0.05, 0.4))
        sent = datetime.now(UTC)
        ground.decide(ref)
        ground.wait_for("remove", int(ground.house.one(ITEMS, ref)), ref)
        last = max(confirmed for _, confirmed, one in ground.done("remove").values() if one == ref)
        took.append((last - sent).total_seconds() * 1_000)
    return took


@contextmanager
def ground_on(postgres: bool) -> Iterator[Ground]:
    with tempfile.TemporaryDirectory() as folder:
        if not postgres:
            yield from _served(House(Path(folder)))
            return
        with own_cluster() as cluster:
            before = os.environ.get(SERVER_URL)
            os.environ[SERVER_URL] = cluster.server  # of which the house makes the address of its database
            try:
                yield from _served(House(Path(folder), NAME))
            finally:
                os.environ.pop(SERVER_URL)
                os.environ |= {SERVER_URL: before} if before else {}


def _served(house: House) -> Iterator[Ground]:
    house.krama("init", "--demo")
    scopes = ("--scope", "cases:read", "--scope", "cases:decide")
    key = house.krama("keys", "add", "Bench", *scopes).stdout.strip().splitlines()[-1]
    port = free_port()
    serve = Command(house, "serve", "--port", str(port), "--app", str(APP))
    try:
        serve.wait_for("Open http", 240)
        ground = Ground(house, port, key)
        for _ in range(3):  # warm: the first of everything loads its code
            ground.upload(pictures.jpeg(pictures.landscape(5_000)))
        yield ground
    finally:
        serve.end()


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 1)


def rows(name: str, what: str, took: list[float], load: str) -> list[dict[str, Any]]:
    work = f"{name}, {len(took)} one after another ({load}): {what}"
    median = round(statistics.median(took), 1)
    fixed = {"unit": "ms", "peer": None, "ratio": None}
    return [
        {"work": f"{work}, median", "ours": median, "target": WITHIN, "met": median < WITHIN, **fixed},
        {"work": f"{work}, 99 of 100 within", "ours": percentile(took, 0.99), "target": None, "met": None, **fixed},
    ]


def measure(name: str, count: int) -> list[dict[str, Any]]:
    with ground_on(postgres=name == "PostgreSQL") as ground:
        first = withheld(ground, count)
        load = f"{os.getloadavg()[0]:.1f} processes on {os.cpu_count()} cores"
        found = rows(name, "from an upload's match to the app's confirmed withheld", first, load)
        second = removed(ground)
        load = f"{os.getloadavg()[0]:.1f} processes on {os.cpu_count()} cores"
        return found + rows(name, "from a decision to the app's confirmed removed", second, load)


def main() -> int:
    """Both on both; the result stands in bench/results/response.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"])
    given = parser.parse_args()
    results = [
        one for name in ("SQLite", "PostgreSQL") if given.only in (None, name) for one in measure(name, given.count)
    ]
    if given.only is None:
        RESULT.write_text(json.dumps(results, indent=1) + "\n")
    for one in results:
        print(json.dumps(one))
    return int(any(one["met"] is False for one in results))


if __name__ == "__main__":
    sys.exit(main())
