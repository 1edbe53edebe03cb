# SPDX-License-Identifier: Apache-2.0
"""What a phone is told: SMS of at most two parts, screens of a telephone menu. Numbers come from the country's facts.

No text says anything about a report; whoever else holds the phone learns that somebody wrote, and that is all.
"""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.server.intake import help
from krama.server.intake.doors.short import joined

Sentences = tuple[str | Promise, ...]
HELP = _("Free help: %(support)s.")
DELETE = _("Delete these messages.")
SMS: dict[str, Sentences] = {
    "start": (
        _("We have your message."),
        _("You did nothing wrong."),
        HELP,
        _("In danger now? Send 1."),
        _("Or write what happened."),
        _("STOP ends this."),
    ),
    "ask": (_("Thank you, we have it."), _("May we send an SMS to this number?"), _("1 danger now, 2 yes, 3 no")),
    "hour": (
        _("When is it safe?"),
        _("1 danger now, 2 at any hour, 3 at 7-11, 4 at 11-14, 5 at 14-18, 6 at 18-21"),
    ),
    "danger": (
        _("Call %(emergency)s now."),
        _("Or %(support)s, free."),
        _("Go to somebody you trust."),
        _("You can write where you are."),
        DELETE,
    ),
    "end": (_("We have it."), _("People who protect children read it."), HELP, DELETE),
}
SCREENS: dict[str, str | Promise] = {
    # The first screen is in English on purpose: every phone shows it, also one without Khmer letters.
    "start": "Help for children. Free: %(support)s\n1 Danger now\n2 Khmer\n3 English",
    "danger-first": "Call %(emergency)s now. Or %(support)s, free. We have your report.",
    "topic": _("1 Danger now\n2 Bullying\n3 Threats\n4 Asked for pictures\n5 I saw something\n6 Other"),
    "who": _("Who was hurt?\n1 Danger now\n2 Me\n3 Somebody else"),
    "back": _("May we send an SMS here?\n1 Danger now\n2 Yes\n3 No"),
    "hour": _("When is it safe?\n2 Any hour\n3 7-11\n4 11-14\n5 14-18\n6 18-21"),
    "danger": _("Call %(emergency)s now. Or %(support)s, free. We have your report."),
    "end": _("We have it. Free help: %(support)s. Clear your call list."),
}
ENDS = ("danger", "danger-first", "end")
NOTICE: dict[str, Sentences] = {
    "code": (_("You have an answer."), _("Open the page with your code.")),
    "none": (_("Somebody read what you sent."), _("You can talk to a person: %(support)s, free.")),
}


def sms(reply: str, language: str) -> str:
    """A reply by its name; "" is no reply."""
    with translation.override(language):
        return joined([str(sentence) % numbers(language) for sentence in SMS[reply]]) if reply else ""


def screen(name: str, language: str) -> str:
    """A screen as the gateway wants it: CON goes on, END ends."""
    with translation.override(language):
        return ("END " if name in ENDS else "CON ") + str(SCREENS[name]) % numbers(language)


def notice(*, has_code: bool, language: str) -> str:
    """That something waits, and nothing of what."""
    with translation.override(language):
        return joined([str(sentence) % numbers(language) for sentence in NOTICE["code" if has_code else "none"]])


def numbers(language: str) -> dict[str, str]:
    """Whom to call, as the firm confirmed it; a firm without an entry sends the number that came with Krama."""
    support, emergency = help.support(language), help.emergency(language)
    return {
        "support": support[0].dial if support else "",
        "emergency": emergency[0].dial if emergency else "",
    }
