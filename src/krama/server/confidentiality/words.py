# SPDX-License-Identifier: Apache-2.0
"""The words for codes: kinds of data, gaps, reasons of risk, facts. English here, Khmer in the catalogue of texts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from krama.inventory import Category

CATEGORIES: dict[str, Any] = {
    Category.NAME.value: _("Name"),
    Category.BIRTH.value: _("Day of birth or age"),
    Category.SEX.value: _("Sex"),
    Category.CONTACT.value: _("Telephone, e-mail, name elsewhere"),
    Category.ADDRESS.value: _("Where the child lives"),
    Category.LOCATION.value: _("Where the child is"),
    Category.SCHOOL.value: _("School"),
    Category.FAMILY.value: _("Parents and guardians"),
    Category.ACCOUNT.value: _("Account id"),
    Category.DEVICE.value: _("Device"),
    Category.PICTURE.value: _("Picture, video or voice"),
    Category.BIOMETRIC.value: _("Face, fingerprint or other trait of the body"),
    Category.HEALTH.value: _("Health or disability"),
    Category.ID_NUMBER.value: _("Number of an official paper"),
    Category.WORDS.value: _("What the child writes or searches"),
    Category.BEHAVIOUR.value: _("What the child does"),
}
FACTS: dict[str, Any] = {
    "name": _("What it is called"),
    "categories": _("Kinds of data"),
    "system": _("System or database"),
    "place": _("Table or part of it"),
    "field_names": _("Fields"),
    "purpose": _("What it is held for"),
    "basis": _("On what basis"),
    "basis_words": _("The law, contract or interest"),
    "seen_by": _("Units that see it"),
    "seen_roles": _("Who in these units, or who else"),
    "kept_days": _("Days it is kept"),
    "then": _("What happens then"),
    "then_words": _("More on what happens then"),
    "third_parties": _("Who outside the firm gets it"),
    "consent": _("Guardian’s consent"),
    "consent_how": _("How it is obtained, or why it is not needed"),
    "unit": _("Unit that answers for it"),
    "review_on": _("Look at it again on"),
    "ended_why": _("How it came to an end"),
}
GAPS: dict[str, Any] = {
    "purpose": _("nobody says what for"),
    "basis": _("no basis"),
    "seen": _("nobody says who sees it"),
    "kept": _("no end named"),
    "consent": _("guardian’s consent open"),
    "weighed": _("minimisation not answered"),
}
LEVELS: dict[str, Any] = {"low": _("Low"), "medium": _("Medium"), "high": _("High")}
CHIPS = {"low": "ok", "medium": "due", "high": "stop"}
REASONS: dict[str, Any] = {
    "special": _("It speaks of health or the body."),
    "locates": _("It says where the child can be found."),
    "opens-up": _("It shows the child, or what the child confides."),
    "id-number": _("It holds a number that stays for life."),
    "together": _("It says who the child is and where, together."),
    "third-parties": _("Somebody outside the firm gets it."),
    "abroad": _("It leaves the country."),
    "no-basis": _("Nobody knows on what basis it is held."),
    "no-consent": _("A guardian’s consent is open."),
    "no-end": _("Nobody says when it is erased."),
    "long": _("It is kept for more than a year."),
    "nobody-named": _("Nobody says who sees it."),
    "many-see": _("Four or more units see it."),
    "not-weighed": _("Nobody asked whether it is needed."),
}
