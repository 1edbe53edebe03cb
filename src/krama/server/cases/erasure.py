# SPDX-License-Identifier: Apache-2.0
"""What becomes of cases: the decision stays for the figures; the words about it go."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Model, Q

from krama.server.cases.models import (
    CasePlaybook,
    Decision,
    Grounds,
    Item,
    Likeness,
    Look,
    Outsider,
    Pause,
    PlaybookMark,
    Recusal,
    Regroup,
    SensitivityChange,
    Wave,
)
from krama.server.cases.models.peer import Note, PeerMark, Wish
from krama.server.cases.models.people import ActorRole
from krama.server.compartments.registry import Fate, What, declare, erases

SAID: dict[type[Model], str] = {
    ActorRole: "sealed_role",
    PeerMark: "sealed_mark",
    Note: "sealed_words",
    Wish: "sealed_wish",
}
declare(
    {
        "cases.Case": Fate(What.KEPT, "A reference, a severity, and times."),
        "cases.OpenKey": Fate(What.EXPIRES, "Goes when the case is closed."),
        "cases.Item": Fate(
            What.REDACTED,
            "Which detection or report belonged to which case stays; the account's keyed hash and the reasons go.",
            ("sealed_sorting",),
        ),
        "cases.Pause": Fate(
            What.REDACTED,
            "What was waited for, and how long, stays; a letter's reference goes.",
            ("sealed_reference",),
        ),
        "cases.Regroup": Fate(
            What.REDACTED, "Which items went from which case to which stays; the reason goes.", ("sealed_reason",)
        ),
        "cases.Likeness": Fate(What.EXPIRES, "Keyed hashes; they go with what they were made of."),
        "cases.RuleBook": Fate(What.KEPT, "The firm's own rules; they speak of no case."),
        "cases.KeptPlaybook": Fate(What.KEPT, "A playbook as it was shipped; it speaks of no case."),
        "cases.CasePlaybook": Fate(
            What.REDACTED, "That a case had a playbook stays, and its clock; which one it was goes.", ("sealed_book",)
        ),
        "cases.PlaybookMark": Fate(
            What.REDACTED, "Who of the staff did a step, and when, stays; which step and why goes.", ("sealed_words",)
        ),
        "cases.Wave": Fate(
            What.REDACTED,
            "Counts, days, and the firm’s own warning stay; why it was answered so goes.",
            ("sealed_reason",),
        ),
        "cases.Link": Fate(What.KEPT, "Says which two cases belong together."),
        "cases.Decision": Fate(
            What.REDACTED, "Outcome and day stay for the figures; the words go.", ("sealed_reason",)
        ),
        "cases.Wanted": Fate(What.KEPT, "Which measures were chosen with a decision, in our own words."),
        "cases.Named": Fate(What.KEPT, "Says who of the staff might see a case."),
        "cases.Recusal": Fate(
            What.REDACTED, "Who of the staff was kept out stays; whom they knew in it goes.", ("sealed_ground",)
        ),
        "cases.Lease": Fate(
            What.EXPIRES, "Who of the staff has a case; goes with the decision, or a day after it ran out."
        ),
        "cases.Presence": Fate(What.EXPIRES, "Who of the staff had its page open; goes within a day."),
        "cases.SavedView": Fate(What.KEPT, "How somebody of the staff looks at the queue; it speaks of no case."),
        "cases.Route": Fate(What.KEPT, "The firm's own rules; they speak of no case."),
        "cases.Service": Fate(What.KEPT, "Which sector the firm's own systems serve."),
        "cases.Facet": Fate(What.KEPT, "A language, a topic, a category of lists: for the figures, of nobody."),
        "cases.Near": Fate(What.KEPT, "Says which items looked alike; the hashes go with the detection."),
        "cases.OwnAccount": Fate(What.EXPIRES, "A keyed hash; goes within a day when the person works here no more."),
        "cases.SensitivityChange": Fate(
            What.REDACTED, "From what to what, and when, stays; the reason goes.", ("sealed_reason",)
        ),
        "cases.Look": Fate(
            What.REDACTED, "That somebody looked, and what they said, stays; their words go.", ("sealed_words",)
        ),
        "cases.Grounds": Fate(
            What.REDACTED, "Which law, and that a person decided, stays; the words go.", ("sealed_rule", "sealed_facts")
        ),
        "cases.ActorRole": Fate(
            What.REDACTED, "That somebody’s part in a case was said stays; which part goes.", ("sealed_role",)
        ),
        "cases.PeerMark": Fate(
            What.REDACTED, "That somebody wrote of the other person stays; what they wrote goes.", ("sealed_mark",)
        ),
        "cases.Note": Fate(What.REDACTED, "That a note was written, and when, stays; its words go.", ("sealed_words",)),
        "cases.Wish": Fate(
            What.REDACTED, "That a child’s wish was recorded stays; what it was goes.", ("sealed_wish",)
        ),
        "cases.Outsider": Fate(
            What.REDACTED, "That somebody outside was asked stays; their name goes.", ("sealed_name",)
        ),
    }
)


@erases("cases")
def erase(compartment: UUID) -> int:
    count = Decision.objects.filter(case__compartment=compartment).update(sealed_reason=None, facts={})
    count += Recusal.objects.filter(case__compartment=compartment).update(sealed_ground=None)
    count += Regroup.objects.filter(target__compartment=compartment).update(sealed_reason=None)
    count += Pause.objects.filter(case__compartment=compartment).update(sealed_reference=None)
    count += SensitivityChange.objects.filter(case__compartment=compartment).update(sealed_reason=None)
    count += Look.objects.filter(case__compartment=compartment).update(sealed_words=None)
    count += Grounds.objects.filter(decision__case__compartment=compartment).update(sealed_rule=None, sealed_facts=None)
    for table, field in SAID.items():
        count += table._default_manager.filter(case__compartment=compartment).update(**{field: None})
    of_it = Q(detection__compartment=compartment) | Q(report__compartment=compartment)
    count += Likeness.objects.filter(item__in=Item.objects.filter(of_it)).delete()[0]
    named = Q(sealed_sorting__isnull=False) | ~Q(account_key="")
    count += Item.objects.filter(of_it).filter(named).update(account_key="", sealed_sorting=None)
    count += CasePlaybook.objects.filter(compartment=compartment).update(key="", sealed_book=None, next_due_at=None)
    count += PlaybookMark.objects.filter(playbook__compartment=compartment).update(sealed_words=None)
    count += Wave.objects.filter(compartment=compartment).update(sealed_reason=None)
    return count + Outsider.objects.filter(look__case__compartment=compartment).update(sealed_name=None)
