# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import answers

ONE = "guidelines/lines/<str:line_id>"
urlpatterns: list[URLPattern] = [
    path("guidelines/assessment", answers.assessment, name="assessment"),
    path(ONE, answers.line, name="line"),
    path(f"{ONE}/hand", answers.hand, name="line_hand"),
    path(f"{ONE}/proofs", answers.give, name="line_proof"),
    path(f"{ONE}/proofs/upload", answers.give_file, name="line_proof_upload"),
    path(f"{ONE}/proofs/<uuid:proof>/withdraw", answers.withdraw, name="proof_withdraw"),
]
