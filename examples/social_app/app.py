# SPDX-License-Identifier: Apache-2.0
"""Village Square: a tiny app where people share pictures, plugged into Krama by `safety.py`, the part to copy.

This file is the app itself: pages, cookies, uploads. It shows a picture in two states only, `shown` and `restored`.
Run it: KRAMA_URL=... KRAMA_KEY=... KRAMA_WEBHOOK_SECRET=... APP_DATA=folder PORT=8100 python app.py
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from sqlite3 import Row

import uvicorn
from pages import HERE, Html, chip, fill, join, language_of, report_link, switch
from safety import KRAMA_URL, chores, store, take_in, webhook
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from store import PUBLIC
from texts import TEXTS

from krama.connectors import REPORT_BUTTON
from krama.testing import pictures

LARGEST = 10 * 1024 * 1024  # bytes of one upload
MultiPartParser.spool_max_size = 2 * LARGEST  # never spill an unchecked upload into /tmp
CHAT = ("mango", "kite", "mango", "kite")  # who says each line of the chat; two accounts that nobody has
NEIGHBOUR = "neighbour-"  # begins the accounts of those who do not exist and share pictures all the same
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
SAFE = {
    # The report button needs two lines of it: its script, from here, and Krama's page in a frame.
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    f"frame-src {KRAMA_URL}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def account_of(request: Request) -> str:
    """An opaque id: who holds the cookie is the account, and the id does not tell the cookie."""
    return "account-" + hashlib.sha256(request.state.visitor.encode()).hexdigest()[:12]


async def post(request: Request) -> Response:
    if int(request.headers.get("content-length", LARGEST + 1)) > LARGEST:
        async for _ in request.stream():  # thrown away piece by piece, so that the browser hears the answer
            pass
        return error_page(request, "too_large", 413)
    async with request.form(max_files=1, max_fields=2) as form:
        if form.get("sample") == "others":
            await run_in_threadpool(shared_by_others)
            return RedirectResponse("/others", status_code=303)
        data = await sample_or_upload(form)
    if not data:
        return error_page(request, "no_file", 422)
    standing = await run_in_threadpool(store.standing, account_of(request))
    if standing["restricted"]:
        return error_page(request, "restricted_told", 403)
    picture = await run_in_threadpool(take_in, account_of(request), data)
    return RedirectResponse(f"/pictures/{picture}", status_code=303)


async def sample_or_upload(form: FormData) -> bytes:
    if form.get("sample") == "holiday":
        return await run_in_threadpool(lambda: pictures.jpeg(pictures.landscape(1000 + secrets.randbelow(10**6))))
    if form.get("sample") == "changed":
        return await run_in_threadpool(changed_copy, 1 + secrets.randbelow(5))
    upload = form.get("picture")
    return await upload.read() if isinstance(upload, UploadFile) else b""


def changed_copy(seed: int) -> bytes:
    """A copy of a picture on the demo list (seeds 1 to 5): smaller, brighter, saved again."""
    return pictures.jpeg(pictures.changed_copy(pictures.landscape(seed, size=(1024, 768))), quality=60)


def shared_by_others() -> None:
    """Three who do not know each other share copies of one listed picture, each saved differently."""
    picture = pictures.changed_copy(pictures.landscape(1 + secrets.randbelow(5), size=(1024, 768)))
    for quality in (56, 68, 80):
        take_in(NEIGHBOUR + secrets.token_hex(6), pictures.jpeg(picture, quality=quality))


def others(request: Request) -> Response:
    """What became of the three newest: in words, for nobody sees them."""
    language = request.state.language
    chips = join([chip(language, picture["state"]) for picture in store.newest_of(NEIGHBOUR, 3)])
    story = f"{KRAMA_URL}/start/story/reviewer"
    return page(request, "others_heading", fill("others", language, chips=chips, story=story))


def feed(request: Request) -> Response:
    language, me = request.state.language, account_of(request)
    items = [item(language, picture, picture["account"] == me) for picture in store.seen_by(me)]
    shown = fill("pictures", language, items=join(items)) if items else fill("empty", language)
    told = [
        fill("standing", language, told=TEXTS[language][f"{how}_told"])
        for how, yes in store.standing(me).items()
        if yes
    ]
    return page(request, "app_name", fill("feed", language, language=language, pictures=shown, standing=join(told)))


def item(language: str, picture: Row, mine: bool) -> Html:
    """The picture where it may be seen; else words, for its owner alone."""
    state, when = picture["state"], datetime.fromisoformat(picture["posted"])
    visible = state in PUBLIC and picture["media_type"] in MEDIA_TYPES
    image = fill("image", language, id=picture["id"]) if visible else ""
    tell = button(language, picture["id"], picture["account"]) if visible else ""
    words = "" if state in PUBLIC or not mine else fill("words", language, told=TEXTS[language][f"{state}_told"])
    return fill(
        "picture", language, image=image, tell=tell, chip=chip(language, state), words=words, posted=picture["posted"],
        when=f"{when:%d/%m/%Y %H:%M}",
    )  # fmt: skip


def button(language: str, content: str, account: str) -> Html:
    """The report button: the link is all that it needs to know, and what there is without scripts."""
    link = report_link(KRAMA_URL, language, content, account)
    return fill("button", language, link=link, content_id=content, account_id=account, language=language)


def chat(request: Request) -> Response:
    """Four harmless lines; each can be told about."""
    language = request.state.language
    lines = []
    for number, who in enumerate(CHAT, start=1):
        values = {"who": TEXTS[language][who], "side": who, "said": TEXTS[language][f"chat_{number}"]}
        lines.append(fill("line", language, tell=button(language, f"chat-1-{number}", f"account-{who}"), **values))
    return page(request, "chat_heading", fill("chat", language, language=language, lines=join(lines)))


def posted(request: Request) -> Response:
    """What happened, and what is next: in words, for the owner alone."""
    language, picture = request.state.language, store.picture(str(request.path_params["id"]))
    if picture is None or picture["account"] != account_of(request):
        return error_page(request, "not_found", 404)
    told, next_ = (TEXTS[language][f"{picture['state']}_{part}"] for part in ("told", "next"))
    story = f"{KRAMA_URL}/start/story?on"
    content = fill("posted", language, chip=chip(language, picture["state"]), told=told, next=next_, story=story)
    return page(request, "posted_heading", content)


def image(request: Request) -> Response:
    picture = store.picture(str(request.path_params["id"]))
    if picture is None or picture["state"] not in PUBLIC or picture["media_type"] not in MEDIA_TYPES:
        return Response(status_code=404)
    return Response(picture["bytes"], media_type=picture["media_type"])


async def choose_language(request: Request) -> Response:
    async with request.form(max_files=0, max_fields=2) as form:
        back, language = str(form.get("back", "")), str(form.get("language", ""))
    known = re.fullmatch(r"/|/chat|/others|/pictures/[0-9a-f-]{36}", back)  # never sends anybody to another site
    language = language if language in TEXTS else "en"
    answer = RedirectResponse(f"{back if known else '/'}?lang={language}", status_code=303)
    answer.set_cookie("square_language", language, httponly=True, samesite="lax")
    return answer


def page(request: Request, title: str, content: Html, status: int = 200) -> Response:
    language = request.state.language
    back_to = request.url.path if request.method == "GET" else "/"
    values = {"title": TEXTS[language][title], "content": content, "back_to": back_to, "switch": switch(language)}
    return HTMLResponse(fill("page", language, language=language, **values), status_code=status)


def error_page(request: Request, message: str, status: int) -> Response:
    language = request.state.language
    return page(request, "error_heading", fill("error", language, message=TEXTS[language][message]), status)


async def greet(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Who is it, and in which language; and the headers that every answer carries."""
    known = request.cookies.get("square_visitor")
    request.state.visitor = known or secrets.token_urlsafe(16)
    accepted = request.headers.get("accept-language", "")
    asked = request.query_params.get("lang")  # also where no cookie is kept
    request.state.language = language_of(asked, request.cookies.get("square_language"), accepted)
    if request.method == "POST" and request.headers.get("sec-fetch-site") == "cross-site":
        return error_page(request, "not_from_here", 403)
    answer = await call_next(request)
    answer.headers.update(SAFE)
    if not known:
        answer.set_cookie("square_visitor", request.state.visitor, httponly=True, samesite="lax")
    return answer


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    chores.start()
    yield
    chores.ending = True
    chores.wake.set()


app = Starlette(
    routes=[
        Route("/", feed),
        Route("/pictures", post, methods=["POST"]),
        Route("/pictures/{id:uuid}", posted),
        Route("/pictures/{id:uuid}/image", image),
        Route("/others", others),
        Route("/krama/webhook", webhook, methods=["POST"]),
        Route("/language", choose_language, methods=["POST"]),
        Route("/chat", chat),
        Route("/report-button.js", lambda _: FileResponse(REPORT_BUTTON)),
        Route("/favicon.ico", lambda _: Response(status_code=204)),
        Route("/style.css", lambda _: FileResponse(HERE / "style.css")),
    ],
    middleware=[
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        Middleware(BaseHTTPMiddleware, dispatch=greet),
    ],
    exception_handlers={404: lambda request, _: error_page(request, "not_found", 404)},
    lifespan=lifespan,
)

if __name__ == "__main__":
    logging.basicConfig(format="village square: %(message)s")
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8100")), log_level="warning")
