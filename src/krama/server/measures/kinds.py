# SPDX-License-Identifier: Apache-2.0
"""What can be done to a content or an account, and what each kind asks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Withheld: at once, by rule. Everything else: by a person's decision."""

    WITHHOLD = "withhold", _("Withhold it at once")
    REMOVE = "remove", _("Remove it")
    RESTORE = "restore", _("Restore it")
    RESTRICT = "restrict", _("Restrict the account")
    SUSPEND = "suspend", _("Suspend the account")
    PRESERVE = "preserve", _("Keep it for an authority")
    WARN = "warn", _("Warn whoever holds the account")
    HELP = "offer_help", _("Offer help to whoever holds the account")


class State(models.TextChoices):
    HELD = "held", _("Waits until it may leave the case")
    ORDERED = "ordered", _("Ordered")
    DELIVERED = "delivered", _("Delivered, not yet confirmed")
    DONE = "done", _("Done, confirmed by the firm’s system")
    FAILED = "failed", _("The firm’s system could not do it")
    OVERTAKEN = "overtaken", _("No longer needed: something else was ordered after it")


UNFINISHED = (State.HELD, State.ORDERED, State.DELIVERED)
OF_ACCOUNTS = frozenset({Kind.RESTRICT, Kind.SUSPEND, Kind.WARN, Kind.HELP})
AFTER_A_DECISION = (Kind.REMOVE, Kind.RESTORE)  # what follows from the outcome alone, and ends the withholding
# What lasts is asked about again; a warning, an offer and a restored picture are done when they are done.
LASTING = frozenset({Kind.WITHHOLD, Kind.REMOVE, Kind.RESTRICT, Kind.SUSPEND, Kind.PRESERVE})
# Who does what where the firm said nothing: as every app did before there were more kinds.
BY_DEFAULT = {Kind.WITHHOLD: "webhook", Kind.REMOVE: "webhook", Kind.RESTORE: "webhook"}
