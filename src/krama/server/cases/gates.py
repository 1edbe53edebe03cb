# SPDX-License-Identifier: Apache-2.0
"""What a case says before an identity opens: on the peer path nothing opens to be handed over without the note."""

from __future__ import annotations

from django.utils.translation import gettext as _

from krama.server.cases import peer
from krama.server.cases.models import Case
from krama.server.cases.registry import checks_leaving
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.compartments.registry import asked_before_opening

HANDED_OVER = (Opening.Purpose.REFER, Opening.Purpose.ORDER)


@asked_before_opening
def peer_path(pseudonym: Pseudonym, purpose: str) -> None:
    """`NoteMissing` where the name might leave; to protect, decide or help it opens all the same."""
    if purpose not in HANDED_OVER:
        return
    case = Case.objects.select_for_update().filter(ref=pseudonym.scope.partition(":")[2]).first()
    if case is not None:
        peer.require_may_leave(case)


@checks_leaving
def note_first(case: Case) -> str | None:
    """For whatever else strikes a person: measures, packets, referrals."""
    if peer.may_leave(case):
        return None
    return _("The other person may be a child: the note on what is best for both does not stand yet.")
