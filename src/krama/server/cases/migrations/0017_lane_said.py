# SPDX-License-Identifier: Apache-2.0
"""An emergency was always in its own lane; now the row says so. Apart: PostgreSQL alters no table whose rows changed."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def say_the_lane(apps: Any, schema_editor: Any) -> None:
    apps.get_model("cases", "Case").objects.filter(is_emergency=True).update(lane="emergency")


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_people_and_peers")]
    operations = [migrations.RunPython(say_the_lane, migrations.RunPython.noop)]
