# SPDX-License-Identifier: Apache-2.0
"""What is asked, one small question a page, in this order; every one can be skipped. The report counts without any."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
LONGEST_SHORT = 500
LONGEST_WORDS = 1_000_000


@dataclass(frozen=True)
class Question:
    """`kind` is words (many lines), short (one line), or choice."""

    id: str
    ask: Words
    kind: str
    hint: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    label: Words = ""  # how staff read it


UNSURE = ("unsure", _("I am not sure"))
QUESTIONS: tuple[Question, ...] = (
    Question(
        "words",
        _("What happened? Tell us in your own words."),
        "words",
        _("A few words are enough. Do not send a picture."),
        label=_("What happened"),
    ),
    Question(
        "where",
        _("Where did it happen?"),
        "short",
        _("A link, the name of an app, or the name of an account."),
        label=_("Where it happened"),
    ),
    Question(
        "who",
        _("Who are you?"),
        "choice",
        choices=(
            ("child", _("It happened to me")),
            ("friend", _("A friend")),
            ("parent", _("A parent or guardian")),
            ("teacher", _("A teacher")),
            ("staff", _("Somebody who works there")),
            ("else", _("Somebody else")),
        ),
        label=_("Who reports"),
    ),
    Question(
        "age",
        _("How old is the child?"),
        "choice",
        _("If it happened to you, choose your age."),
        (
            ("0-6", _("6 or younger")),
            ("7-9", _("7 to 9")),
            ("10-12", _("10 to 12")),
            ("13-15", _("13 to 15")),
            ("16-17", _("16 or 17")),
            ("18", _("18 or older")),
            UNSURE,
        ),
        label=_("Age of the child"),
    ),
    Question(
        "sex",
        _("Boy or girl?"),
        "choice",
        _("Boys and girls both tell us this."),
        (
            ("boy", _("Boy")),
            ("girl", _("Girl")),
            ("other", _("Other")),
            ("unsaid", _("I would rather not say")),
        ),
        label=_("Boy or girl"),
    ),
    Question(
        "known",
        _("Is the other person somebody you know?"),
        "choice",
        choices=(
            ("family", _("Somebody in the family")),
            ("known", _("Somebody I know")),
            ("online", _("I only know them online")),
            ("stranger", _("I do not know them")),
            UNSURE,
        ),
        label=_("The other person"),
    ),
    Question(
        "peer",
        _("May the other person be a child too?"),
        "choice",
        choices=(("yes", _("Yes, under 18")), ("no", _("No, grown up")), UNSURE),
        label=_("May also be a child"),
    ),
    Question(
        "back",
        _("May we write to you?"),
        "choice",
        _("Nothing is ever sent unless you choose a safe way here."),
        (
            ("no", _("No, do not write to me")),
            ("sms", _("Yes, by SMS")),
            ("mail", _("Yes, by e-mail")),
        ),
        label=_("Way to write back"),
    ),
)
# Asked only of who chose a way; without a number or an address nothing goes out.
WAY_BACK: tuple[Question, ...] = (
    Question(
        "back-to",
        _("To which number or address?"),
        "short",
        _("Choose one that only you read."),
        label=_("Number or address"),
    ),
    Question(
        "back-hour",
        _("When is it safe?"),
        "choice",
        choices=(
            ("any", _("At any hour")),
            ("morning", _("In the morning, 7 to 11")),
            ("noon", _("At noon, 11 to 14")),
            ("afternoon", _("In the afternoon, 14 to 18")),
            ("evening", _("In the evening, 18 to 21")),
        ),
        label=_("Safe hour"),
    ),
)
BY_ID = {question.id: question for question in (*QUESTIONS, *WAY_BACK)}


def after(question: str, said: str = "") -> str:
    """The next question's id; "" after the last. The first one follows the topic."""
    ids = list(BY_ID)
    if question == "back" and said not in ("sms", "mail"):
        return ""
    place = ids.index(question) + 1 if question in ids else 0
    return ids[place] if place < len(ids) else ""
