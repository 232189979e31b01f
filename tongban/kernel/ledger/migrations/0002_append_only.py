"""The database itself refuses to rewrite the ledger, and queues each new event for the log."""

from django.db import migrations

REFUSE = """
create function ledger_refuse() returns trigger language plpgsql as $$
begin
  raise exception '账本只可追加，不可修改或删除（%）', tg_table_name using errcode = 'insufficient_privilege';
end $$;
"""
QUEUE = """
create function ledger_queue() returns trigger language plpgsql as $$
begin
  insert into ledger_pending (event_id) select id from fresh;
  return null;
end $$;
create trigger ledger_queue after insert on ledger_event
  referencing new table as fresh for each statement execute function ledger_queue();
"""


def guard(table: str, actions: str = "update or delete") -> str:
    return f"""
    create trigger {table}_refuse before {actions} on {table}
      for each row execute function ledger_refuse();
    create trigger {table}_refuse_truncate before truncate on {table}
      for each statement execute function ledger_refuse();
    """


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(
            REFUSE
            + QUEUE
            + guard("ledger_event")
            + guard("ledger_logentry")
            + guard("ledger_checkpoint")
            + guard("ledger_personalfact", "update"),
            "drop function ledger_refuse() cascade; drop function ledger_queue() cascade;",
        )
    ]
