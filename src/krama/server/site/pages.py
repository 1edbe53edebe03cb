# SPDX-License-Identifier: Apache-2.0
"""The public face's first pages: start, the story, becoming somebody (demo only), language, the API's own page."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from krama.errors import NotFound
from krama.server.accounts.models import User
from krama.server.desk.pages.today import first_page
from krama.server.site import demo, steps, tour
from krama.server.site import disk as stolen
from krama.server.site import start as data
from krama.server.site.describe import operations
from krama.server.web.headers import POLICY

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    return redirect("desk:home" if request.user.is_authenticated else "site:start")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What Krama is, for whom, and the way in."""
    demo = settings.HOME.is_demo
    story_url = reverse("site:story") if demo else ""
    context = {
        "title_en": data.TITLE_EN,
        "title_km": data.TITLE_KM,
        "sectors": data.sectors(reverse("assessments:sectors")),
        "become_url": reverse("site:become") if demo else "",
        "lines": data.lines(reverse),
        "personas": data.personas(reverse("site:become")) if demo else [],
        "story_url": story_url,
        "chapters": [(reverse("site:chapter", args=[one.key]), gettext(one.title)) for one in steps.CHAPTERS[1:]]
        if demo
        else [],
    }
    return render(request, "site/start.html", context)


@require_safe
def story(request: HttpRequest, key: str = steps.FOUND.key) -> HttpResponse:
    """A chapter, step by step; with `?on` the one that this visitor walks. Only in a demo home."""
    _demo_only(request)
    chapter = steps.chapter_of(tour.walking(request) if "on" in request.GET else key)
    if chapter is None:
        raise NotFound
    context = steps.story(chapter, tour.done(request, chapter), tour.targets())
    if following := steps.after(chapter):
        context |= {"next_url": reverse("site:chapter", args=[following.key]), "next_title": gettext(following.title)}
    context["phone_url"] = reverse("intake:report") if chapter.has_phone else ""
    tour.tell(request, chapter)
    response = render(request, "site/story.html", context)
    if chapter.has_phone:
        response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@require_safe
def disk(request: HttpRequest) -> HttpResponse:
    """What lies on the disk of this demo home, beside what the reader has open."""
    _demo_only(request)
    tour.look(request, "disk")
    return render(request, "site/disk.html", stolen.context(request.user, settings.HOME))


@require_POST
def loop(request: HttpRequest) -> HttpResponse:
    """Stop the job loop of a demo home, or let it go on."""
    _demo_only(request)
    if request.POST.get("do") == "stop":
        demo.stop_the_loop()
    else:
        demo.start_the_loop()
    return redirect(_safe(request, reverse("site:start")))


@require_POST
def pupils(request: HttpRequest) -> HttpResponse:
    """Five invented pupils tell, by the way that every report takes."""
    _demo_only(request)
    demo.let_pupils_tell(get_language() or "km")
    return redirect(_safe(request, reverse("site:start")))


@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """One click, no password: the invented people of a demo home, from this machine alone."""
    _demo_only(request)
    person = User.objects.filter(is_demo=True, is_active=True, role=request.POST.get("role", "")).first()
    if person is None:
        raise NotFound
    marks = tour.marks(request)
    login(request, person, backend=BACKEND)
    request.session.update(marks)
    return redirect(_safe(request, first_page(person)))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Khmer or English, remembered in a cookie."""
    answer = redirect(_safe(request, reverse("site:start")))
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES) and check_for_language(wanted):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=31_536_000,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API for people who build on it; nothing from outside."""
    return render(request, "site/api_docs.html", {"operations": operations()})


def _demo_only(request: HttpRequest) -> None:
    here = request.META.get("REMOTE_ADDR", "")
    if not settings.HOME.is_demo or not here or not ipaddress.ip_address(here).is_loopback:
        raise NotFound


def _safe(request: HttpRequest, otherwise: str) -> str:
    wanted = request.POST.get("next", "")
    fits = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if fits else otherwise
