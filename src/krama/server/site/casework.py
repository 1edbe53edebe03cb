# SPDX-License-Identifier: Apache-2.0
"""Three chapters on work with cases: the officer's day, the reviewer's day, and the peer path. Data alone."""

from __future__ import annotations

from django.utils.translation.trans_null import gettext_noop  # the one that needs no settings

from krama.server.site.chapter import Chapter, Step

OFFICER = Chapter(
    "officer",
    gettext_noop("The officer’s day: the fifth chapter"),
    gettext_noop(
        "A child in danger, several alike reports, an account to be warned. See what comes first and why, who takes "
        "it, and how the firm’s own system says that it is done."
    ),
    gettext_noop("Every step of it stands in the trail. Had nobody answered, live proofs would have turned red."),
    (
        Step(
            "rules",
            gettext_noop("Why one case comes before another"),
            gettext_noop(
                "Become the child protection officer and read the rules that sort cases. At the end of the page open "
                "the file and see what it would do to the past month. Nothing changes by that."
            ),
            gettext_noop("Become the child protection officer"),
            "rules",
            "officer",
        ),
        Step(
            "danger",
            gettext_noop("A child is in danger now"),
            gettext_noop("On the phone below, press the button for danger. That alone is enough."),
            gettext_noop("Go to the phone"),
            "phone",
        ),
        Step(
            "take",
            gettext_noop("Somebody takes it"),
            gettext_noop(
                "Today is red until somebody says: I take it. In a firm the call tree wakes people until then; the "
                "people here are invented and have no telephone. Take it: the case opens, and says why it is so "
                "urgent, by which rule, and until when somebody must decide."
            ),
            gettext_noop("Go to Today"),
            "today",
        ),
        Step(
            "wave",
            gettext_noop("Several tell the same"),
            gettext_noop(
                "Let five invented pupils report the same threat, each in their own words. In a moment they are a "
                "wave: load the page again until it shows."
            ),
            gettext_noop("Let five pupils tell"),
            "waves",
            post="pupils",
        ),
        Step(
            "warn",
            gettext_noop("A warning for which a person stands"),
            gettext_noop(
                "Open the wave. A warning is drafted in Khmer and English and tells of no child. Release it or drop "
                "it, and say why."
            ),
            gettext_noop("Go to the waves"),
            "waves",
        ),
        Step(
            "playbook",
            gettext_noop("What is to be done, and until when"),
            gettext_noop(
                "Open one of the cases of the wave. It began with a playbook: do its first step, and say that it is "
                "done. What is late turns red."
            ),
            gettext_noop("Go to the waves"),
            "waves",
        ),
        Step(
            "measure",
            gettext_noop("The firm’s own system does it, and says so"),
            gettext_noop(
                "Upload the changed copy in the demo app, come back and open its case. Confirm it under the firm’s "
                "rules, and choose besides to warn whoever holds the account. The app does both, and confirms."
            ),
            gettext_noop("Open the demo app"),
            "app",
        ),
    ),
)

REVIEWER = Chapter(
    "reviewer",
    gettext_noop("The reviewer’s day: the sixth chapter"),
    gettext_noop(
        "Whoever looks at such cases must not be harmed by them. See how little a reviewer has to see, and what "
        "belongs to the reviewer alone."
    ),
    gettext_noop("What a reviewer passed on or chose is shown to nobody else, and no name lies beside it on the disk."),
    (
        Step(
            "copies",
            gettext_noop("Three people share one picture"),
            gettext_noop(
                "In the demo app let three others share copies of one picture. All three are withheld before anybody "
                "sees them."
            ),
            gettext_noop("Open the demo app"),
            "app",
        ),
        Step(
            "next",
            gettext_noop("The next case, for one person alone"),
            gettext_noop(
                "Become the reviewer and take the next case. It is yours for a quarter of an hour, and longer while "
                "you use it; nobody else is given it."
            ),
            gettext_noop("Become the reviewer"),
            "queue",
            "reviewer",
        ),
        Step(
            "text",
            gettext_noop("Text, and no picture"),
            gettext_noop(
                "In the case stands why it is here: which list, how near, how urgent. No picture is shown. What names "
                "somebody is closed; open it, say what for, and it closes again after a quarter of an hour."
            ),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "pass",
            gettext_noop("Pass on, no reason asked"),
            gettext_noop("Pass this case on. Nobody asks why, and no record says who passed it on."),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "alike",
            gettext_noop("One look, several cases"),
            gettext_noop(
                "Below a case of the three copies stands how many look alike. Look once, decide all of them together; "
                "each keeps a decision of its own."
            ),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "own",
            gettext_noop("A page for your eyes alone"),
            gettext_noop(
                "It shows the reviewer how long cases were in front of them today, and whom they may talk to. Nobody "
                "else can open it: no lead, no officer, no administrator."
            ),
            gettext_noop("Become the reviewer"),
            "mine",
            "reviewer",
        ),
        Step(
            "limit",
            gettext_noop("A limit for the day"),
            gettext_noop(
                "Four hours are the most. On the same page choose fewer minutes for yourself: after them no next case "
                "is given."
            ),
            gettext_noop("Go to that page"),
            "mine",
        ),
    ),
)

PEERS = Chapter(
    "peers",
    gettext_noop("When the other is a child too: the seventh chapter"),
    gettext_noop(
        "Much of what children suffer is done by other children. Here what mends comes first, and nothing that "
        "punishes or names a child leaves before two people have asked what is best for both."
    ),
    gettext_noop("Both children are helped, and nothing has left the firm that could not be taken back."),
    (
        Step(
            "tell",
            gettext_noop("A pupil tells"),
            gettext_noop(
                "On the phone below choose that somebody bullies you. Say what happened in a few words, and send it."
            ),
            gettext_noop("Go to the phone"),
            "phone",
        ),
        Step(
            "parts",
            gettext_noop("Who is who"),
            gettext_noop(
                "Become the child protection officer and open the case. Under “People in this case” say that whoever "
                "told us is the child."
            ),
            gettext_noop("Become the child protection officer"),
            "queue",
            "officer",
        ),
        Step(
            "peer",
            gettext_noop("The other person may be a child"),
            gettext_noop(
                "Say so in the same case, and from what you take it. Fewer people see the case from then on; and try "
                "to confirm it under the law: that is refused now."
            ),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "wish",
            gettext_noop("What the child wishes"),
            gettext_noop(
                "Record what the child wishes about a referral: when they were asked, and by whom. Also that they "
                "cannot be asked now is an answer."
            ),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "note",
            gettext_noop("The note, before anything leaves"),
            gettext_noop(
                "Write what is best for both children, without names. It bears your name, and stands when a second "
                "person agrees."
            ),
            gettext_noop("Go to the cases"),
            "queue",
        ),
        Step(
            "second",
            gettext_noop("A second person looks"),
            gettext_noop("Become the review lead, read the note, and agree."),
            gettext_noop("Become the review lead"),
            "looks",
            "lead",
        ),
        Step(
            "help",
            gettext_noop("How the child is helped"),
            gettext_noop(
                "Become the officer again. In the case open the page on help, and put something into the plan: "
                "somebody to talk to, school, or that those concerned put it right."
            ),
            gettext_noop("Become the child protection officer"),
            "queue",
            "officer",
        ),
    ),
)
