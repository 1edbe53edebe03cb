# SPDX-License-Identifier: Apache-2.0
"""Those who tell at the public door: every question of the report page answered with a canary, a receipt, the way back.

All steps share one address and one hidden token, so that no crawl sees them; here a page is asked what it asks.
"""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.utils import translation

from krama.sealing import receipt as receipts
from tests.canaries.browser import Answer, Browser, parts
from tests.canaries.crawl import Crawl
from tests.canaries.html import Field, Form, Page
from tests.canaries.values import KHMER_DIGITS, SCRIPTS

DOOR = "page intake:report"
LANGUAGES = {"latin": "en", "khmer": "km"}
EDGED = "multipart/form-data; boundary=edge7f3a"
PADDED = 60_000  # letters: more than fits in any buffer that might be written to a file


@dataclass
class Child:
    """One who tells, in one script; `code` is "none" for who wants none."""

    crawl: Crawl
    script: str
    topic: str = "bullying"
    back: str = "sms"
    code: str = ""
    browser: Browser = field(init=False)
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    tampered: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    last: Answer = field(init=False)

    def __post_init__(self) -> None:
        draw, canaries = random.SystemRandom(), self.crawl.canaries
        own = f"127.{draw.randint(100, 250)}.{draw.randint(100, 250)}.{draw.randint(100, 250)}"
        behind = f"2001:db8:{':'.join(f'{draw.randrange(0x1000, 0x10000):x}' for _ in range(6))}"
        for address, door in ((own, "header REMOTE_ADDR"), (behind, "header X-Forwarded-For")):
            canaries.learn(address, door)
        self.browser = Browser(self.crawl.port, canaries, at=own)
        self.browser.headers["X-Forwarded-For"] = behind
        self.crawl.browsers.append(self.browser)

    @property
    def language(self) -> str:
        return LANGUAGES[self.script]

    def tell(self) -> None:
        """From the link in the firm's product to the receipt."""
        ids = {name: self._new(name) for name in ("content", "account")}
        self.said += ids.values()
        self._open(f"&from=app&{urlencode(ids)}")
        self._send(topic=self._wrong("topic"), lang=self._wrong("lang"))  # no topic: asked again
        stored = self._send(do="danger") if self.topic == "danger" else self._send(topic=self.topic)
        for name in ids:
            self._took(name, stored.status)
        while question := self._question():
            self._answer(question)
        self._gone()
        if self.code == "none":
            self._send(do="no-code")
            return
        before = self.last
        self._send(do="code")
        self._send(before, do="code")  # twice: the same one
        shown = re.search(r'<p class="code"[^>]*>([^<]+)</p>', self.last.text)
        assert shown, self.last.text
        self.code = "".join(shown[1].split())

    def learn(self, pepper: bytes) -> None:
        """The code as it is written, and all that is made of it and must never be kept."""
        learn = self.crawl.canaries.learn
        for written in (self.code, receipts.in_fours(self.code)):
            learn(written, "made receipt code")
            learn(written.translate(KHMER_DIGITS), "made receipt code")
        for secret in secrets_of(self.code, pepper):
            learn(secret, "made receipt secret")

    def come_back(self) -> str:
        """With the code in Khmer digits; what the page shows first. Wrong codes before, one more thing said after."""
        self._open("")
        self._send(do="open")
        for wrong in (self._new("code", "digits"), receipts.new_code(random.randbytes(32))):
            self.crawl.canaries.learn(wrong, f"{DOOR} code")
            self._send(do="open", code=wrong)
        self._took("code", self._send(do="open", code=receipts.in_fours(self.code).translate(KHMER_DIGITS)).status)
        shown = self.last.text
        more = self._new("more")
        self.said.append(more)
        before = self.last
        self._took("more", self._send(do="more", answer=more).status)
        self._send(before, do="more", answer=more)
        return shown

    def withdraw(self) -> None:
        self._send(do="withdraw", answer=self._new("more"))

    def _open(self, query: str) -> None:
        self.last = self.browser.get(f"/report?lang={self.language}{query}")

    def _send(self, page: Answer | None = None, **values: str) -> Answer:
        """The first form of the page with these values; what comes back is the page from now on."""
        form = self._form(page)
        pairs = {"t": form.fields["t"].chosen[0], "lang": self.language} | values
        kind = "application/x-www-form-urlencoded"
        self.last = self.browser.ask("POST", "/report", urlencode(pairs).encode(), kind)
        self.statuses.append(self.last.status)
        self.crawl.reached["intake:report"] = self.last.status
        return self.last

    def _form(self, page: Answer | None = None) -> Form:
        return Page((page or self.last).text).forms[0]

    def _new(self, name: str, kind: str = "") -> str:
        """A canary for one question; its door is known from now on."""
        self.crawl.doors.add(f"{DOOR} {name}")
        return self.crawl.canaries.new(f"{DOOR} {name}", kind or self.script)

    def _wrong(self, name: str) -> str:
        """A canary instead of one of the page's own choices: there is no good one, and it is to be dropped."""
        self.tampered.append(self.crawl.canaries.new(f"tampered intake:report {name}", self.script))
        return self.tampered[-1]

    def _took(self, name: str, status: int) -> None:
        if status == 200:
            self.crawl.taken.add(f"{DOOR} {name}")

    def _question(self) -> str:
        """Which question the page asks; "" where it asks none. One that nobody knows is a door by its own words."""
        from krama.server.intake.questions import BY_ID

        fields = self._form().fields if Page(self.last.text).forms else {}
        if "answer" not in fields:
            return ""
        heads = [html.unescape(head) for head in re.findall(r"<h1>(?:<label[^>]*>)?([^<]+)", self.last.text)]
        with translation.override(self.language):
            known = {str(question.ask): question.id for question in BY_ID.values()}
        return next((known[head] for head in heads if head in known), heads[-1])

    def _answer(self, question: str) -> None:
        """As a child would; before that as nobody should, from the very same page."""
        assert len(self.asked) < 40, self.asked
        self.asked.append(question)
        page, answer = self.last, self._form().fields["answer"]
        if not answer.is_text:
            self._send(page, answer=self._wrong(question))
            self._send(page, answer=self._choice(question, answer))
            return
        said = self._new(question)
        self.said.append(said)
        self._send(page, answer=said, do=f"lang-{self.language}")  # kept on the page, stored nowhere yet
        self._send(page, answer=said)
        self._took(question, self._send(page, answer=said, do=self._wrong("do")).status)
        self._send(page, answer=said)  # a double click

    def _choice(self, question: str, answer: Field) -> str:
        return self.back if question == "back" else answer.choices[-1]

    def _gone(self) -> None:
        """From pages that nobody made, too long, in parts with a file, and in a wrong encoding: refused or dropped."""
        said, token = self._new("words"), self._form().fields["t"].chosen[0]
        post = [("t", token), ("answer", said)]
        long = urlencode({"t": "x" + token, "answer": said + "x" * PADDED, "topic": said}).encode()
        wrong = f"t={token[:-1]}&answer=".encode() + quote(said.encode("utf-16")).encode()
        for body, kind in (
            (long, "application/x-www-form-urlencoded"),
            (wrong, "application/x-www-form-urlencoded; charset=utf-16"),
            (parts([("t", "none"), *post[1:]], {"picture": said}), EDGED),
            (parts([("t", "none"), *post[1:]], {"picture": said})[:-30], EDGED),
            (b'{"answer": "%s"}' % said.encode(), "application/json"),
        ):
            self.statuses.append(self.browser.ask("POST", "/report", body, kind).status)


def secrets_of(code: str, pepper: bytes) -> list[bytes]:
    """What is made of a code on the way, and the key that opens what staff write back; seen as they are made."""
    import argon2.low_level

    slow: list[bytes] = []
    plain = argon2.low_level.hash_secret_raw

    def hash_secret_raw(secret: bytes, *more: object) -> bytes:
        slow.extend((secret, plain(secret, *more)))  # type: ignore[arg-type]
        return slow[-1]

    argon2.low_level.hash_secret_raw = hash_secret_raw  # type: ignore[assignment]
    try:
        private = receipts.receipt_of(code, pepper).private
    finally:
        argon2.low_level.hash_secret_raw = plain
    return [*slow, private]


def children(crawl: Crawl) -> list[Child]:
    """Two who are answered, in each script; one in danger; one who wants no code."""
    two = [Child(crawl, script, back=way) for script, way in zip(SCRIPTS, ("sms", "mail"), strict=True)]
    return [*two, Child(crawl, "khmer", "danger", "no", "none")]
