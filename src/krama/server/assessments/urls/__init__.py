# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from krama.server.assessments.urls import (
    answers,
    board,
    clauses,
    crosswalk,
    editions,
    packs,
    papers,
    plan,
    profile,
    proofs,
    sectors,
    units,
    wording,
)

app_name = "assessments"
urlpatterns = [
    *board.urlpatterns,
    *profile.urlpatterns,
    *answers.urlpatterns,
    *editions.urlpatterns,
    *plan.urlpatterns,
    *units.urlpatterns,
    *proofs.urlpatterns,
    *papers.urlpatterns,
    *sectors.urlpatterns,
    *clauses.urlpatterns,
    *packs.urlpatterns,
    *crosswalk.urlpatterns,
    *wording.urlpatterns,
]
