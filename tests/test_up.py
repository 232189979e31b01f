"""`tongban up` on a machine that has nothing: starts, answers, stops, heals."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

SECOND_START_SECONDS = 5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = (
        Path(f"/var/tmp/tongban-up-{os.getpid()}")
        if os.geteuid() == 0
        else tmp_path_factory.mktemp("up")
    )
    yield path
    shutil.rmtree(path, ignore_errors=True)


def environment():
    return {
        k: v for k, v in os.environ.items() if not k.startswith(("TONGBAN", "DATABASE", "DJANGO"))
    }


@contextmanager
def running(folder, port, *more):
    command = [
        sys.executable,
        "-m",
        "tongban.cli",
        "up",
        "--port",
        str(port),
        "--data",
        str(folder),
        *more,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
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


def refusal(folder, port):
    command = [
        sys.executable,
        "-m",
        "tongban.cli",
        "up",
        "--port",
        str(port),
        "--data",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_it_starts_answers_and_leaves_no_process(folder):
    port = free_port()
    with running(folder, port, "--empty"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert processes_of(folder)
    assert processes_of(folder) == []


def test_the_second_start_is_quick_and_a_stale_lock_heals(folder):
    port = free_port()
    with running(folder, port, "--empty") as (process, _):
        victims = processes_of(folder)
        for victim in [str(process.pid), *victims]:
            try:
                os.kill(int(victim), signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait(10)
    began = time.monotonic()
    with running(folder, free_port(), "--empty"):
        assert time.monotonic() - began < SECOND_START_SECONDS + 2  # the heal included
    began = time.monotonic()
    with running(folder, free_port(), "--empty"):
        assert time.monotonic() - began < SECOND_START_SECONDS


def test_a_taken_port_gets_one_clear_line(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"端口 {port}" in refusal(folder, port)


def test_a_too_new_data_folder_gets_one_clear_line(tmp_path):
    (tmp_path / "format").write_text("99\n")
    assert "更新版本" in refusal(tmp_path, free_port())


def test_a_full_disk_gets_one_clear_line(tmp_path, monkeypatch):
    from tongban.runtime import folder as folders

    monkeypatch.setattr(folders, "LEAST_FREE_BYTES", 2**62)
    with pytest.raises(folders.StartError, match="磁盘空间不足"):
        folders.Folder(tmp_path / "new").prepare()
