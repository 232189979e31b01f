"""A newcomer does what docs/add-a-procedure.md says, and it works."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.house import empty_folder, environment, free_port, running

PAGE = Path(__file__).parents[1] / "docs" / "add-a-procedure.md"
FILES = re.compile(r"`(lending/\w+\.py)`.*?```python\n(.*?)```", re.S)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture(scope="module")
def folder():
    with empty_folder("doc") as path:
        yield path


def test_a_new_kind_of_matter_works_as_the_page_says(folder, tmp_path):
    files = dict(FILES.findall(PAGE.read_text(encoding="utf-8")))
    assert set(files) == {"lending/apps.py", "lending/models.py", "lending/procedure.py"}
    assert sum(len(text.splitlines()) for text in files.values()) < 80
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "lending" / "__init__.py").touch()
    more = {"TONGBAN_APPS": "lending", "PYTHONPATH": str(tmp_path), "TONGBAN_DATA": str(folder)}

    def command(*words):
        done = subprocess.run(
            [sys.executable, "-m", "tongban.cli", *words],
            env={**environment(), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    command("manage", "makemigrations", "lending")
    port = free_port()
    with running(folder, port, **more):
        password = (folder / "keys" / "demo-password").read_text()
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, follow_redirects=True, timeout=30) as client:
            lend_a_hammer(client, password, command)


def lend_a_hammer(client, password, command):
    def send(path, **data):
        token = TOKEN.search(client.get(path).text).group(1)
        return client.post(path, data={"csrfmiddlewaretoken": token, **data})

    code = command("demo", "code", "chen")
    assert "借用" in send("/signin/staff/", username="chen", password=password, totp=code).text
    page = send("/desk/lending/new/ask/", tool="锤子")
    number = re.search(r"SC\d{8}-\d{4}-\d", page.text).group()
    assert "<svg" in page.text
    path = f"/desk/lending/{number}"
    assert "剩 3 天" in send(f"{path}/step/lend/", key="a").text
    assert "归还" in send(f"{path}/step/give_back/", key="b", whole="on").text
    assert "锤子" in client.get("/desk/lending/?state=back").text
    assert client.get("/desk/lending/?export=xlsx").content[:2] == b"PK"
    assert "/api/v1/lending/{number}/lend/" in client.get("/api/openapi.json").json()["paths"]
    assert "## 借用工具 `lending`" in command("procedures")
    assert "账本完好" in command("ledger", "verify")
