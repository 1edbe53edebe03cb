# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.countries import pages

app_name = "countries"
urlpatterns: list[URLPattern] = [
    path("country", pages.country, name="country"),
    path("country/add/<str:group>", pages.add, name="add"),
    path("country/versions/<int:number>", pages.version, name="version"),
    path("country/changes/<uuid:pk>/accept", pages.accept, name="accept"),
    path("country/changes/<uuid:pk>/refuse", pages.refuse, name="refuse"),
    path("country/<str:group>/<str:entry>", pages.entry, name="entry"),
    path("country/<str:group>/<str:entry>/propose", pages.propose, name="propose"),
    path("country/<str:group>/<str:entry>/confirm", pages.confirm, name="confirm"),
]
