# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import sectors

ONE = "guidelines/sectors/<slug:sector>"
urlpatterns: list[URLPattern] = [
    path("guidelines/sectors", sectors.sectors, name="sectors"),
    path(ONE, sectors.sector, name="sector"),
    path(f"{ONE}/playbooks/<slug:name>", sectors.playbook, name="playbook"),
    path(f"{ONE}/<slug:kind>/<slug:name>.<slug:lang>.pdf", sectors.sector_pdf, name="sector_pdf"),
]
