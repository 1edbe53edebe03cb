# SPDX-License-Identifier: Apache-2.0
"""Plugging into Krama: the part of this app to copy. Scan, obey, confirm.

Four rules: nothing is shown before it was scanned; when Krama is away, content is held back and scanned later; a
webhook is believed only when it is signed; what Krama ordered is done once, and confirmed until Krama knows.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Row
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from store import Store

from krama.connectors import KramaClient, verify
from krama.errors import BadInput, KramaError, NotAllowed

KRAMA_URL = os.environ["KRAMA_URL"].rstrip("/")
SECRET = os.environ["KRAMA_WEBHOOK_SECRET"]
RETRY = float(os.environ.get("APP_RETRY_SECONDS", "3"))
krama = KramaClient(KRAMA_URL, os.environ["KRAMA_KEY"], timeout=20)
# Scans may be asked of a gate, which answers also while the server is away; all else goes to the server.
scans = KramaClient(os.environ.get("KRAMA_SCAN_URL") or KRAMA_URL, os.environ["KRAMA_KEY"], timeout=20)
store = Store(Path(os.environ["APP_DATA"]))
claiming, being_scanned = threading.Lock(), set[str]()  # one scan of a picture at a time
log = logging.getLogger("village_square")


def scan(picture: str) -> None:
    """Ask Krama, then act on the verdict. On any error the picture stays held: seen by nobody, scanned again later."""
    with claiming:
        if picture in being_scanned:
            return
        being_scanned.add(picture)
    try:
        row = store.picture(picture)
        if row and row["state"] == "held":
            context = {"content_id": picture, "account_id": row["account"]}
            store.settle(picture, scans.scan(row["bytes"], context=context))
    except KramaError as error:
        log.warning("picture %s stays held: %s", picture, error)
    finally:
        being_scanned.discard(picture)


async def webhook(request: Request) -> Response:
    """Krama orders a measure, or asks about one. Do it, remember what must be said, answer; the chores say it."""
    try:
        event = verify(SECRET, request.headers, await request.body())
        if event["type"] == "measure.ordered":
            await run_in_threadpool(store.carry_out, event["data"])
        elif event["type"] == "measure.check":
            await run_in_threadpool(store.look_again, event["data"])
    except (BadInput, KeyError, TypeError):
        return Response(status_code=400)
    except KramaError:  # not signed with our secret, or too old
        return Response(status_code=401)
    chores.wake.set()
    return Response(status_code=204)


def take_in(account: str, data: bytes) -> str:
    """Held first, then scanned: were we killed between the two, the chores would scan it. Returns the picture's id."""
    picture = store.hold(account, data)
    scan(picture)
    return picture


class Chores(threading.Thread):
    """What must still be done, from the rows on disk: after a crash it goes on where it was."""

    def __init__(self) -> None:
        super().__init__(name="chores", daemon=True)
        self.wake, self.ending = threading.Event(), False

    def run(self) -> None:
        while not self.ending:
            self.wake.clear()
            for picture in store.unscanned():
                scan(picture["id"])
            for measure in store.unconfirmed():
                self.tell("measure", measure, krama.confirm)
            for measure in store.unanswered():
                self.tell("looked", measure, krama.checked)
            self.wake.wait(RETRY)

    def tell(self, table: str, measure: Row, say: Callable[[str, Any], object]) -> None:
        """That it was done, or that it still holds."""
        try:
            say(measure["id"], measure["outcome"])
            store.told(measure["id"], "confirmed", table=table)
        except KramaError as error:
            log.warning("measure %s is not confirmed yet: %s", measure["id"], error)
            if error.permanent and not isinstance(error, NotAllowed):  # a wrong key can be put right
                store.told(measure["id"], "given up", table=table)


chores = Chores()
