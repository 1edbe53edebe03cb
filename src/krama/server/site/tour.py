# SPDX-License-Identifier: Apache-2.0
"""How far the story was walked in a demo home: read from what really happened, never from a counter."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from krama.server.accounts.models import Role, User
from krama.server.assessments.models import LoadedCatalogue, Paper, ProofState
from krama.server.cases.models import Case, Decision
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.detections.queries import waiting
from krama.server.intake.models import Message, Report, Topic
from krama.server.measures.models import Measure
from krama.server.site import demo, steps, walked
from krama.server.trail.events import Event
from krama.server.trail.models import Entry

WALKING = "story"  # the chapter that this visitor walks
TOLD = "story_told_to_see"  # the step "see" waits until the story has sent this visitor to look
LOOKED = "story_looked_at"  # which of the pages the second chapter sends to were opened
LOOP_PROOF = "live.jobs-run"


def done(request: HttpRequest, chapter: steps.Chapter) -> set[str]:
    """The keys of the chapter's steps that have happened in this home."""
    happened = HAPPENED[chapter.key](request)
    return {key for key, yes in happened.items() if yes}


def tell(request: HttpRequest, chapter: steps.Chapter) -> None:
    """A chapter's page was shown: this visitor walks, and was told to look once the app has obeyed."""
    request.session[WALKING] = chapter.key
    if _obeyed():
        request.session[TOLD] = True


def walking(request: HttpRequest) -> str:
    """The chapter that this visitor walks; the first one, if none."""
    chapter = steps.chapter_of(str(request.session.get(WALKING, "")))
    return chapter.key if chapter else steps.FOUND.key


def marks(request: HttpRequest) -> dict[str, object]:
    """What of the story must outlive becoming somebody else."""
    return {mark: request.session[mark] for mark in (WALKING, TOLD, LOOKED) if request.session.get(mark)}


def targets() -> dict[str, str]:
    """Every address that a step leads to."""
    return {
        "app": settings.KRAMA_APP_URL,
        "today": reverse("desk:today"),
        "trail": reverse("desk:trail"),
        "board": reverse("assessments:board"),
        "sectors": reverse("assessments:sectors"),
        "loop_proof": reverse("assessments:proof", args=[LOOP_PROOF]),
        "policy": reverse("assessments:paper", args=["policy"]),
        "clauses": reverse("assessments:clauses"),
        "disk": reverse("site:disk"),
        "openings": reverse("desk:confidential"),
        "queue": reverse("cases:queue"),
        "rules": reverse("desk:rules"),
        "waves": reverse("cases:waves"),
        "looks": reverse("desk:looks"),
        "mine": reverse("wellbeing:mine"),
        "phone": "#phone",
        "become": reverse("site:become"),
        "loop": reverse("site:loop"),
        "pupils": reverse("site:pupils"),
    }


def bar(request: HttpRequest) -> dict[str, str] | None:
    """The thin bar with the next step, while this visitor walks the story."""
    session = getattr(request, "session", None)
    chapter = steps.chapter_of(str(session.get(WALKING, ""))) if session else None
    if session is None or chapter is None or request.path.startswith(reverse("site:story")):
        return None
    _note(request)
    return steps.story_bar(chapter, done(request, chapter), reverse("site:chapter", args=[chapter.key]))


def _note(request: HttpRequest) -> None:
    """Opening a page leaves no other mark, so the visitor's session keeps this one."""
    role = request.user.role if isinstance(request.user, User) else ""
    seen = {
        "board": request.path == reverse("assessments:board"),
        "sector": request.path.startswith(f"{reverse('assessments:sectors')}/"),
        "openings": role == Role.AUDITOR and request.path == reverse("desk:confidential"),
        "own": role == Role.REVIEWER and request.path == reverse("wellbeing:mine"),
    }
    for key in (key for key, yes in seen.items() if yes):
        look(request, key)


def look(request: HttpRequest, key: str) -> None:
    """This visitor opened the page that a step sends to."""
    looked = set(request.session.get(LOOKED, ()))
    if key not in looked:
        request.session[LOOKED] = sorted(looked | {key})


def _found(request: HttpRequest) -> dict[str, bool]:
    checked = Entry.objects.filter(event=Event.TRAIL_CHECKED, actor_kind="person").exists()
    return {
        "upload": waiting().exists() or Case.objects.exists(),
        "review": Entry.objects.filter(event=Event.CASE_VIEWED, actor_kind="person").exists(),
        "decide": Decision.objects.exists(),
        "see": bool(request.session.get(TOLD)) and _obeyed(),
        "audit": checked,
        "check": checked,
    }


def _firm(request: HttpRequest) -> dict[str, bool]:
    looked = request.session.get(LOOKED, ())
    stopped = demo.last_stopped()
    proof = ProofState.objects.filter(pk=LOOP_PROOF).first()
    red = bool(stopped and proof and proof.last_failed_at and proof.last_failed_at >= stopped)
    return {
        "board": "board" in looked,
        "sector": "sector" in looked,
        "break": red,
        "mend": red and proof is not None and proof.state == "pass",
        "policy": Paper.objects.filter(kind="policy").exists(),
        "clauses": LoadedCatalogue.objects.filter(is_sample=True).exists(),
    }


def _thief(request: HttpRequest) -> dict[str, bool]:
    looked = request.session.get(LOOKED, ())
    return {
        "disk": "disk" in looked,
        "open": Opening.objects.exclude(pseudonym__kind=Pseudonym.Kind.REPORTER).exists(),
        "whom": "openings" in looked,
        "take": Entry.objects.filter(event=Event.TRAIL_EXPORTED, actor_kind="person").exists(),
    }


def _child(request: HttpRequest) -> dict[str, bool]:
    told = Report.objects.exclude(topic=Topic.TEST)
    return {
        "tell": told.exists(),
        "code": told.filter(find__isnull=False).exists(),
        "read": Opening.objects.filter(pseudonym__kind=Pseudonym.Kind.REPORTER).exists(),
        "answer": told.filter(answered_at__isnull=False).exists(),
        "back": Message.objects.filter(read_at__isnull=False).exists(),
    }


def _obeyed() -> bool:
    """Did the app do what a person decided? What it withheld by rule came before."""
    return Measure.objects.filter(state=Measure.State.DONE, by_rule=False).exists()


HAPPENED: dict[str, Callable[[HttpRequest], dict[str, bool]]] = {
    steps.FOUND.key: _found,
    steps.FIRM.key: _firm,
    steps.THIEF.key: _thief,
    steps.CHILD.key: _child,
    steps.OFFICER.key: lambda _request: walked.officer(),
    steps.REVIEWER.key: lambda request: walked.reviewer(request.session.get(LOOKED, ())),
    steps.PEERS.key: lambda _request: walked.peers(),
}
