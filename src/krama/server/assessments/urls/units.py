# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import units

ONE = "guidelines/units/<uuid:pk>"
urlpatterns: list[URLPattern] = [
    path("guidelines/units", units.units, name="units"),
    path("guidelines/units/add", units.add, name="unit_add"),
    path("guidelines/units/usual", units.usual, name="usual_units"),
    path("guidelines/units/share-out", units.share_out, name="share_out"),
    path(ONE, units.unit, name="unit"),
    path(f"{ONE}/change", units.change, name="unit_change"),
    path(f"{ONE}/record", units.record, name="unit_record"),
    path(f"{ONE}/people", units.people, name="unit_people"),
    path(f"{ONE}/sheet.<str:language>.pdf", units.sheet, name="unit_sheet"),
]
