# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("detections", "0004_seal")]
    operations = [migrations.RemoveField("detection", "firm_ids")]
