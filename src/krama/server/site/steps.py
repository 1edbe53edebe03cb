# SPDX-License-Identifier: Apache-2.0
"""The story of a demo home, chapter by chapter: what each step says, and where it leads.

Data and pure builders; no database: `tour` reads from what really happened which steps are done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop  # the one that needs no settings

from krama.server.site.casework import OFFICER, PEERS, REVIEWER
from krama.server.site.chapter import Chapter, Step
from krama.server.site.confided import CHILD, THIEF

__all__ = [
    "CHAPTERS",
    "CHILD",
    "FIRM",
    "FOUND",
    "OFFICER",
    "PEERS",
    "REVIEWER",
    "THIEF",
    "Chapter",
    "after",
    "chapter_of",
    "story",
    "story_bar",
]

FOUND = Chapter(
    "found",
    gettext_noop("The story in five minutes"),
    gettext_noop(
        "Somebody uploads a picture that is on a list of known material. Follow it, from the upload to the last check. "
        "The pictures here are landscapes; the way is the real one."
    ),
    gettext_noop("You have seen the whole way. Nothing in it was staged: the same program does this for a firm."),
    (
        Step(
            "upload",
            gettext_noop("A picture is uploaded"),
            gettext_noop(
                "In the demo app, a small place to share pictures, upload the changed copy of a known picture. "
                "It is smaller and brighter than the one on the list, and still it is withheld at once. "
                "Then come back here."
            ),
            gettext_noop("Open the demo app"),
            "app",
        ),
        Step(
            "review",
            gettext_noop("A case opens by itself"),
            gettext_noop(
                "Become the reviewer. Today shows the case: what matched, why, and by when somebody should look."
            ),
            gettext_noop("Become the reviewer"),
            "today",
            "reviewer",
        ),
        Step(
            "decide",
            gettext_noop("A person decides"),
            gettext_noop(
                "Open the case, read what is known, confirm it and say why. "
                "No picture is shown: nobody has to see it to decide."
            ),
            gettext_noop("Go to Today"),
            "today",
        ),
        Step(
            "see",
            gettext_noop("The app obeys"),
            gettext_noop("Look at the demo app again: what was withheld is now removed, and the app has confirmed it."),
            gettext_noop("Look at the demo app"),
            "app",
        ),
        Step(
            "audit",
            gettext_noop("Somebody else looks over it"),
            gettext_noop(
                "Become the auditor. The trail tells who did what and when, and nobody can change it unnoticed."
            ),
            gettext_noop("Become the auditor"),
            "trail",
            "auditor",
        ),
        Step(
            "check",
            gettext_noop("The trail is checked"),
            gettext_noop(
                "Check the whole trail now. If one entry had been changed, removed or put in, it would be named."
            ),
            gettext_noop("Go to the trail"),
            "trail",
        ),
    ),
)

FIRM = Chapter(
    "firm",
    gettext_noop("What a firm must do: the second chapter"),
    gettext_noop(
        "The guidelines ask a firm for a policy that is carried out in each of its units, every day. "
        "See where this invented firm stands, break something, and watch the proof turn red."
    ),
    gettext_noop("You have seen how a firm shows what it does: from what happens, and not from a form once a year."),
    (
        Step(
            "board",
            gettext_noop("Where the firm stands"),
            gettext_noop(
                "Become the child protection officer. One picture for the board: the four pillars, the units, "
                "and what to do first."
            ),
            gettext_noop("Become the child protection officer"),
            "board",
            "officer",
        ),
        Step(
            "sector",
            gettext_noop("Your kind of firm"),
            gettext_noop(
                "Six kinds of firm, six first screens. "
                "Open yours: its next step, its playbooks, its letters, its clauses."
            ),
            gettext_noop("See the six sectors"),
            "sectors",
        ),
        Step(
            "break",
            gettext_noop("Break something"),
            gettext_noop(
                "Stop the job loop, the part that carries on what the scanners find. "
                "Within a minute its proof turns red and names the cause: load its page again until it does."
            ),
            gettext_noop("Stop the job loop"),
            "loop_proof",
            post="loop",
            fields={"do": "stop"},
        ),
        Step(
            "mend",
            gettext_noop("Mend it"),
            gettext_noop(
                "Start the loop again. The proof turns green by itself, and keeps in mind that it was red once."
            ),
            gettext_noop("Start the job loop again"),
            "loop_proof",
            post="loop",
            fields={"do": "start"},
        ),
        Step(
            "policy",
            gettext_noop("Write the policy"),
            gettext_noop(
                "One click writes the child safeguarding policy with the firm’s name, in Khmer and English. "
                "Another person approves it; print it and look."
            ),
            gettext_noop("Go to the policy"),
            "policy",
        ),
        Step(
            "clauses",
            gettext_noop("When the official clauses come"),
            gettext_noop(
                "A ministry fills in a workbook. Check the sample, which is not an official text: "
                "see what it would change before anything is loaded. No answer is lost."
            ),
            gettext_noop("Look at the sample clauses"),
            "clauses",
        ),
    ),
)
CHAPTERS = (FOUND, FIRM, THIEF, CHILD, OFFICER, REVIEWER, PEERS)


def chapter_of(key: str) -> Chapter | None:
    """The chapter of that name."""
    return next((chapter for chapter in CHAPTERS if chapter.key == key), None)


def after(chapter: Chapter) -> Chapter | None:
    """The next chapter, if there is one."""
    place = CHAPTERS.index(chapter) + 1
    return CHAPTERS[place] if place < len(CHAPTERS) else None


def story(chapter: Chapter, done: Collection[str], targets: Mapping[str, str]) -> dict[str, object]:
    """What a chapter's page gets. `done`: the keys of what has happened; `targets`: addresses by their names."""
    following = chapter.following(done)
    return {
        "title": gettext(chapter.title),
        "lead": gettext(chapter.lead),
        "last": gettext(chapter.last),
        "steps": [
            {
                "key": step.key,
                "number": number,
                "title": gettext(step.title),
                "text": gettext(step.text),
                "done": step.key in done,
                "now": step is following,
                "action": _action(step, targets),
            }
            for number, step in enumerate(chapter.steps, 1)
        ],
        "progress": gettext("%(done)s of %(all)s steps done")
        % {"done": sum(step.key in done for step in chapter.steps), "all": len(chapter.steps)},
        "finished": following is None,
    }


def story_bar(chapter: Chapter, done: Collection[str], story_url: str) -> dict[str, str]:
    """The thin bar on other pages while a chapter is walked: its next step, and the way back."""
    following = chapter.following(done)
    if following is None:
        return {"text": gettext("You have walked the whole story."), "url": story_url, "label": gettext("Back to it")}
    return {"text": gettext(following.title), "url": story_url, "label": gettext("What to do next in the story")}


def _action(step: Step, targets: Mapping[str, str]) -> dict[str, object]:
    label, target = gettext(step.label), targets[step.target]
    if step.role is None and not step.post:
        return {"label": label, "url": target, "method": "get", "fields": {}}
    url = targets["become" if step.role else step.post]
    own = {"role": step.role} if step.role else dict(step.fields)
    return {"label": label, "url": url, "method": "post", "fields": {**own, "next": target}}
