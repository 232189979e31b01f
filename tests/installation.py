"""A scratch installation with a real PostgreSQL under every test run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tongban.runtime.folder import Folder
from tongban.runtime.postgres import Postgres

path = Path(tempfile.mkdtemp(prefix="tongban-test-"))
folder = Folder(path)
folder.prepare()
os.environ["TONGBAN_DATA"] = str(path)
os.environ["TONGBAN_SECRET_KEY"] = folder.secret("session")

if "DATABASE_URL" not in os.environ:
    server = Postgres(folder)
    server.start()
    os.environ["DATABASE_URL"] = server.url()
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    atexit.register(server.stop, "immediate")
