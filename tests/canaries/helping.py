# SPDX-License-Identifier: Apache-2.0
"""The officer says that the other person may be a child, writes the note, and every form by which a child is helped."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.canaries.browser import Browser
from tests.canaries.crawl import Crawl, chosen, filled, route_of
from tests.canaries.desk import note
from tests.canaries.html import Form, Page
from tests.canaries.values import SCRIPTS

# In this order: what follows needs what went before.
ACTS = ("peer", "note", "wish", "offer", "move", "follow-up", "followed-up", "refer", "trusted", "open", "contacted")
REMOVAL = ("removal", "decide")


def help_child(crawl: Crawl, officer: Browser, ref: str) -> str:
    """In both scripts; then both pages, with what was written and whom the child trusts open."""
    pages = (f"/cases/{ref}", f"/cases/{ref}/support")
    for script in SCRIPTS:
        for act in (*ACTS, *REMOVAL):
            for path in pages:
                _send(crawl, officer, path, act, script)
    return "".join(officer.get(path).text for path in pages)


def _send(crawl: Crawl, officer: Browser, path: str, act: str, script: str) -> None:
    """The first such form that the page offers now; none, once what it asks was said."""
    form = next((one for one in Page(officer.get(path).text).forms if one.action.endswith(f"/{act}")), None)
    if form is None or route_of(form.action) not in ("desk:people", "support:write"):
        return
    route = route_of(form.action)
    values, files = filled(crawl.canaries, route, form, script)
    note(crawl, route, form, officer.send(form.action, form, values | _said(form, act, values), files))


def _said(form: Form, act: str, values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Nobody was asked tomorrow; a note says more than a word; a consent is somebody's."""
    today = datetime.now(UTC).date().isoformat()
    was_asked = "answer" in form.fields and chosen(form.fields["answer"]) not in ([], ["not-asked"])
    said = {"asked_on": [today if was_asked else ""]} if "asked_on" in form.fields else {}
    if act == "note":
        said["words"] = [f"{values['words'][0]}, and what is best for both"]
    if act == "refer":
        said |= {"on": [today], "whose": ["child"]}
    return said
