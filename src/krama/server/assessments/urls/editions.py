# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import editions

urlpatterns: list[URLPattern] = [
    path("guidelines/editions", editions.editions, name="editions"),
    path("guidelines/editions/submit", editions.submit, name="edition_submit"),
    path("guidelines/editions/compare", editions.compare, name="edition_compare"),
    path("guidelines/editions/<int:number>", editions.edition, name="edition"),
    path("guidelines/editions/<int:number>/decide", editions.decide, name="edition_decide"),
]
