# SPDX-License-Identifier: Apache-2.0
"""The tour's page on a stolen disk: rows of this home as they lie in its database, beside what the reader has open.

It unseals nothing itself: ids show only while the reader has them open, which is an entry of the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import User
from krama.server.cases import reach
from krama.server.cases.models import Item
from krama.server.desk.faces import Faces
from krama.server.site.home import Home
from krama.server.site.protection import Door, door_of, keys_lie_here

Words = str | Promise
LONGEST = 120  # letters of one column; the length stands beside what is cut
KEYS = {
    "file": _(
        "The keys lie as files on this machine, apart from the data. Who takes the data, a dump or a backup reads "
        "nothing; who takes the whole machine takes the keys too."
    ),
    "passphrase": _(
        "The keys open with a passphrase that somebody types at each start. A stolen machine that is switched off "
        "tells nothing."
    ),
    "environment": _(
        "The keys open with a key that is handed in at each start. A stolen machine that is switched off tells "
        "nothing, unless that key lies on it too."
    ),
}
DOORS = {
    Door.ONE_FILE: _(
        "What comes in is not closed to the process that takes it in: one database file holds everything. A firm "
        "runs the public face apart, on a larger database."
    ),
    Door.ONE_PROCESS: _(
        "What comes in is not closed to the process that takes it in: one process does both. A firm runs the public "
        "face apart."
    ),
    Door.APART: _("What comes in is sealed at the door: the public face runs apart, and has public keys alone."),
}


@dataclass(frozen=True)
class Column:
    """One column of a row. `is_sealed`: what lies there is bytes that only a key turns into words."""

    name: str
    lies: str
    is_sealed: bool
    length: int


def context(reader: object, home: Home) -> dict[str, Any]:
    """The newest detection in a case, the newest words of a reporter, and how this home is protected."""
    items = Item.objects.select_related("case", "detection", "report").order_by("-joined_at")
    found = items.filter(detection__sealed_ids__isnull=False).first()
    told = items.filter(report__parts__sealed__isnull=False).first()
    rows = [_row(reader, found, _("What the scan of a picture left"), found.detection)] if found else []
    if told and told.report:
        part = told.report.parts.filter(sealed__isnull=False).order_by("-at").first()
        rows += [_row(reader, told, _("What a child told us"), part)] if part else []
    return {
        "rows": rows,
        "keys": KEYS[home.provider.kind],
        "door": DOORS[door_of(home)],
        "keys_lie_here": keys_lie_here(home),
        "database": home.database,
    }


def _row(reader: object, item: Item, title: Words, row: Model | None) -> dict[str, Any]:
    """Beside the row: what this reader has open, if the case is there for them at all."""
    assert row is not None
    shown: dict[str, Any] = {"title": title, "table": row._meta.db_table, "columns": raw(type(row), row.pk)}
    if not isinstance(reader, User) or not reach.sees(reader, item.case):
        return shown | {"url": "", "face": None}
    faces = Faces(item.case, [item], reader.actor_id)
    face = faces.teller(item) if item.report else faces.of(item)
    return shown | {"url": reverse("desk:case", args=[item.case.ref]), "face": face, "ref": item.case.ref}


def raw(model: type[Model], pk: object) -> list[Column]:
    """A row as the database gives it, past every converter of the program."""
    query, params = model._default_manager.filter(pk=pk).values_list().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        found = cursor.fetchone()
        names = [one[0] for one in cursor.description or ()]
    return [_column(name, value) for name, value in zip(names, found or (), strict=False)]


def _column(name: str, value: object) -> Column:
    is_sealed = isinstance(value, bytes | memoryview)
    lies = bytes(value).hex() if isinstance(value, bytes | memoryview) else "" if value is None else str(value)
    return Column(name, lies[:LONGEST], is_sealed, len(lies))
