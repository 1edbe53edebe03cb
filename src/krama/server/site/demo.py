# SPDX-License-Identifier: Apache-2.0
"""What a visitor of a demo home lets happen: the job loop holds still and goes on, five invented pupils tell."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from krama.server.intake.actions.take import PUBLIC, take
from krama.server.intake.models import Report, Topic
from krama.server.outbox.actions import put
from krama.server.outbox.models import Task

STOP = "demo.stop-the-loop"
LONGEST = 180.0  # seconds; a visitor who walks away leaves a loop that goes on by itself
LOOKS_EVERY = 0.25
# Each in their own words: the same words sent again are no wave.
PUPILS = {
    "en": (
        "An account that I do not know wants money, or it tells my class lies about me.",
        "Somebody took my profile picture and says he will put it on an ugly page if I do not pay.",
        "They wrote to me at night: pay before Friday, or everybody hears it.",
        "My friend and I got the same message with a threat. We do not know who it is.",
        "He asks for a phone card each day and says that he knows which school I go to.",
    ),
    "km": (
        "គណនីមួយដែលខ្ញុំមិនស្គាល់ ចង់បានលុយ បើមិនឱ្យ គេនឹងនិយាយកុហកពីខ្ញុំប្រាប់ក្នុងថ្នាក់។",
        "មានគេយករូបគណនីរបស់ខ្ញុំ ហើយថានឹងដាក់ក្នុងទំព័រអាក្រក់ បើខ្ញុំមិនបង់លុយ។",
        "គេសរសេរមកខ្ញុំទាំងយប់៖ បង់មុនថ្ងៃសុក្រ បើមិនបង់ គ្រប់គ្នានឹងដឹង។",
        "មិត្តខ្ញុំ និងខ្ញុំ បានទទួលសារគំរាមដូចគ្នា។ យើងមិនដឹងថាជានរណាទេ។",
        "គេទារកាតទូរសព្ទរាល់ថ្ងៃ ហើយថាគេដឹងថាខ្ញុំរៀននៅសាលាណា។",
    ),
}


def stop_the_loop() -> None:
    """Have the loop hold still; asking twice holds it once."""
    if not _held():
        put(STOP, {})


def start_the_loop() -> None:
    """Let the loop go on."""
    Task.objects.filter(kind=STOP, state=Task.State.WAITING).update(state=Task.State.DONE)


def last_stopped() -> datetime | None:
    """When somebody last stopped the loop, as far back as the outbox remembers."""
    return Task.objects.filter(kind=STOP).order_by("-created_at").values_list("created_at", flat=True).first()


def let_pupils_tell(language: str) -> None:
    """Five reports of one kind, taken in as every report is; what becomes of them is the rooms' matter."""
    for words in PUPILS.get(language, PUPILS["km"]):
        answers = {"words": words}
        take(PUBLIC, pk=uuid.uuid4(), topic=Topic.THREAT, door=Report.Door.PAGE, language=language, answers=answers)


def holder(ending: Callable[[], bool]) -> Callable[[dict[str, Any]], None]:
    """The task's handler: it takes the loop's turn and gives it back when let go, when too long, or when `ending`."""

    def hold(payload: dict[str, Any]) -> None:
        until = time.monotonic() + LONGEST
        while _held() and not ending() and time.monotonic() < until:
            time.sleep(LOOKS_EVERY)

    return hold


def _held() -> bool:
    return Task.objects.filter(kind=STOP, state=Task.State.WAITING).exists()
