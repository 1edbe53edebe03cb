# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import sectors

urlpatterns: list[URLPattern] = [
    path("guidelines/sectors", sectors.sectors, name="sectors"),
    path("guidelines/sectors/<slug:sector>", sectors.sector, name="sector"),
    path("guidelines/sectors/<slug:sector>/playbooks/<str:playbook>", sectors.playbook, name="playbook"),
    path("guidelines/sectors/<slug:sector>/<str:item>.<str:language>.pdf", sectors.printed, name="sector_pdf"),
]
