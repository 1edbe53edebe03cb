# SPDX-License-Identifier: Apache-2.0
"""Fifty children at once: each opens the report page, answers, perhaps adds something and asks for a code.

After a broken answer the same form is sent again, as a browser's reload does. What was acknowledged is written down:
one line of JSON each, in a file that the torture compares with what the house has.
"""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from urllib.parse import urlencode

TOPICS = ("bullying", "threat", "approach", "saw", "other")
TOKEN = re.compile(r'name="t" value="([^"]+)"')
CODE = re.compile(r'class="code"[^>]*>([0-9 ]+)<')
ANSWER_WITHIN = 30.0  # seconds after which a child presses reload
TAKEN, ADDED, THANKS, SHOWN = "We have your report", "Question", "Thank you. We have your report", "This is your code"
OK = 200
SHED = (429, 503)


@dataclass
class Crowd:
    """What all of them share."""

    port: int
    log: TextIO
    dice: random.Random
    until: float
    added: float = 0.5  # how many add something
    receipts: float = 0.1  # how many of all ask for a code
    pause: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def say(self, **line: object) -> None:
        print(json.dumps(line), file=self.log, flush=True)


class Phone:
    """One connection, opened again whenever it broke."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """GET, or POST of these fields: status and page, whole; `OSError` or `EOFError` when it broke."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._ask(fields)
        except BaseException:
            self.hang_up()
            raise

    async def _ask(self, fields: dict[str, str] | None) -> tuple[int, str]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        body = urlencode(fields).encode() if fields else b""
        head = f"{'POST /report' if fields else 'GET /report?lang=en'} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
        if fields:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"content-length: *(\d+)", answered)
        if length is None:
            raise ConnectionResetError
        page = await reader.readexactly(int(length[1]))
        if "connection: close" in answered:
            self.hang_up()
        return int(answered.split(" ", 2)[1]), page.decode()

    def hang_up(self) -> None:
        if self.streams:
            self.streams[1].close()
        self.streams = None


class Child:
    """One after the other, until there are no more numbers."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.phone = crowd, Phone(crowd.port)

    async def run(self, numbers: list[int]) -> None:
        while numbers and time.monotonic() < self.crowd.until:
            await self.report(numbers.pop())
            if self.crowd.pause:
                await asyncio.sleep(self.crowd.dice.expovariate(1 / self.crowd.pause))
        self.phone.hang_up()

    async def report(self, number: int) -> None:
        crowd, topic = self.crowd, self.crowd.dice.choice(TOPICS)
        first = _token(await self.until(None, "You did nothing wrong"))
        crowd.say(did="sent", number=number, token=first, topic=topic)
        page = await self.until({"t": first, "lang": "en", "topic": topic}, TAKEN)
        crowd.say(did="taken", number=number)
        wants_code = crowd.dice.random() < crowd.receipts
        if not wants_code and crowd.dice.random() >= crowd.added:
            return
        said = f"number {number} says {crowd.dice.getrandbits(64):x}"
        fields = {"t": _token(page), "lang": "en", "answer": said}
        page = await self.until(fields | ({"do": "send"} if wants_code else {}), THANKS if wants_code else ADDED)
        crowd.say(did="added", number=number, said=said)
        if wants_code:
            page = await self.until({"t": _token(page), "lang": "en", "do": "code"}, SHOWN)
            crowd.say(did="code", number=number, code=CODE.findall(page)[0].replace(" ", ""))

    async def until(self, fields: dict[str, str] | None, words: str) -> str:
        """The same again until the page says so."""
        begun = time.monotonic()
        while True:
            try:
                status, page = await self.phone.ask(fields)
            except (OSError, EOFError, asyncio.LimitOverrunError):
                self.crowd.seen["broken"] += 1
            else:
                if status == OK and words in html.unescape(page):
                    self.crowd.longest = max(self.crowd.longest, time.monotonic() - begun)
                    return page
                self.crowd.seen["shed" if status in SHED else f"ERROR {status}"] += 1
            await asyncio.sleep(self.crowd.dice.uniform(0.1, 0.8))


def _token(page: str) -> str:
    return TOKEN.findall(page)[0]  # type: ignore[no-any-return]


async def all_of_them(crowd: Crowd, reports: int, clients: int) -> None:
    numbers = list(range(reports))
    await asyncio.gather(*(Child(crowd).run(numbers) for _ in range(clients)))
    crowd.say(did="end", seen=dict(crowd.seen), longest=round(crowd.longest, 2))


def main(port: str, log: str, reports: str, clients: str, seconds: str, pause: str) -> None:
    with Path(log).open("a") as file:
        crowd = Crowd(int(port), file, random.Random(1), time.monotonic() + float(seconds), pause=float(pause))
        asyncio.run(all_of_them(crowd, int(reports), int(clients)))


if __name__ == "__main__":
    main(*sys.argv[1:])
