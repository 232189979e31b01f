from django.db import migrations, models


def fill_from_the_register(apps, schema_editor):
    fields = apps.get_model("catalogue", "FormField")
    for key, prefill in (("subject", "firm_name"), ("address", "firm_address")):
        fields.objects.filter(key=key, prefill="").update(prefill=prefill)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0011_runs_done'),
    ]

    operations = [
        migrations.AlterField(
            model_name='formfield',
            name='prefill',
            field=models.CharField(blank=True, choices=[('', '—'), ('name', '申请人姓名或名称'), ('id_number', '申请人证件号码'), ('phone', '申请人电话'), ('firm_name', '企业登记：名称'), ('firm_address', '企业登记：住所'), ('firm_person', '企业登记：法定代表人'), ('firm_scope', '企业登记：经营范围')], default='', max_length=12, verbose_name='自动带出'),
        ),
        migrations.RunPython(fill_from_the_register, migrations.RunPython.noop),
    ]
