"""A case keeps the version of the list under which it was made."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
update cases_case c set version_id = i.current_id
  from catalogue_serviceitem i where i.id = c.item_id;
set constraints all immediate;
"""


def version(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="cases",
        to="catalogue.implementationlist",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial"), ("catalogue", "0003_first_versions")]
    operations = [
        migrations.AddField("case", "version", version(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("case", "version", version()),
    ]
