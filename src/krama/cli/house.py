# SPDX-License-Identifier: Apache-2.0
"""What every server command needs first: a home, Django on it, and tables that are up to date."""

from __future__ import annotations

import os

from krama.errors import BadHome
from krama.server.site.faces import Face, face, open_public, settings_module
from krama.server.site.home import Home, database_named, home_folder, open_home


def enter() -> Home:
    """Open the home and start Django on it; `BadHome` says how to make one."""
    if face() is Face.PUBLIC:
        raise BadHome("KRAMA_FACE=public: only `krama serve` runs there; this command is the console's. Unset it.")
    home = open_home(home_folder())
    if home.database != database_named():
        # Going on would begin an empty database beside the full one.
        raise BadHome(
            "This home keeps its data in PostgreSQL: set KRAMA_DATABASE_URL as it was."
            if home.database == "postgresql"
            else "This home keeps its data in its own folder: unset KRAMA_DATABASE_URL."
        )
    start_django()
    return home


def enter_public() -> Home:
    """The public face's own folder, and Django on it; the home is not opened."""
    home = open_public()
    start_django()
    return home


def enter_ready() -> Home:
    """As `enter`, and the tables are those of this version."""
    home = enter()
    if waiting := migrations_waiting():
        raise BadHome(f"{waiting} changes of the tables are waiting; run `krama init` once, it keeps your data.")
    check_owner(home)
    return home


def check_owner(home: Home) -> None:
    """The database knows whose it is; another home's is never written to."""
    from krama.server.trail.events import Event
    from krama.server.trail.models import Entry

    owner = Entry.objects.filter(event=Event.HOME_MADE).values_list("subject_id", flat=True).first()
    if owner not in (None, home.id):
        raise BadHome(f"This database belongs to another home (id {owner}), not to the one in {home.folder}.")


def start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module()
    import django

    django.setup()


def sign_the_database(home: Home) -> None:
    """The first entry of the trail: this home was made."""
    from krama.server.trail.actions import record
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.events import Event
    from krama.server.trail.models import Entry

    check_owner(home)
    if not Entry.objects.filter(event=Event.HOME_MADE).exists():
        record(TERMINAL, Event.HOME_MADE, subject_kind="home", subject_id=home.id, details={"kind": home.kind})


def adopt_trail() -> None:
    """A trail that was written before entries were sealed is sealed as it stands; repeating it does nothing."""
    from krama.server.trail.adopt import adopt

    adopt()


def publish_door() -> None:
    """The public keys lie where the door looks."""
    from krama.server.compartments.rings import publish_door as publish

    publish()


def migrations_waiting() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> None:
    """Make or change the tables; repeating it does nothing."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
