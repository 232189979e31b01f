import datetime
import django.db.models.deletion
import tongban.services.booking.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0001_initial'),
        ('catalogue', '0011_runs_done'),
        ('people', '0004_key_scope'),
        ('procedures', '0005_calendar_in_force'),
        ('units', '0002_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=tongban.services.booking.models.new_token, max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('reason', models.CharField(max_length=120, verbose_name='原因')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('letter', models.CharField(max_length=2)),
                ('release_days', models.PositiveSmallIntegerField(default=7, verbose_name='提前开放（天）')),
                ('release_at', models.TimeField(default=datetime.time(8, 0), verbose_name='开放时刻')),
            ],
            options={
                'ordering': ['letter', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.FloatField()),
                ('visits', models.PositiveIntegerField()),
                ('counters', models.PositiveSmallIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Rules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_at_once', models.PositiveSmallIntegerField(default=3, verbose_name='每人同时有效的预约')),
                ('cancel_hours', models.PositiveSmallIntegerField(default=2, verbose_name='最迟提前几小时取消')),
                ('early_minutes', models.PositiveSmallIntegerField(default=30, verbose_name='可提前签到（分钟）')),
                ('late_minutes', models.PositiveSmallIntegerField(default=10, verbose_name='迟到仍算准时（分钟）')),
                ('misses', models.PositiveSmallIntegerField(default=3, verbose_name='爽约几次暂停预约')),
                ('misses_in_days', models.PositiveSmallIntegerField(default=90, verbose_name='在多少天内')),
                ('banned_days', models.PositiveSmallIntegerField(default=30, verbose_name='暂停预约天数')),
                ('people_at_most', models.PositiveSmallIntegerField(default=4, verbose_name='一次最多几人同来')),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='星期')),
                ('opens', models.TimeField(verbose_name='开始')),
                ('closes', models.TimeField(verbose_name='结束')),
                ('minutes', models.PositiveSmallIntegerField(default=30, verbose_name='每段分钟')),
                ('online', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='网上名额')),
                ('phone', models.PositiveSmallIntegerField(default=1, verbose_name='电话名额')),
                ('reserved', models.PositiveSmallIntegerField(default=2, verbose_name='现场保留')),
                ('wave', models.PositiveSmallIntegerField(default=1, verbose_name='候补名额')),
            ],
            options={
                'ordering': ['group', 'weekday', 'opens'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='slot',
            name='slot_once',
        ),
        migrations.RemoveConstraint(
            model_name='slot',
            name='slot_never_over_capacity',
        ),
        migrations.AddField(
            model_name='booking',
            name='applicant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='people.applicant'),
        ),
        migrations.AddField(
            model_name='booking',
            name='channel',
            field=models.CharField(choices=[('online', '网上'), ('phone', '电话'), ('wave', '候补名额')], default='online', max_length=8),
        ),
        migrations.AddField(
            model_name='booking',
            name='day',
            field=models.DateField(null=True, verbose_name='日期'),
        ),
        migrations.AddField(
            model_name='booking',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='catalogue.serviceitem', verbose_name='事项'),
        ),
        migrations.AddField(
            model_name='booking',
            name='lacking',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='booking',
            name='people',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='人数'),
        ),
        migrations.AddField(
            model_name='booking',
            name='places',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='booking',
            name='reminded',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='slot',
            name='closed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='slot',
            name='phone',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='slot',
            name='phone_taken',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='slot',
            name='released_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='slot',
            name='reserved',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='slot',
            name='wave',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='slot',
            name='wave_taken',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='booking',
            name='slot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='booking.slot'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='applicant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='people.applicant'),
        ),
        migrations.AddField(
            model_name='group',
            name='items',
            field=models.ManyToManyField(blank=True, related_name='groups', to='catalogue.serviceitem'),
        ),
        migrations.AddField(
            model_name='group',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='units.unit'),
        ),
        migrations.AddField(
            model_name='closure',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='booking.group', verbose_name='窗口组'),
        ),
        migrations.AddField(
            model_name='booking',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='booking.group'),
        ),
        migrations.AddField(
            model_name='slot',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='booking.group'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('live', True)), fields=['slot'], name='booking_slot_live'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('live', True), ('slot', None)), fields=['group', 'day'], name='booking_wished'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('taken__lte', models.F('capacity')), ('phone_taken__lte', models.F('phone')), ('wave_taken__lte', models.F('wave'))), name='slot_never_over_capacity'),
        ),
        migrations.AddField(
            model_name='pace',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='paces', to='booking.group'),
        ),
        migrations.AddField(
            model_name='pace',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='catalogue.serviceitem'),
        ),
        migrations.AddField(
            model_name='session',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='booking.group'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.UniqueConstraint(fields=('group', 'day'), name='closure_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='pace',
            constraint=models.UniqueConstraint(fields=('group', 'item'), name='pace_once', nulls_distinct=False),
        ),
    ]
