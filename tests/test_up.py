"""`tongban up` on a machine that has nothing: starts, answers, stops, heals."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.house import empty_folder, environment, free_port, processes_of, running, up_command
from tongban.demo.rows import FOLDER
from tongban.runtime.up import Stop

SECOND_START_SECONDS = 5


@pytest.fixture(scope="module")
def folder():
    with empty_folder("up") as path:
        yield path


def refusal(folder, port):
    done = subprocess.run(
        up_command(folder, port), capture_output=True, text=True, env=environment(), timeout=60
    )
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
    assert any(_start_seconds(folder) < SECOND_START_SECONDS for _busy_machine in range(3))


def _start_seconds(folder):
    began = time.monotonic()
    with running(folder, free_port(), "--empty"):
        return time.monotonic() - began


def test_what_few_ever_need_is_not_loaded_by_everybody_at_each_start():
    told = "from tongban.config.asgi import application; import sys; print(*sys.modules)"
    variables = {**environment(), "TONGBAN_SECRET_KEY": "x", "DATABASE_URL": "postgres://x@/x"}
    command = [sys.executable, "-c", told]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "tongban.services.seals.verifying" in loaded
    assert not {"pyhanko", "openpyxl", "aiohttp", "lxml"} & loaded


def test_a_signal_at_any_moment_is_heard():
    """A thread's event would now and then be asked while its lock is held, and wait for ever."""
    for n in range(200):
        stop = Stop()
        before = signal.signal(signal.SIGALRM, stop.ask)
        signal.setitimer(signal.ITIMER_REAL, 0.0005 + n % 20 * 0.0003)
        try:
            while not stop.wait(0.0001):
                pass
        finally:
            signal.signal(signal.SIGALRM, before)


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


def page(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_database_that_dies_gets_a_page_that_says_so_and_comes_back(folder):
    port = free_port()
    with running(folder, port, "--empty"):
        assert page(port)[0] == 200
        server = int((folder / "database" / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGKILL)
        seen, end = [], time.monotonic() + 20
        while time.monotonic() < end and [status for status, _ in seen[-2:]] != [503, 200]:
            seen.append(page(port))  # the first may still be answered: a killed server dies slowly
            time.sleep(0.05)
        assert seen[-1][0] == 200
        away = [text for status, text in seen if status == 503]
        assert away
        assert all("刚才的操作没有生效" in text for text in away)
        assert {status for status, _ in seen} <= {200, 503}


def test_commands_work_on_a_folder_that_was_never_started():
    with empty_folder("cold") as path:
        variables = {**environment(), "TONGBAN_DATA": str(path)}

        def told(*words):
            command = [sys.executable, "-m", "tongban.cli", *words]
            done = subprocess.run(command, env=variables, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert "演示区已装入" in told("demo", "load")
        found = json.loads(told("search", "身份证掉了", "--json", "--limit", "3").splitlines()[-1])
        assert "居民身份证-补领" in [hit["name"] for hit in found]
        assert set(found[0]) == {"kind", "code", "name", "unit", "score"}
        file = str(FOLDER / "situations.csv")
        assert "没有变化 16，错误 0" in told("import", "situations", file, "--account", "zhou")
