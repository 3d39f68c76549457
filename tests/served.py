"""The real server on a test's database, as `plenaria serve` runs it: it can be killed, and another takes its place."""

import http.client
import os
import signal
import socket
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from app.cli.serving import Processes
from app.people.models import User
from tests.processes import free_port, plain_environment

CSRF = "known-to-the-tests"
PATIENCE = 180.0
FORM = "application/x-www-form-urlencoded"


class Served:
    """Serves on one port for as long as the block lasts, or from `start` to `stop`."""

    def __init__(self, app: Flask, workers: int = 2) -> None:
        self.app, self.workers, self.port = app, workers, free_port()
        self.token = str(URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF))
        self.processes: Processes | None = None

    def start(self) -> None:
        """Return once it answers."""
        config, before = self.app.config, dict(os.environ)
        plain = plain_environment()
        os.environ.clear()
        os.environ |= plain | {
            "PLENARIA_ENV": "development",
            "PLENARIA_SECRET_KEY": config["SECRET_KEY"],
            "PLENARIA_INSTANCE": str(config["INSTANCE_DIR"]),
            "DATABASE_URL": config["DATABASE_URL"],
        }
        try:
            self.processes = Processes(self.port, self.workers)
        finally:
            os.environ.clear()
            os.environ |= before
        try:
            assert self.processes.answers()
        except BaseException:  # nobody would stop it
            self.stop()
            raise

    def stop(self) -> None:
        if self.processes:
            self.processes.stop()

    def kill(self) -> None:
        """End all of it as a power cut would."""
        assert self.processes
        os.killpg(self.processes.server.pid, signal.SIGKILL)
        self.processes.server.wait()

    def __enter__(self) -> "Served":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def cookie(self, user: User) -> str:
        """The cookie of somebody who has signed in, whose forms have `token`.

        Reads the account: on SQLite the test must end its transaction before it asks the server to write.
        """
        signer = self.app.session_interface.get_signing_serializer(self.app)
        session = {"_user_id": user.get_id(), "_fresh": True, "csrf_token": CSRF}
        return f"plenaria={signer.dumps(session)}"

    def request(self, cookie: str, path: str, values: Mapping[str, object]) -> bytes:
        """A form as it comes over the line, its head first."""
        body = urlencode({"csrf_token": self.token, **values})
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Accept-Language: en\r\nCookie: {cookie}\r\nContent-Type: {FORM}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return f"{head}{body}".encode()

    def line(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, cookie: str, path: str, values: Mapping[str, object] | None = None) -> tuple[int, str]:
        """Get a page, or send a form (one without `values` is one button's); return status and text."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": cookie, "Accept-Language": "en", "Origin": f"http://127.0.0.1:{self.port}"}
        try:
            if values is None:
                line.request("GET", path, headers=headers)
            else:
                body = urlencode({"csrf_token": self.token, **values})
                line.request("POST", path, body, headers | {"Content-Type": FORM})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()
