"""A scratch installation for a bench: database, web processes, people signed in."""

import argparse
import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from threading import Event, Thread

from tongban.runtime import up
from tongban.runtime.environment import check_database, configure, migrate
from tongban.runtime.folder import Folder
from tongban.runtime.postgres import Postgres

WORKERS = 2


@contextmanager
def scratch() -> Iterator[Folder]:
    """An empty, migrated installation; nothing of it is left afterwards."""
    path = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    folder, server = Folder(path), None
    try:
        folder.prepare()
        if not os.environ.get("DATABASE_URL"):
            server = Postgres(folder)
            server.start()
        configure(folder, server)
        check_database()
        migrate()
        yield folder
    finally:
        if server:
            server.stop("immediate")
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def served(application: str = "tongban.config.asgi:application") -> Iterator[int]:
    """Web processes of an application on a free port."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    chosen = argparse.Namespace(host="127.0.0.1", port=port, workers=WORKERS)
    child, stop = up.web(chosen, application), Event()
    keeper = Thread(target=_keep, args=(child, stop))
    try:
        up.wait_until_answering(chosen, child, up.Stop())
        keeper.start()
        yield port
    finally:
        stop.set()
        if keeper.ident:
            keeper.join()
        child.stop()


def _keep(child: up.Child, stop: Event) -> None:
    """As `tongban up` does: what died is started again."""
    while not stop.wait(0.2):
        child.restart_when_dead()


def signed_in(username: str) -> dict[str, str]:
    """Headers of a browser in which this person is signed in."""
    auth = importlib.import_module("django.contrib.auth")
    sessions = importlib.import_module("django.contrib.sessions.backends.db")
    csrf = importlib.import_module("django.middleware.csrf")
    account = auth.get_user_model().objects.get(username=username)
    session = sessions.SessionStore()
    session[auth.SESSION_KEY] = str(account.pk)
    session[auth.BACKEND_SESSION_KEY] = "tongban.kernel.people.signin.StaffBackend"
    session[auth.HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    token = csrf._get_new_csrf_string()
    return {
        "Cookie": f"sessionid={session.session_key}; csrftoken={token}",
        "X-CSRFToken": token,
    }
