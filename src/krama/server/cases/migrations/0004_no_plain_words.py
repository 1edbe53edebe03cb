# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_seal")]
    operations = [migrations.RemoveField("decision", "reason")]
