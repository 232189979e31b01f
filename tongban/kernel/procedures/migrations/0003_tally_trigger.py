"""Every move of a matter adds to the tally, in the statement that moves it."""

from django.db import migrations

COUNT = """
create function procedures_count() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into procedures_tally (kind, state, unit_id, n)
      select kind, state, unit_id, count(*) from fresh group by 1, 2, 3;
  elsif tg_op = 'UPDATE' then
    insert into procedures_tally (kind, state, unit_id, n)
      select kind, state, unit_id, sum(n) from (
        select kind, state, unit_id, 1 as n from fresh
        union all select kind, state, unit_id, -1 from stale) moves
      group by 1, 2, 3 having sum(n) <> 0;
  else
    insert into procedures_tally (kind, state, unit_id, n)
      select kind, state, unit_id, -count(*) from stale group by 1, 2, 3;
  end if;
  return null;
end $$;
create trigger procedures_count_in after insert on procedures_matter
  referencing new table as fresh for each statement execute function procedures_count();
create trigger procedures_count_moved after update on procedures_matter
  referencing new table as fresh old table as stale
  for each statement execute function procedures_count();
create trigger procedures_count_out after delete on procedures_matter
  referencing old table as stale for each statement execute function procedures_count();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_tally")]
    operations = [migrations.RunSQL(COUNT, "drop function procedures_count() cascade;")]
