"""The letter of a ticket is that of its group."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hall", "0003_fill_groups")]

    operations = [
        migrations.RemoveField(model_name='counter', name='letter'),
        migrations.AlterField(
            model_name='ticket',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='booking.group'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='queued_at',
            field=models.DateTimeField(),
        ),
    ]
