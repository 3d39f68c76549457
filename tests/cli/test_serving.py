import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

import config
from app.cli import database
from app.cli.serving import require_fit
from app.core.actors import SYSTEM
from app.core.db import db
from app.people.enums import Standing
from app.people.operations import invite_account
from config import ConfigurationError
from tests.conftest import settings_for
from tests.personas import make_user
from tests.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


class Served:
    """`plenaria serve` in a process of its own, on a folder and a database."""

    def __init__(self, folder: Path, database_url: str, *options: str, **environment: str) -> None:
        self.port = free_port()
        self.log = folder / "serve.log"
        names = {
            "PORT": str(self.port),
            "PLENARIA_LIVE_PORT": str(free_port()),
            "PLENARIA_INSTANCE": str(folder),
            "DATABASE_URL": database_url,
            "PLENARIA_WORKERS": "1",
            "PLENARIA_ENV": "development",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve", *options],
                cwd=ROOT,
                env={**os.environ, **names},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, condition, seconds: float = 60):
        until = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < until, f"it did not happen in time:\n{self.said}"
            time.sleep(0.1)
        return found

    def get(self, path: str, host: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def children(self) -> list[int]:
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                found.append(int(path.parent.name))
        return found

    def command_of(self, pid: int) -> str:
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return ""

    def helper(self, command: str) -> int | None:
        return next((pid for pid in self.children() if f"app.cli {command}" in self.command_of(pid)), None)


@contextmanager
def serve(folder, database_url, *options, **environment):
    served = Served(folder, database_url, *options, **environment)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.process.terminate()
            served.process.wait(timeout=40)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_and_does_jobs_until_told_to_stop(app, database_url, tmp_path, number):
    make_user("Shown", demonstration=True)
    db.session.commit()
    with serve(tmp_path, database_url) as served:
        served.wait_for(lambda: "Ctrl-C stops it." in served.said)
        assert f"Plenaria is at http://127.0.0.1:{served.port}" in served.said
        assert "secretariat@example.org" in served.said
        assert served.get("/sign-in")[0] == 200
        assert served.get("/sign-in", host="evil.example")[0] == 400
        invite_account(
            email="new@example.org", name="New", standing=Standing.MEMBER, party=None, language="en", by=SYSTEM
        )
        db.session.commit()
        served.wait_for(lambda: "new@example.org" in served.get("/mailbox")[1])
        link = re.search(r"/mailbox/[\w-]+", served.get("/mailbox")[1]).group(0)
        assert re.search(r"http://[\w.:]+/set-up/[\w-]+", served.get(link)[1])
        children = served.children()
        served.process.send_signal(number)
        assert served.process.wait(timeout=40) == 0
    assert served.said.endswith("Stopped.\n")
    assert not is_open(served.port)
    assert not [pid for pid in children if served.command_of(pid)]


def test_helpers_that_were_killed_are_replaced(app, database_url, tmp_path):
    live_port = free_port()
    with serve(tmp_path, database_url, PLENARIA_LIVE_PORT=str(live_port)) as served:
        served.wait_for(lambda: "Ctrl-C stops it." in served.said)
        served.wait_for(lambda: is_open(live_port))
        first = {
            command: served.wait_for(lambda command=command: served.helper(command)) for command in ("worker", "live")
        }
        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        for command, pid in first.items():
            served.wait_for(lambda command=command, pid=pid: served.helper(command) not in (None, pid))
        served.wait_for(lambda: is_open(live_port))
        assert "The worker ended with status -9; starting another." in served.said
        assert "The live process ended with status -9; starting another." in served.said
        assert served.get("/sign-in")[0] == 200


def test_prepares_an_empty_folder_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    with serve(tmp_path, url, "--prepare", PLENARIA_DEMO_PASSWORD="one two three four") as served:
        served.wait_for(lambda: "Ctrl-C stops it." in served.said, seconds=240)
        assert "secretariat@example.org" in served.said
        assert "one two three four" not in served.said
    stamp = (tmp_path / "prepared").stat().st_mtime_ns
    with serve(tmp_path, url, "--prepare") as served:
        served.wait_for(lambda: "Ctrl-C stops it." in served.said)
    assert (tmp_path / "prepared").stat().st_mtime_ns == stamp  # nothing is loaded again


def test_a_port_that_is_taken_is_said_so(app, database_url, tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with serve(tmp_path, database_url, PORT=str(port)) as served:
            assert served.process.wait(timeout=60) == 2
    assert f"The port {port} can't be used" in served.said
    assert "Traceback" not in served.said


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "0"), ("PORT", "http"), ("PLENARIA_WORKERS", "-1"), ("PORT", "70000")]
)
def test_a_number_that_is_none_is_said_so(app, database_url, tmp_path, name, value):
    with serve(tmp_path, database_url, **{name: value}) as served:
        assert served.process.wait(timeout=60) == 2
    assert f"{name} is '{value}'; it must be a number" in served.said


@pytest.mark.one_database
def test_production_does_not_serve_demonstration_accounts(app, database_url, tmp_path, monkeypatch):
    make_user("Shown", demonstration=True)
    db.session.commit()
    production = {
        "PLENARIA_ENV": "production",
        "PLENARIA_SECRET_KEY": "x" * 40,
        "PLENARIA_BASE_URL": "https://plenaria.example.org",
        "PLENARIA_TRUSTED_HOSTS": "plenaria.example.org",
    }
    with serve(tmp_path, database_url, **production) as served:
        assert served.process.wait(timeout=60) == 2
    assert "1 demonstration accounts" in served.said
    assert "Traceback" not in served.said
    for name, value in {**production, "PLENARIA_INSTANCE": str(tmp_path), "DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)
    stamp, content = database._stamp(config.from_environment())
    stamp.write_text(content)
    with serve(tmp_path, database_url, "--prepare", **production) as served:
        assert served.process.wait(timeout=60) == 2
    assert "1 demonstration accounts" in served.said
    assert "Traceback" not in served.said
    db.session.execute(sa.text("DELETE FROM users"))
    db.session.commit()
    with serve(tmp_path, database_url, **production) as served:
        served.wait_for(lambda: "Ctrl-C stops it." in served.said)
        assert served.get("/mailbox", host="plenaria.example.org")[0] == 404
        assert "mailbox" not in served.said


def test_an_empty_database_is_not_served(tmp_path):
    with serve(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}") as served:
        assert served.process.wait(timeout=60) == 2
    assert "Run: plenaria init" in served.said


def test_a_server_that_cannot_start_ends_the_command(tmp_path, monkeypatch):
    """The stamp says prepared, but the database is not: the server refuses, and says why."""
    path = tmp_path / "new.sqlite"
    path.touch()
    monkeypatch.setenv("PLENARIA_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    stamp, content = database._stamp(config.from_environment())
    stamp.write_text(content)
    with serve(tmp_path, f"sqlite:///{path}", "--prepare") as served:
        assert served.process.wait(timeout=150) == 2
    assert "Run: plenaria init" in served.said
    assert "The server ended by itself" in served.said


def test_what_is_not_fit_is_refused_by_any_server(tmp_path):
    from app import create_app

    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path))
    with pytest.raises(ConfigurationError, match="plenaria init"):
        require_fit(app)
