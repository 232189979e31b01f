import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0004_groups_only'),
        ('catalogue', '0011_runs_done'),
        ('hall', '0001_initial'),
        ('procedures', '0005_calendar_in_force'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Serving',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.PositiveSmallIntegerField(default=1, verbose_name='权重')),
                ('turn', models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.AddField(
            model_name='counter',
            name='kind',
            field=models.CharField(choices=[('unit', '部门窗口'), ('comprehensive', '综合窗'), ('enterprise', '企业服务专区'), ('cross_city', '跨城通办'), ('pick_up', '一窗通取'), ('one_thing', '一件事'), ('tax', '办税'), ('cannot_be_done', '办不成事反映')], default='unit', max_length=16, verbose_name='类别'),
        ),
        migrations.AddField(
            model_name='counter',
            name='turn',
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='begun_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='estimate',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='finished_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='booking.group'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.serviceitem'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='overtaken',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='priority',
            field=models.PositiveSmallIntegerField(choices=[(0, '紧急'), (1, '优先'), (2, '普通')], default=2),
        ),
        migrations.AddField(
            model_name='ticket',
            name='queued_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='reason',
            field=models.CharField(blank=True, choices=[('', '无'), ('booked', '预约准时'), ('elderly', '65 岁以上'), ('veteran', '退役军人'), ('disabled', '残疾人'), ('pregnant', '孕妇'), ('following', '续办下一窗口'), ('wave', '候补转正'), ('urgent', '紧急')], max_length=12),
        ),
        migrations.AddField(
            model_name='ticket',
            name='rejoined',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='ticket',
            name='route',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='slot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.slot'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='source',
            field=models.CharField(choices=[('walk_in', '现场取号'), ('booking', '预约签到'), ('kiosk', '自助机'), ('phone', '手机取号')], default='walk_in', max_length=8),
        ),
        migrations.AddField(
            model_name='ticket',
            name='waits',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='wave',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='counter',
            name='number',
            field=models.PositiveSmallIntegerField(unique=True, verbose_name='窗口号'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('waits', True)), fields=['group', 'priority', 'queued_at'], name='ticket_line'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['counter', '-called_at'], name='ticket_at_counter'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['group', '-finished_at'], name='ticket_finished'),
        ),
        migrations.AddField(
            model_name='serving',
            name='counter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='servings', to='hall.counter'),
        ),
        migrations.AddField(
            model_name='serving',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='servings', to='booking.group'),
        ),
        migrations.AddField(
            model_name='counter',
            name='groups',
            field=models.ManyToManyField(related_name='counters', through='hall.Serving', to='booking.group'),
        ),
        migrations.AddField(
            model_name='shift',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shift',
            name='counter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='hall.counter'),
        ),
        migrations.AddConstraint(
            model_name='serving',
            constraint=models.UniqueConstraint(fields=('counter', 'group'), name='serving_once'),
        ),
        migrations.AddConstraint(
            model_name='serving',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 1)), name='serving_weight'),
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(fields=['counter', '-began_at'], name='shift_latest'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('counter',), name='shift_one_at_a_counter'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('account',), name='shift_one_of_a_clerk'),
        ),
    ]
