# SPDX-License-Identifier: Apache-2.0
"""Reviewers in one process, there to be killed: each takes the next case, reads it, and decides, or does otherwise.

What each saw is written down, one line of JSON each: when it asked, when it got a case, when it let go, what was said.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ITEMS = re.compile(r'name="items" value="([^"]+)"')
REFS = re.compile(r'href="/cases/(C-[0-9A-Z]{6})"')
TOKEN = "t" * 32  # a form's token and its cookie: who has the cookie may choose it
HELD = "has this case since"
ANSWER_WITHIN = 30.0


@dataclass
class Answer:
    status: int
    location: str
    page: str


class Browser:
    """One person's, with one connection that is opened again whenever it broke."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, f"{cookie}; krama_csrf={TOKEN}"
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, fields: dict[str, object] | None = None) -> Answer:
        """GET, or POST of these fields; `OSError` or `EOFError` when it broke."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._ask(path, fields)
        except BaseException:
            self.hang_up()
            raise

    async def _ask(self, path: str, fields: dict[str, object] | None) -> Answer:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        body = b"" if fields is None else urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True).encode()
        head = [f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1", f"Host: localhost:{self.port}"]
        head += [f"Cookie: {self.cookie}", "Accept-Language: en"]
        if fields is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?i)^content-length: *(\d+)", answered, re.M)
        page = await reader.readexactly(int(length[1])) if length else b""
        location = re.search(r"(?i)^location: *(\S+)", answered, re.M)
        if not length or "connection: close" in answered.lower():
            self.hang_up()
        return Answer(int(answered.split(" ", 2)[1]), location[1] if location else "", page.decode())

    def hang_up(self) -> None:
        if self.streams:
            self.streams[1].close()
        self.streams = None


class Reviewer:
    """One person, until the process is killed."""

    def __init__(self, who: int, browser: Browser, log: int, dice: random.Random, lease: float) -> None:
        self.who, self.browser, self.log, self.dice, self.lease = who, browser, log, dice, lease

    def say(self, did: str, **more: object) -> None:
        # One write at the end of the file: whole, whoever else writes there, and there after a kill.
        os.write(self.log, (json.dumps({"did": did, "who": self.who, **more}) + "\n").encode())

    async def run(self) -> None:
        while True:
            try:
                await self._once()
            except (OSError, EOFError, asyncio.LimitOverrunError):
                self.say("broken", at=time.time())
                await asyncio.sleep(self.dice.uniform(0.1, 0.5))

    async def _once(self) -> None:
        asked = time.time()
        answer = await self.browser.ask("/cases/next", {})
        found = answer.location.rpartition("/")[2] if answer.status == 302 else ""
        if answer.status != 302:
            self.say("status", status=answer.status, path="next")
            await asyncio.sleep(0.3)
        elif not found.startswith("C-"):
            await asyncio.sleep(self.dice.uniform(0.1, 0.4))
        else:
            self.say("got", ref=found, asked=asked, at=time.time())
            await self._work(found)

    async def _work(self, ref: str) -> None:
        mood = self.dice.random()
        if mood < 0.08:
            self.say("lets go", ref=ref, at=time.time())
            await self.browser.ask(f"/cases/{ref}/give-back", {})
        elif mood < 0.14:
            await self._another()
        else:
            if mood > 0.98:
                await asyncio.sleep(self.lease * 1.2)  # went for coffee: somebody else may have it by now
            await self._decide(ref)

    async def _another(self) -> None:
        """One from the queue by hand, whoever has it: its decision may be refused, and never be a second one."""
        refs = REFS.findall((await self.browser.ask("/cases")).page)
        if refs:
            await self._decide(self.dice.choice(refs))

    async def _decide(self, ref: str) -> None:
        page = (await self.browser.ask(f"/cases/{ref}")).page
        items = list(dict.fromkeys(ITEMS.findall(page)))
        if not items:
            return
        await asyncio.sleep(self.dice.uniform(0, 0.2))
        said: dict[str, object] = {"outcome": "dismiss", "reason": f"Seen by {self.who}.", "items": items}
        self.say("lets go", ref=ref, at=time.time())
        answer = await self.browser.ask(f"/cases/{ref}/decision", said)
        refused = "held" if HELD in answer.page else "other"
        if answer.status == 302:
            self.say("decided", ref=ref, at=time.time())
        elif answer.status == 409:
            self.say("refused", ref=ref, why=refused, at=time.time())
        else:
            self.say("status", status=answer.status, path="decision")


async def all_of_them(port: int, log: Path, cookies: dict[str, str], lease: float, seed: int) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_APPEND)
    people = [
        Reviewer(int(who), Browser(port, cookie), handle, random.Random(f"{seed} {who}"), lease)
        for who, cookie in cookies.items()
    ]
    await asyncio.gather(*(person.run() for person in people))


if __name__ == "__main__":
    PORT, LOG, COOKIES, LEASE, SEED = sys.argv[1:]
    asyncio.run(all_of_them(int(PORT), Path(LOG), json.loads(COOKIES), float(LEASE), int(SEED)))
