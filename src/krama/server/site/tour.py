# SPDX-License-Identifier: Apache-2.0
"""How far the story was walked in a demo home: read from what really happened, never from a counter."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from krama.server.cases.models import Case, Decision
from krama.server.detections.queries import waiting
from krama.server.measures.models import Measure
from krama.server.site import start
from krama.server.trail.events import Event
from krama.server.trail.models import Entry

WALKING = "story"
TOLD = "story_told_to_see"  # the step "see" waits until the story has sent this visitor to look


def done(request: HttpRequest) -> set[str]:
    """The keys of the steps that have happened in this home."""
    checked = Entry.objects.filter(event=Event.TRAIL_CHECKED, actor_kind="person").exists()
    happened = {
        "upload": waiting().exists() or Case.objects.exists(),
        "review": Entry.objects.filter(event=Event.CASE_VIEWED, actor_kind="person").exists(),
        "decide": Decision.objects.exists(),
        "see": bool(request.session.get(TOLD)) and _obeyed(),
        "audit": checked,
        "check": checked,
    }
    return {key for key, yes in happened.items() if yes}


def tell(request: HttpRequest) -> None:
    """The story page was shown: this visitor walks, and was told to look once the app has obeyed."""
    request.session[WALKING] = True
    if _obeyed():
        request.session[TOLD] = True


def marks(request: HttpRequest) -> dict[str, bool]:
    """What of the story must outlive becoming somebody else."""
    return {mark: True for mark in (WALKING, TOLD) if request.session.get(mark)}


def _obeyed() -> bool:
    return Measure.objects.filter(state=Measure.State.DONE).exists()


def targets() -> dict[str, str]:
    return {"app": settings.KRAMA_APP_URL, "today": reverse("desk:today"), "trail": reverse("desk:trail")}


def bar(request: HttpRequest) -> dict[str, str] | None:
    """The thin bar with the next step, while this visitor walks the story."""
    session = getattr(request, "session", None)
    if not session or not session.get(WALKING) or request.path == reverse("site:story"):
        return None
    return start.story_bar(done(request), reverse("site:story"))
