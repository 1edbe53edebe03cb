# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import papers

urlpatterns: list[URLPattern] = [
    path("guidelines/policy", papers.papers, name="papers"),
    path("guidelines/policy/<str:kind>", papers.paper, name="paper"),
    path("guidelines/policy/<str:kind>/write", papers.write, name="paper_write"),
    path("guidelines/policy/<str:kind>/approve", papers.approve, name="paper_approve"),
    path("guidelines/policy/<str:kind>/sign", papers.sign, name="paper_sign"),
    path("guidelines/policy/<str:kind>/<int:number>.<str:lang>.<str:form>", papers.file, name="paper_file"),
]
