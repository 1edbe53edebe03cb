# SPDX-License-Identifier: Apache-2.0
"""The telephone menu as a walk over every choice so far: no state anywhere, so a repeated call changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from krama.server.intake.doors.short import DIGITS
from krama.server.intake.models import Topic

DANGER = "1"
LANGUAGES = {"2": "km", "3": "en"}
TOPICS = {"2": Topic.BULLYING, "3": Topic.THREAT, "4": Topic.APPROACH, "5": Topic.SAW, "6": Topic.OTHER}
WHO = {"2": "child", "3": "else"}
BACK = {"2": "sms", "3": "no"}
HOURS = {"2": "any", "3": "morning", "4": "noon", "5": "afternoon", "6": "evening"}
FIRST_SCREEN = "en"
MOST = 50  # choices of one call; a menu has six


@dataclass
class Walk:
    """Where the call stands, and what was answered on the way."""

    screen: str = "start"
    language: str = ""
    topic: str = ""
    in_danger: bool = False
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def shown_in(self) -> str:
        return self.language or FIRST_SCREEN


def walk(text: str) -> Walk:
    """`2*3*…` from the first screen on; a choice that is not on its screen is as if it had not been pressed."""
    found = Walk()
    for choice in text.translate(DIGITS).split("*")[:MOST]:
        if found.screen in ("danger", "danger-first", "end"):
            break
        _step(found, choice.strip())
    return found


def _step(found: Walk, choice: str) -> None:
    if choice == DANGER and found.screen != "hour":
        found.in_danger, found.topic = True, found.topic or str(Topic.DANGER)
        found.screen = "danger" if found.language else "danger-first"
    elif found.screen == "start" and choice in LANGUAGES:
        found.language, found.screen = LANGUAGES[choice], "topic"
    elif found.screen == "topic" and choice in TOPICS:
        found.topic, found.screen = str(TOPICS[choice]), "who"
    elif found.screen == "who" and choice in WHO:
        found.answers["who"], found.screen = WHO[choice], "back"
    elif found.screen == "back" and choice in BACK:
        found.answers["back"] = BACK[choice]
        found.screen = "hour" if BACK[choice] == "sms" else "end"
    elif found.screen == "hour" and choice in HOURS:
        found.answers["back-hour"], found.screen = HOURS[choice], "end"
