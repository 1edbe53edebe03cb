# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.assessments.pages import plan

urlpatterns: list[URLPattern] = [
    path("guidelines/gaps", plan.gaps, name="gaps"),
    path("guidelines/plan", plan.plan, name="plan"),
    path("guidelines/mine", plan.mine, name="mine"),
    path("guidelines/plan/add", plan.add, name="plan_add"),
    path("guidelines/plan/fill", plan.fill, name="plan_fill"),
    path("guidelines/plan/<uuid:pk>", plan.task, name="plan_task"),
]
