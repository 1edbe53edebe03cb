# SPDX-License-Identifier: Apache-2.0
"""Two chapters on what is confided to a firm: what a thief of the disk sees, and the child's door. Data alone."""

from __future__ import annotations

from django.utils.translation.trans_null import gettext_noop  # the one that needs no settings

from krama.server.site.chapter import Chapter, Step

THIEF = Chapter(
    "thief",
    gettext_noop("What a thief of this disk sees: the third chapter"),
    gettext_noop(
        "Somebody steals this disk. Look with the thief’s eyes at rows of this very home, then with the eyes of those "
        "who may know, and then with the auditor’s, who sees who looked and not at whom."
    ),
    gettext_noop(
        "Now take the file to another machine and run the command that stands on the trail’s page. It needs no "
        "database and no key of this firm."
    ),
    (
        Step(
            "disk",
            gettext_noop("Look as the thief"),
            gettext_noop(
                "The page shows rows as they lie in the database, column by column, and how this home is protected."
            ),
            gettext_noop("See what lies on the disk"),
            "disk",
        ),
        Step(
            "open",
            gettext_noop("Open an identity"),
            gettext_noop(
                "Become the child protection officer and look at that page again. It is closed to the officer too: "
                "open it in the case, say what for, and come back."
            ),
            gettext_noop("Become the child protection officer"),
            "disk",
            "officer",
        ),
        Step(
            "whom",
            gettext_noop("The auditor sees that, and not whom"),
            gettext_noop("Become the auditor: who opened what, when and what for stands there, and nobody’s name."),
            gettext_noop("Become the auditor"),
            "openings",
            "auditor",
        ),
        Step(
            "take",
            gettext_noop("Take the trail along"),
            gettext_noop(
                "As the auditor, take the whole trail as one file. The commands that verify it elsewhere stand beside."
            ),
            gettext_noop("Go to the trail"),
            "trail",
        ),
    ),
)

CHILD = Chapter(
    "child",
    gettext_noop("The child’s door: the fourth chapter"),
    gettext_noop(
        "A child tells what happened, on an old phone that others use too. Be the child, then the officer who "
        "answers, then the child again."
    ),
    gettext_noop(
        "Nothing was sent out. What the child said lies sealed; what you answered lies sealed twice, to the code and "
        "to the case."
    ),
    (
        Step(
            "tell",
            gettext_noop("A child tells"),
            gettext_noop("On the phone below, choose what it is about. That alone is a report; the rest can wait."),
            gettext_noop("Go to the phone"),
            "phone",
        ),
        Step(
            "code",
            gettext_noop("A code, and no account"),
            gettext_noop(
                "Send what you have, ask for a code, and write it on paper. It is shown only once, and kept nowhere."
            ),
            gettext_noop("Go to the phone"),
            "phone",
        ),
        Step(
            "read",
            gettext_noop("The officer reads it"),
            gettext_noop(
                "Become the child protection officer, open the case, and read what was said: for a purpose, and for a "
                "quarter of an hour. Beside it stands what was not asked."
            ),
            gettext_noop("Become the child protection officer"),
            "queue",
            "officer",
        ),
        Step(
            "answer",
            gettext_noop("The officer answers"),
            gettext_noop("In the same case, write back: short and kind, no promise that you cannot keep."),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "back",
            gettext_noop("The child reads the answer"),
            gettext_noop(
                "On the phone, choose: I have a code from before. Type the code from your paper; Khmer digits are fine."
            ),
            gettext_noop("Go to the phone"),
            "phone",
        ),
    ),
)
