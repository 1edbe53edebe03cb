# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import proofs

urlpatterns: list[URLPattern] = [
    path("guidelines/proofs", proofs.proofs, name="proofs"),
    path("guidelines/proofs/<str:proof_id>", proofs.proof, name="proof"),
]
