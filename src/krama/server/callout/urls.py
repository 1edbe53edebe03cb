# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from krama.server.callout.pages import link, tree

app_name = "callout"
urlpatterns = [
    path("callout", tree.tree, name="tree"),
    path("callout/steps", tree.add_step, name="step_add"),
    path("callout/steps/<uuid:pk>", tree.change_step, name="step"),
    path("callout/steps/<uuid:pk>/ways", tree.add_way, name="way_add"),
    path("callout/ways/<uuid:pk>", tree.change_way, name="way"),
    path("callout/drill", tree.drill, name="drill"),
    path("callout/alarms/<uuid:pk>/take", tree.take, name="take"),
    path("wake/<str:token>", link.link, name="link"),
]
