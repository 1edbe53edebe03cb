# Written by hand, 2026-11-27

from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Each measure gets the decision that ordered it; who delivers is said where somebody did.

    The systems of a firm that is connected already know `remove` and `restore` alone: nobody sends them `withhold`
    until the firm says that they know it.
    """
    measure, webhook = apps.get_model('measures', 'Measure'), apps.get_model('measures', 'Webhook')
    item = apps.get_model('cases', 'Item')
    decision = models.Subquery(item.objects.filter(pk=models.OuterRef('item_id')).values('decision_id')[:1])
    measure.objects.update(decision_id=decision)
    if webhook.objects.exists():
        measure.objects.update(adapter='webhook')
        apps.get_model('measures', 'Way').objects.create(kind='withhold', adapter='')


class Migration(migrations.Migration):
    # Apart from the tables' changes: PostgreSQL makes no index on a table with rows that are not committed.

    dependencies = [
        ('cases', '0014_item_carried'),
        ('measures', '0002_all_kinds'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
    ]
