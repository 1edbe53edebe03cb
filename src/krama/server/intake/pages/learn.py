# SPDX-License-Identifier: Apache-2.0
"""What a child, a parent or a teacher can do: to read, to print, to pass on. No account, no trace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from krama.errors import NotFound
from krama.learning import Lesson, lesson, lessons
from krama.server.intake.pages.frame import language_of, page, public
from krama.server.web.wording import awaits_reader, corrected


@require_safe
@public
def index(request: HttpRequest) -> HttpResponse:
    """All there is to read, children's first."""
    language = language_of(request)
    found = [(one.id, one.title.in_(language), one.reader) for one in corrected(lessons())]
    return page(request, "learn", {"lessons": found, "here": "/learn"})


@require_safe
@public
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One of them, on one page that prints well."""
    language = language_of(request)
    try:
        found = lesson(name)
    except NotFound:
        return page(request, "learn_none", {"here": "/learn"}, status=404)
    shown = corrected(found)
    context = {
        "title": shown.title.in_(language),
        "lines": [(line.shape, line.text.in_(language)) for line in shown.lines],
        "unread": language == "km" and _unread(found),
        "here": f"/learn/{name}",
    }
    return page(request, "lesson", context)


def _unread(found: Lesson) -> bool:
    return found.reviewer is None and awaits_reader(found)
