# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import clauses

urlpatterns: list[URLPattern] = [
    path("guidelines/clauses", clauses.clauses, name="clauses"),
    path("guidelines/clauses/template.xlsx", clauses.template, name="clauses_template"),
    path("guidelines/clauses/upload", clauses.upload, name="clauses_upload"),
    path("guidelines/clauses/sample", clauses.check_sample, name="clauses_sample"),
    path("guidelines/clauses/shipped", clauses.shipped, name="clauses_shipped"),
    path("guidelines/clauses/<uuid:pk>", clauses.checked, name="clauses_checked"),
    path("guidelines/clauses/<uuid:pk>/load", clauses.load, name="clauses_load"),
]
