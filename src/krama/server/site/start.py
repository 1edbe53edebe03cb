# SPDX-License-Identifier: Apache-2.0
"""What the start page says: the sectors, the guidelines line by line, the persons.

Data and pure builders; no database. `LINES` is read by the README too, so importing this needs no Django set up.
A line never claims more than its test shows: without a test it says "not yet".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop  # the one that needs no settings

TITLE_EN = "Guidelines on Child Online Protection for the Digital Technology Industry"
TITLE_KM = "គោលការណ៍ណែនាំស្តីពីកិច្ចការពារកុមារលើប្រព័ន្ធអនឡាញសម្រាប់ក្រុមហ៊ុនបច្ចេកវិទ្យាឌីជីថល"

TOUR = "tests/journeys/test_tour.py"
CASEWORK = "tests/journeys/test_casework.py"
SIX = "tests/journeys/test_sectors.py"


@dataclass(frozen=True)
class Line:
    """One thing the guidelines ask, where it is done here, and the test that proves it (None: not yet)."""

    asked: str
    screen_label: str | None = None
    screen_url_name: str | None = None
    command: str | None = None
    test: str | None = None

    @property
    def built(self) -> bool:
        return self.test is not None


@dataclass(frozen=True)
class Sector:
    """A kind of firm the guidelines speak to."""

    key: str
    title: str
    firm: str
    what: str
    built: bool = False


@dataclass(frozen=True)
class Persona:
    """Somebody a visitor of a demo home can become."""

    role: str
    label: str
    what: str


# In our own words, after the articles on the launch (docs name them); the official clauses can replace these lines.
LINES: tuple[Line, ...] = (
    Line(
        gettext_noop("A safeguarding policy, carried out in every unit"),
        gettext_noop("Units"),
        "assessments:units",
        "krama guidelines assess",
        SIX,
    ),
    Line(
        gettext_noop("Prevent child sexual abuse material from being spread"),
        gettext_noop("Scan an upload"),
        "site:api_docs",
        "krama scan PATH",
        TOUR,
    ),
    Line(
        gettext_noop("Respond when it is found: a person decides every case"),
        gettext_noop("Today"),
        "desk:today",
        None,
        TOUR,
    ),
    Line(
        gettext_noop("Take measures to suppress it: the firm’s own systems remove it and confirm"),
        gettext_noop("Cases"),
        "cases:queue",
        None,
        TOUR,
    ),
    Line(
        gettext_noop("Know it again: lists of known material, each with its legal basis"),
        gettext_noop("Lists"),
        "lists:lists",
        "krama lists publish",
        "tests/cli/test_lists.py",
    ),
    Line(
        gettext_noop("Respond rapidly: every case has a time by which it is due"),
        gettext_noop("Today"),
        "desk:today",
        None,
        TOUR,
    ),
    Line(
        gettext_noop("Know what comes first and why: by rules that can be read, and tried before they hold"),
        gettext_noop("How urgent a case is"),
        "desk:rules",
        "krama triage check FILE",
        CASEWORK,
    ),
    Line(
        gettext_noop("Reach somebody day and night when a child is in danger, and go on until somebody is there"),
        gettext_noop("Who is woken"),
        "callout:tree",
        None,
        "tests/server/callout/test_alarm.py",
    ),
    Line(
        gettext_noop("See that a measure still holds; what no system does, a person does by hand and says so"),
        gettext_noop("Measures"),
        "measures:ways",
        None,
        "tests/server/measures/test_checks.py",
    ),
    Line(
        gettext_noop("Know what is to be done in each kind of case, by whom and until when: playbooks"),
        gettext_noop("Today"),
        "desk:today",
        "krama playbooks show NAME",
        CASEWORK,
    ),
    Line(
        gettext_noop("See early that several children are in the same trouble; a person releases a warning"),
        gettext_noop("Waves"),
        "cases:waves",
        None,
        CASEWORK,
    ),
    Line(
        gettext_noop("Clear rules that users and staff understand"),
        gettext_noop("Policy"),
        "assessments:papers",
        None,
        "tests/server/assessments/test_papers.py",
    ),
    Line(
        gettext_noop("Children’s data kept confidential"),
        gettext_noop("Confidentiality"),
        "desk:confidential",
        "krama inventory scan PATH",
        "tests/journeys/test_confidential.py",
    ),
    Line(
        gettext_noop("Bullying and violence between children answered with care"),
        gettext_noop("The report page"),
        "intake:report",
        None,
        "tests/journeys/test_child_chapter.py",
    ),
    Line(
        gettext_noop(
            "When the other is a child too: what mends comes first, and two people look before anything leaves"
        ),
        gettext_noop("Second looks"),
        "desk:looks",
        None,
        CASEWORK,
    ),
    Line(
        gettext_noop("Care for the child: a plan, help with consent, a day to ask again, removal at its wish"),
        gettext_noop("Cases"),
        "cases:queue",
        None,
        "tests/server/support/test_support.py",
    ),
    Line(
        gettext_noop(
            "Protect those who look: no picture, one look for many, a limit of their own, and nobody asks why"
        ),
        gettext_noop("For you"),
        "wellbeing:mine",
        None,
        CASEWORK,
    ),
    Line(gettext_noop("Work together with the authorities and the hotlines")),
    Line(
        gettext_noop("Act within the law, and be able to show who did what"),
        gettext_noop("Trail"),
        "desk:trail",
        "krama trail verify",
        TOUR,
    ),
    Line(
        gettext_noop("Know what applies to you and why, and what to do first"),
        gettext_noop("Where we stand"),
        "assessments:board",
        "krama guidelines profile",
        SIX,
    ),
    Line(
        gettext_noop("Show it: from the running system, and in a pack that anybody can check"),
        gettext_noop("Live proofs"),
        "assessments:proofs",
        "krama guidelines verify PACK",
        "tests/server/test_live_proofs.py",
    ),
    Line(
        gettext_noop("Take up the official clauses when they come, and lose no answer"),
        gettext_noop("Official clauses"),
        "assessments:clauses",
        "krama guidelines load FILE",
        "tests/server/assessments/test_clauses.py",
    ),
    Line(
        gettext_noop("The six kinds of firm: for each its own first step, playbooks, letters and clauses"),
        gettext_noop("Six sectors"),
        "assessments:sectors",
        "krama guidelines list --sector SECTOR",
        SIX,
    ),
    Line(gettext_noop("Tools of their own for the other five: stop pages, short codes, notices, consent, releases")),
)

SECTORS: tuple[Sector, ...] = (
    Sector(
        "sm",
        gettext_noop("Social media"),
        gettext_noop("People share pictures and talk to each other."),
        gettext_noop("Uploads are checked before anyone sees them, a person decides, and your app obeys."),
        built=True,
    ),
    Sector(
        "isp",
        gettext_noop("Internet provider"),
        gettext_noop("You carry what others put on line."),
        gettext_noop("Exact blocking from lawful lists that can be contested, and a stop page that keeps nothing."),
    ),
    Sector(
        "mno",
        gettext_noop("Mobile operator"),
        gettext_noop("Children hold your phones in their hands."),
        gettext_noop("The help line within reach of every subscriber, and shop staff who know what to do."),
    ),
    Sector(
        "host",
        gettext_noop("Data hosting"),
        gettext_noop("Other firms’ files lie on your machines."),
        gettext_noop("A hotline’s notice comes in, the customer is told, the content goes, the record stays."),
    ),
    Sector(
        "cont",
        gettext_noop("Content producer"),
        gettext_noop("You film, write and publish, with children too."),
        gettext_noop("Consent, dignity, and no picture that shows where a child lives."),
    ),
    Sector(
        "dev",
        gettext_noop("App developer"),
        gettext_noop("Children use what you build."),
        gettext_noop("Safe settings from the start, checked at every release."),
    ),
)

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "reviewer", gettext_noop("Become the reviewer"), gettext_noop("Sees what waits, looks at each case, decides.")
    ),
    Persona(
        "lead",
        gettext_noop("Become the review lead"),
        gettext_noop("Looks over what others decide, and approves what the officer wrote."),
    ),
    Persona(
        "officer",
        gettext_noop("Become the child protection officer"),
        gettext_noop("Answers for the whole: cases, lists, measures."),
    ),
    Persona(
        "auditor",
        gettext_noop("Become the auditor"),
        gettext_noop("Sees who did what, and checks that nothing was changed."),
    ),
    Persona(
        "administrator",
        gettext_noop("Become the administrator"),
        gettext_noop("Gives people their roles and machines their keys."),
    ),
)


def sectors(url: str) -> list[dict[str, object]]:
    """The six cards, each to its sector's page below `url`, if any; and whether its own tools work today."""
    return [
        {
            "key": sector.key,
            "title": gettext(sector.title),
            "firm": gettext(sector.firm),
            "what": gettext(sector.what),
            "built": sector.built,
            "url": f"{url}/{sector.key}" if url else "",
        }
        for sector in SECTORS
    ]


def lines(url: Callable[[str], str] | None) -> list[dict[str, object]]:
    """The table, with `url` turning a page's name into its address; None where those pages are not served."""
    return [
        {
            "asked": gettext(line.asked),
            "screen": {"label": gettext(line.screen_label), "url": url(line.screen_url_name)}
            if url and line.screen_label and line.screen_url_name
            else None,
            "command": line.command,
            "test": line.test,
            "built": line.built,
        }
        for line in LINES
    ]


def personas(become_url: str) -> list[dict[str, str]]:
    """Whom a visitor can become; for a demo home only, which the caller sees to."""
    return [
        {"role": who.role, "label": gettext(who.label), "what": gettext(who.what), "action_url": become_url}
        for who in PERSONAS
    ]
