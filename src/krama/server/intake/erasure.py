# SPDX-License-Identifier: Apache-2.0
"""What becomes of reports: topic, day and times stay for the figures; every word goes, and the code finds nothing."""

from __future__ import annotations

from uuid import UUID

from krama.server.compartments.registry import Fate, What, declare, erases, waits_at_door
from krama.server.intake.models import Message, Part, Report, Talk
from krama.server.intake.queries import door_versions

declare(
    {
        "intake.Report": Fate(What.REDACTED, "Topic, door and times stay for the figures; what finds it again goes."),
        "intake.Part": Fate(What.REDACTED, "That a question was answered stays; the answer goes.", ("sealed",)),
        "intake.Message": Fate(
            What.REDACTED, "That somebody wrote back stays; the words go.", ("for_reporter", "for_staff")
        ),
        "intake.Talk": Fate(What.EXPIRES, "A talk by SMS is forgotten a day after it began; no number is in it."),
    }
)
waits_at_door("intake")(door_versions)


@erases("intake")
def erase(compartment: UUID) -> int:
    reports = Report.objects.filter(compartment=compartment)
    rows = Part.objects.filter(report__in=reports).update(sealed=None, door_version=None, unread_at=None)
    rows += Message.objects.filter(report__in=reports).update(for_reporter=None, for_staff=None)
    rows += Talk.objects.filter(report__in=reports).delete()[0]
    return rows + reports.update(find=None, reply_public=None, content_key="", account_key="", words_key="", crowd=None)
