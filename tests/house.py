"""A real `tongban up` for tests: start it, find its processes, stop it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def empty_folder(name):
    """A data folder that the database's own account can reach, too: pytest's own are closed."""
    path = Path(tempfile.mkdtemp(prefix=f"tongban-{name}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment():
    return {
        k: v for k, v in os.environ.items() if not k.startswith(("TONGBAN", "DATABASE", "DJANGO"))
    }


def up_command(folder, port):
    words = ["-m", "tongban.cli", "up", "--port", str(port), "--data", str(folder)]
    return [sys.executable, *words]


@contextmanager
def running(folder, port, *more, **variables):
    command = [*up_command(folder, port), *more]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**environment(), **variables}
    )
    try:
        lines = []
        while not re.search(r"http://\S+", line := process.stdout.readline()):
            assert line or process.poll() is None, lines
            lines.append(line)
        yield process, line
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(40)


def processes_of(folder):
    needle = str(folder).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if needle in words and int(entry.name) != os.getpid():
            found.append(entry.name)
    return found
