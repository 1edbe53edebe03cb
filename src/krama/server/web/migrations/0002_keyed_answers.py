# SPDX-License-Identifier: Apache-2.0
"""Answers kept before had a plain hash of the request: they go. A repeated decision is refused as decided."""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("web", "Answer").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
