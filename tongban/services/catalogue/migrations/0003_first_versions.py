"""What was one row becomes the first version of its list; the database guards versions."""

import django.db.models.deletion
from django.db import migrations, models

ELEMENTS = """name, kind, by_application, nature, legal_basis, audience,
  life_event, conditions, statutory_days, promised_days, day_unit, commitment,
  visits, online_depth, bookable, in_hall, place, fee_yuan,
  fee_basis, result, result_kind, delivery, special_procedures, intermediaries,
  steps, telephone, complaint_telephone, district_wide, cross_city, cross_province,
  on_kiosk, faq"""
FILL = f"""
insert into catalogue_catalogueitem (basic_code, name, kind)
  select distinct on (basic_code) basic_code, name, kind from catalogue_serviceitem order by basic_code, id;
insert into catalogue_implementationlist (item_id, number, status, from_on, {ELEMENTS})
  select id, 1, 'published', current_date, {ELEMENTS} from catalogue_serviceitem;
update catalogue_serviceitem i set status = 'published', current_id = l.id
  from catalogue_implementationlist l where l.item_id = i.id;
update catalogue_material m set version_id = i.current_id
  from catalogue_serviceitem i where i.id = m.item_id;
update catalogue_situation s set version_id = i.current_id
  from catalogue_serviceitem i where i.id = s.item_id;
set constraints all immediate;
"""
GUARD = """
create function catalogue_guard_version() returns trigger language plpgsql as $$
begin
  if old.number is null then
    return coalesce(new, old);
  end if;
  if tg_op = 'UPDATE' and to_jsonb(old) - 'until_on' = to_jsonb(new) - 'until_on' then
    return new;
  end if;
  raise exception '已发布的实施清单版本不可修改或删除' using errcode = 'insufficient_privilege';
end $$;
create trigger catalogue_guard_version before update or delete on catalogue_implementationlist
  for each row execute function catalogue_guard_version();
create function catalogue_guard_part() returns trigger language plpgsql as $$
begin
  if exists (select 1 from catalogue_implementationlist
      where id = old.version_id and number is not null) then
    raise exception '已发布的实施清单版本不可修改或删除' using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
"""
PARTS = "".join(
    f"create trigger {table}_guard before update or delete on {table} "
    "for each row execute function catalogue_guard_part();"
    for table in ("catalogue_material", "catalogue_situation", "catalogue_variant")
)
UNGUARD = """
drop function catalogue_guard_version() cascade; drop function catalogue_guard_part() cascade;
"""


def belongs_to_version(parts):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name=parts,
        to="catalogue.implementationlist",
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_versions"), ("cases", "0002_initial")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("material", "version", belongs_to_version("materials")),
        migrations.AlterField("situation", "version", belongs_to_version("situations")),
        migrations.RemoveConstraint("material", "material_once"),
        migrations.RemoveField("material", "item"),
        migrations.RemoveField("situation", "item"),
        migrations.RemoveField("serviceitem", "search_text"),
        migrations.AddConstraint(
            "material",
            models.UniqueConstraint(fields=("version", "name"), name="material_once"),
        ),
        migrations.RunSQL(GUARD + PARTS, UNGUARD),
    ]
