# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import URLPattern, path

from krama.server.confidentiality.pages import inventory, line, papers, periods, register

app_name = "confidentiality"
urlpatterns: list[URLPattern] = [
    path("confidential/register", register.register, name="register"),
    path("confidential/register/add", register.add, name="add"),
    path("confidential/register/<uuid:pk>", register.line, name="line"),
    path("confidential/register/<uuid:pk>/change", register.change, name="change"),
    path("confidential/register/<uuid:pk>/review", register.review, name="review"),
    path("confidential/register/<uuid:pk>/end", register.end, name="end"),
    path("confidential/register/<uuid:pk>/weigh", line.weigh, name="weigh"),
    path("confidential/register/<uuid:pk>/treat", line.treat, name="treat"),
    path("confidential/inventory", inventory.inventory, name="inventory"),
    path("confidential/inventory/upload", inventory.upload, name="inventory_upload"),
    path("confidential/inventory/decide", inventory.decide, name="inventory_decide"),
    path("confidential/inventory/<uuid:pk>/reconsider", inventory.reconsider, name="inventory_reconsider"),
    path("confidential/records", papers.records, name="records"),
    path("confidential/records/<str:lang>.<str:form>", papers.records_file, name="records_file"),
    path("confidential/impact", papers.impact, name="impact"),
    path("confidential/impact/write", papers.impact_write, name="impact_write"),
    path("confidential/impact/<int:number>", papers.impact_paper, name="impact_paper"),
    path("confidential/impact/<int:number>/approve", papers.impact_approve, name="impact_approve"),
    path("confidential/impact/<int:number>/<str:lang>.<str:form>", papers.impact_file, name="impact_file"),
    path("confidential/periods", periods.periods, name="periods"),
    path("confidential/periods/<str:kind>/propose", periods.propose, name="period_propose"),
    path("confidential/periods/<uuid:pk>/accept", periods.accept, name="period_accept"),
    path("confidential/periods/<uuid:pk>/refuse", periods.refuse, name="period_refuse"),
]
