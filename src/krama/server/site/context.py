# SPDX-License-Identifier: Apache-2.0
"""What the shell of every page is given: the home, the person, the navigation. Data, so that no arrow points up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.server.accounts.may import Operation, may
from krama.server.accounts.middleware import is_held
from krama.server.accounts.models import User
from krama.server.cases.models import Case
from krama.server.cases.queries.case import looks_to_give
from krama.server.cases.queries.queue import counted
from krama.server.cases.reach import visible
from krama.server.confidentiality.queries.register import reads as register_is_read_by
from krama.server.site import tour


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for all pages, public and console."""
    person = _person(request)
    confidential = confidential_tabs(request, person["user"]) if person else []
    return {
        "LANGUAGE_CODE": get_language() or "en",
        "home": {"is_demo": settings.HOME.is_demo, "name": ""},
        "person": person,
        "nav": navigation(request, person["user"], confidential) if person and not is_held(request) else [],
        "oidc_name": settings.KRAMA_OIDC.name if settings.KRAMA_OIDC else "",
        "languages_url": reverse("site:language"),
        "sign_in_url": reverse("account_login"),
        "sign_out_url": reverse("account_logout"),
        "held": is_held(request),
        "start_url": reverse("site:start"),
        "own_accounts_url": reverse("cases:own_accounts"),
        "api_docs_url": reverse("site:api_docs"),
        "app_url": settings.KRAMA_APP_URL,
        "story_bar": tour.bar(request) if settings.HOME.is_demo else None,
        "guideline_tabs": tabs(request) if person and not is_held(request) else [],
        "confidential_tabs": confidential if not is_held(request) else [],
    }


def navigation(request: HttpRequest, user: User, confidential: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What this person's role opens; a head of a unit comes to the register of the unit as well."""
    cases = counted(visible(user).filter(state=Case.State.OPEN)) if may(user, Operation.READ_CASES) else None
    looks = looks_to_give(user).count() if may(user, Operation.READ_CASES) else None
    entries = (
        (Operation.READ_CASES, "desk:today", _("Today"), None),
        (Operation.READ_CASES, "cases:queue", _("Cases"), cases),
        (Operation.TAKE_REPORT, "counter:new", _("Take down a report"), None),
        (Operation.READ_GUIDELINES, "assessments:board", _("Guidelines"), None),
        (Operation.READ_LISTS, "lists:lists", _("Lists"), None),
        (Operation.READ_WAYS, "measures:ways", _("Measures"), None),
        (Operation.READ_TRAIL, "desk:trail", _("Trail"), None),
        (Operation.READ_CASES, "desk:looks", _("Second looks"), looks),
        (None, "desk:confidential", _("Confidentiality"), None),
        (Operation.READ_CALL_TREE, "callout:tree", _("Who is woken"), None),
        (Operation.BREAK_GLASS, "desk:emergency", _("Emergency"), None),
        (Operation.READ_STAFF, "accounts:staff", _("Staff"), None),
        (Operation.READ_KEYS, "accounts:keys", _("Keys for machines"), None),
        (Operation.CHANGE_CARE, "wellbeing:care", _("Care for reviewers"), None),
        (Operation.READ_CASES, "wellbeing:mine", _("For you"), None),
    )
    found = []
    for operation, name, label, count in entries:
        if may(user, operation) if operation else confidential:
            url = reverse(name) if operation else confidential[0]["url"]
            found.append({"label": label, "url": url, "count": count, "current": _is_current(request, reverse(name))})
    return found


def confidential_tabs(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The pages on confidentiality that this person may read."""
    entries = (
        (may(user, Operation.READ_CONFIDENTIAL), "desk:confidential", _("Openings and holds")),
        (register_is_read_by(user), "confidentiality:register", _("Register")),
        (may(user, Operation.READ_REGISTER), "confidentiality:inventory", _("Inventory")),
        (may(user, Operation.READ_REGISTER), "confidentiality:records", _("Records of processing")),
        (may(user, Operation.READ_REGISTER), "confidentiality:impact", _("Impact assessment")),
        (may(user, Operation.READ_REGISTER), "confidentiality:periods", _("Periods")),
    )
    first = reverse("desk:confidential")
    return [
        {
            "label": label,
            "url": reverse(name),
            "current": request.path == first if reverse(name) == first else _is_current(request, reverse(name)),
        }
        for allowed, name, label in entries
        if allowed
    ]


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages of the guidelines, in the order in which a firm comes to them."""
    entries = (
        ("assessments:board", _("Where we stand")),
        ("assessments:profile", _("Your firm")),
        ("assessments:applies", _("What applies")),
        ("assessments:units", _("Units")),
        ("assessments:assessment", _("The assessment")),
        ("assessments:gaps", _("The gaps")),
        ("assessments:plan", _("The plan")),
        ("assessments:papers", _("Policy")),
        ("assessments:proofs", _("Live proofs")),
        ("assessments:editions", _("Editions")),
        ("assessments:sectors", _("Sectors")),
    )
    return [
        {"label": label, "url": reverse(name), "current": _is_current_tab(request, reverse(name))}
        for name, label in entries
    ]


def _is_current_tab(request: HttpRequest, url: str) -> bool:
    return request.path == url if url == reverse("assessments:board") else _is_current(request, url)


def _is_current(request: HttpRequest, url: str) -> bool:
    return request.path == url or request.path.startswith(f"{url}/")


def _person(request: HttpRequest) -> dict[str, Any] | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    url = reverse("accounts:person", args=[user.pk])
    return {"user": user, "name": user.name, "role_label": user.get_role_display(), "pk": user.pk, "url": url}
