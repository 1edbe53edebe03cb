# SPDX-License-Identifier: Apache-2.0
"""The stories of the tour, step by step: the main job, and the guidelines. Data and pure builders; no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_null import gettext_noop


@dataclass(frozen=True)
class Step:
    """One step of a story. `role` is set where the step is to become somebody; `posts` where it does something."""

    key: str
    title: str
    text: str
    label: str
    target: str
    role: str | None = None
    posts: bool = False


@dataclass(frozen=True)
class Story:
    """A walk through what Krama does; `page` is the name of its route."""

    page: str
    title: str | Promise
    lead: str | Promise
    end: str | Promise
    steps: tuple[Step, ...]

    def following(self, done: Collection[str]) -> Step | None:
        """The first step that has not happened."""
        return next((step for step in self.steps if step.key not in done), None)


MAIN = (
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
        gettext_noop("Become the reviewer. Today shows the case: what matched, why, and by when somebody should look."),
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
        gettext_noop("Become the auditor. The trail tells who did what and when, and nobody can change it unnoticed."),
        gettext_noop("Become the auditor"),
        "trail",
        "auditor",
    ),
    Step(
        "check",
        gettext_noop("The trail is checked"),
        gettext_noop("Check the whole trail now. If one entry had been changed, removed or put in, it would be named."),
        gettext_noop("Go to the trail"),
        "trail",
    ),
)

GUIDELINES = (
    Step(
        "board",
        gettext_noop("Where the firm stands"),
        gettext_noop(
            "Become the child protection officer of an invented firm. One picture shows what applies to it, "
            "what is met, and the first three things to do."
        ),
        gettext_noop("Become the child protection officer"),
        "board",
        "officer",
    ),
    Step(
        "sector",
        gettext_noop("Six kinds of firm"),
        gettext_noop("Open your own sector: its next step, its playbooks, its letters. No two are alike."),
        gettext_noop("Open the six sectors"),
        "sectors",
    ),
    Step(
        "break",
        gettext_noop("Break one"),
        gettext_noop(
            "A live proof is no form: it is seen in the running system. Stop the job loop for a while. "
            "Within a minute one proof turns red and says why; then it mends itself."
        ),
        gettext_noop("Stop the job loop for 45 seconds"),
        "stop",
        posts=True,
    ),
    Step(
        "policy",
        gettext_noop("The policy, with the firm’s name"),
        gettext_noop("Write the child safeguarding policy from what the firm said of itself, and take it as a PDF."),
        gettext_noop("Go to the policy"),
        "policy",
    ),
    Step(
        "clauses",
        gettext_noop("When the official clauses come"),
        gettext_noop(
            "A ministry fills in a sheet; the firm sees line by line what changes, before it loads it. "
            "Try it with the sample, which is invented and marked so."
        ),
        gettext_noop("Go to the clauses"),
        "clauses",
    ),
)

STORIES: Mapping[str, Story] = {
    "story": Story(
        "site:story",
        _("The story in five minutes"),
        _(
            "Somebody uploads a picture that is on a list of known material. Follow it, from the upload to the last "
            "check. The pictures here are landscapes; the way is the real one."
        ),
        _("You have seen the whole way. Nothing in it was staged: the same program does this for a firm."),
        MAIN,
    ),
    "guidelines": Story(
        "site:guidelines",
        _("The guidelines in five minutes"),
        _("What a firm must do, who in the house does it, where it stands, and how the running system shows it."),
        _("You have seen how the guidelines become daily work. Begin with your own firm: it takes ten minutes."),
        GUIDELINES,
    ),
}


def page_of(story: Story, done: Collection[str], targets: Mapping[str, str], become_url: str) -> dict[str, object]:
    """What the page of a story gets. `done`: the keys of what has happened; `targets`: addresses by name."""
    following = story.following(done)
    count = sum(step.key in done for step in story.steps)
    return {
        "title": story.title,
        "lead": story.lead,
        "end": story.end,
        "steps": [
            {
                "key": step.key,
                "number": number,
                "title": gettext(step.title),
                "text": gettext(step.text),
                "done": step.key in done,
                "now": step is following,
                "action": _action(step, targets, become_url),
            }
            for number, step in enumerate(story.steps, 1)
        ],
        "progress": gettext("%(done)s of %(all)s steps done") % {"done": count, "all": len(story.steps)},
        "finished": following is None,
    }


def bar(story: Story, done: Collection[str], url: str) -> dict[str, str]:
    """The thin bar on other pages while a story is walked: its next step, and the way back."""
    following = story.following(done)
    if following is None:
        return {"text": gettext("You have walked the whole story."), "url": url, "label": gettext("Back to it")}
    return {"text": gettext(following.title), "url": url, "label": gettext("What to do next in the story")}


def _action(step: Step, targets: Mapping[str, str], become_url: str) -> dict[str, object]:
    target = targets[step.target]
    if step.role is None:
        method = "post" if step.posts else "get"
        return {"label": gettext(step.label), "url": target, "method": method, "fields": {}}
    fields = {"role": step.role, "next": target}
    return {"label": gettext(step.label), "url": become_url, "method": "post", "fields": fields}
