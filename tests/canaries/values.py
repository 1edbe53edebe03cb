# SPDX-License-Identifier: Apache-2.0
"""The canaries: one of its own for each door and each script. Their first letters are drawn anew for each run, so that
nothing written before, by anybody, is taken for one of them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
LATIN_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
SCRIPTS = ("latin", "khmer")
NUMBER = r"([0-9០-៩]{5})"  # a run gives out more than ten thousand


@dataclass(frozen=True)
class Canary:
    """`door` is where it was sent, as `classes.csv` writes it."""

    number: int
    door: str
    script: str
    text: str


@dataclass
class Canaries:
    """Gives them out, and knows again whose is whose. Letters only a run has: two scripts, and digits for numbers."""

    latin: str = ""
    khmer: str = ""
    digits: str = ""
    given: list[Canary] = field(default_factory=list)
    drawn: dict[str | bytes, Canary] = field(default_factory=dict)

    def __post_init__(self) -> None:
        draw = random.SystemRandom()
        self.latin = self.latin or "qz" + "".join(draw.choices("bcdfghjkmnpqrtvwxz", k=9))
        self.khmer = self.khmer or "".join(draw.choices("កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ", k=8))
        self.digits = self.digits or "0" + "".join(draw.choices("123456789", k=9))

    @property
    def marks(self) -> list[str | bytes]:
        """What to look for: one search finds them all."""
        return [self.latin, self.khmer, self.digits, *self.drawn]

    def learn(self, value: str | bytes, door: str) -> None:
        """A value that is not made of this run's letters: an address, a code that Krama drew, bytes made of it."""
        if value not in self.drawn:
            text = value if isinstance(value, str) else value.hex()
            self.given.append(Canary(len(self.given), door, "drawn", text))
            self.drawn[value] = self.given[-1]

    def new(self, door: str, script: str = "latin", kind: str = "text") -> str:
        """A value for this door; `kind` is what the field takes, as HTML names it."""
        number = len(self.given)
        mark = {"latin": self.latin, "khmer": self.khmer, "digits": self.digits}[script if kind != "tel" else "digits"]
        text = f"{mark}{number:05d}"
        text = text.translate(KHMER_DIGITS) if mark == self.khmer else text
        self.given.append(Canary(number, door, script, text))
        if kind == "email":
            return f"{self.latin}{number:05d}@canary.example"
        return f"https://{self.latin}{number:05d}.example/" if kind == "url" else text

    def known(self, text: str) -> Canary | None:
        """Which one stands in this text; None where its number cannot be read."""
        for one in self.drawn.values():
            if one.text in text:
                return one
        # Base64 that begins in the midst of a byte loses the first letters.
        own = (self.latin, self.khmer, self.digits)
        marks = "|".join(re.escape(mark[3:] if mark.isascii() else mark[1:]) for mark in own)
        hit = re.search(f"(?:{marks}){NUMBER}", text, re.IGNORECASE)
        number = int(hit[1].translate(LATIN_DIGITS)) if hit else len(self.given)
        return self.given[number] if number < len(self.given) else None
