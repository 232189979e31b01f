"""A slot is of a group; the unit is the group's."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0003_fill_groups")]

    operations = [
        migrations.RemoveField(model_name='slot', name='unit'),
        migrations.AlterField(
            model_name='slot',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='booking.group'),
        ),
        migrations.AlterField(
            model_name='slot',
            name='released_at',
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name='booking',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='booking.group'),
        ),
        migrations.AlterField(
            model_name='booking',
            name='applicant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='people.applicant'),
        ),
        migrations.AlterField(
            model_name='booking',
            name='day',
            field=models.DateField(verbose_name='日期'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.UniqueConstraint(condition=models.Q(('live', True)), fields=('applicant', 'group', 'day'), name='booking_one_live_a_day'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('group', 'begins_at'), name='slot_once'),
        ),
    ]
