# SPDX-License-Identifier: Apache-2.0
"""How far a story was walked in a demo home: read from what really happened, never from a counter."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from krama.server.assessments.models import LoadedCatalogue, Paper, ProofState
from krama.server.cases.models import Case, Decision
from krama.server.detections.queries import waiting
from krama.server.measures.models import Measure
from krama.server.site import steps
from krama.server.trail.events import Event
from krama.server.trail.models import Entry

def reverse_(name):  # TEMPORARY
    from krama.server.site.context import reverse_ as r
    return r(name)


WALKING = "story"  # which story this visitor walks
TOLD = "story_told_to_see"  # the step "see" waits until the story has sent this visitor to look
SEEN = "story_seen"  # pages this visitor only had to look at
LOOKED_AT = {"/guidelines": "board", "/guidelines/sectors": "sector"}


def done(request: HttpRequest) -> set[str]:
    """The keys of the steps that have happened in this home; of both stories, for no key is in both."""
    checked = Entry.objects.filter(event=Event.TRAIL_CHECKED, actor_kind="person").exists()
    happened = {
        "upload": waiting().exists() or Case.objects.exists(),
        "review": Entry.objects.filter(event=Event.CASE_VIEWED, actor_kind="person").exists(),
        "decide": Decision.objects.exists(),
        "see": bool(request.session.get(TOLD)) and _obeyed(),
        "audit": checked,
        "check": checked,
        "break": ProofState.objects.filter(proof_id="live.jobs-run", last_failed_at__isnull=False).exists(),
        "policy": Paper.objects.filter(kind="policy").exists(),
        "clauses": LoadedCatalogue.objects.filter(is_sample=True).exists(),
    }
    return {key for key, yes in happened.items() if yes} | set(request.session.get(SEEN, []))


def tell(request: HttpRequest, name: str) -> None:
    """A story's page was shown: this visitor walks it, and was told to look once the app has obeyed."""
    request.session[WALKING] = name
    if _obeyed():
        request.session[TOLD] = True


def marks(request: HttpRequest) -> dict[str, object]:
    """What of the story must outlive becoming somebody else."""
    return {mark: request.session[mark] for mark in (WALKING, TOLD, SEEN) if request.session.get(mark)}


def _obeyed() -> bool:
    return Measure.objects.filter(state=Measure.State.DONE).exists()


def targets() -> dict[str, str]:
    """The addresses that the steps name."""
    return {
        "app": settings.KRAMA_APP_URL,
        "today": reverse("desk:today"),
        "trail": reverse("desk:trail"),
        "board": reverse_("assessments:board"),
        "sectors": reverse_("assessments:sectors"),
        "stop": reverse("site:stop_loop"),
        "policy": "/guidelines/policy/policy",
        "clauses": reverse_("assessments:clauses"),
    }


def bar(request: HttpRequest) -> dict[str, str] | None:
    """The thin bar with the next step, while this visitor walks a story."""
    session = getattr(request, "session", None)
    story = steps.STORIES.get(str(session.get(WALKING, ""))) if session else None
    if story is None or session is None or request.path == reverse(story.page):
        return None
    seen = LOOKED_AT.get(request.path.rstrip("/"))
    if seen and seen not in session.get(SEEN, []):
        session[SEEN] = [*session.get(SEEN, []), seen]
    return steps.bar(story, done(request), reverse(story.page))
