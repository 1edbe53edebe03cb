# SPDX-License-Identifier: Apache-2.0
"""A home made before: its critical cases are restricted from now on, as new ones are."""

from django.db import migrations


def restrict(apps, schema_editor):
    apps.get_model("cases", "Case").objects.filter(severity="critical", sensitivity="normal").update(
        sensitivity="restricted"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_need_to_know")]
    operations = [migrations.RunPython(restrict, migrations.RunPython.noop)]
