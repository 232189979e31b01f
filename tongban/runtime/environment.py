"""From a data folder to a running database and a configured Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.config.set_up import set_up

from .folder import Folder, StartError, default
from .postgres import Postgres

OLDEST_POSTGRES = 150000


@contextmanager
def database(path: Path | None = None) -> Iterator[Folder]:
    """A running database for one command: the outside one, the running one, or our own."""
    folder = Folder(path or default())
    folder.prepare()
    server = None if os.environ.get("DATABASE_URL") else Postgres(folder)
    started = server.start() if server else False
    try:
        configure(folder, server)
        check_database()
        if started or _is_empty():  # no `tongban up` looks after it: its tables are our work
            migrate()
        yield folder
    finally:
        if server and started:
            server.stop()


def _is_empty() -> bool:
    """An outside database nobody has started on yet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations') is null")
        return bool(cursor.fetchone()[0])


def configure(folder: Folder, server: Postgres | None) -> None:
    """Set what the settings read, for this process and its children."""
    os.environ["TONGBAN_DATA"] = str(folder.path)
    os.environ.setdefault("TONGBAN_SECRET_KEY", folder.secret("session"))
    if server:
        os.environ["DATABASE_URL"] = server.url()
    set_up()


def check_database() -> None:
    """Refuse a database too old, unreachable, or unable to compare Chinese words."""
    from django.db import connection
    from django.db.utils import OperationalError

    try:
        connection.ensure_connection()
    except OperationalError as error:
        line = str(error).strip().splitlines()[0]
        raise StartError(f"连接不上数据库：{line}；请检查 DATABASE_URL") from error
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
        if version < OLDEST_POSTGRES:
            raise StartError(f"PostgreSQL 版本过低（{version // 10000}），需要 15 以上")
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute("select cardinality(show_trgm(%s)) > 0", ["审批"])
        if not cursor.fetchone()[0]:
            raise StartError("数据库的 LC_CTYPE 不支持中文检索，请用 C.UTF-8 重新建立数据库")


def migrate() -> None:
    """Bring the tables up to date; refuse a database that a newer Tongban has changed."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = set(loader.disk_migrations or ())
    known_apps = {app for app, _ in ours}
    newer = [m for m in loader.applied_migrations if m not in ours and m[0] in known_apps]
    if newer:
        raise StartError(
            f"数据库由更新版本的通办建立（多出 {newer[0][0]}.{newer[0][1]}），请升级程序后再启动"
        )
    call_command("migrate", verbosity=0, interactive=False)
