"""`plenaria serve`, `plenaria worker` and `plenaria live`."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo

from app.cli import plenaria, settings_for_commands
from app.cli.database import is_prepared, prepare_once, tell_accounts
from app.cli.problems import serving_problems
from app.core.db import db
from app.jobs.worker import run_worker
from app.people.queries import demonstration_accounts
from config import ConfigurationError, Development

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 25
RESTART_PAUSE = 2
# What runs beside the server -> the command that it is.
HELPERS = {"worker": "worker", "live process": "live"}


def require_fit(app: Flask) -> None:
    """Raise ConfigurationError if there is anything that Plenaria refuses to serve with."""
    with app.app_context():
        problems = serving_problems()
        db.engine.dispose()
    if problems:
        raise ConfigurationError(" ".join(f"{problem.what} {problem.mend}" for problem in problems))


def _number(name: str, default: int | str, most: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise ConfigurationError(f"{name} is {text!r}; it must be a number from 1 to {most}.")
    return int(text)


def _require_free(port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            another = port + 1 if port < 65535 else 8000
            raise ConfigurationError(
                f"The port {port} can't be used: {error.strerror}. Choose another: {name}={another}."
            ) from error


class Processes:
    """The server and its helpers, each in a session of its own so that Ctrl-C reaches only us."""

    def __init__(self, port: int, workers: int) -> None:
        self.port = port
        self.stopping = threading.Event()
        self.server = self._start(
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            HOST,
            "--port",
            str(port),
            "--workers",
            str(workers),
            "--blocking-threads",
            "1",
            "--no-ws",
            "--respawn-failed-workers",
            "--log-level",
            "warning",
            "app.wsgi:app",
        )
        self.helpers: dict[str, subprocess.Popen[bytes]] = {}  # start when the server has

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *arguments], start_new_session=True)  # noqa: S603  (our own programs)

    def answers(self) -> bool:
        """Wait until the server answers; return False if it ended, was told to stop, or took too long."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.server.poll() is None and not self.stopping.is_set():
            connection = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
            try:
                connection.request("HEAD", "/sign-in")
                connection.getresponse()
            except OSError:
                self.stopping.wait(0.05)
            else:
                return True
            finally:
                connection.close()
        return False

    def watch(self) -> bool:
        """Keep the helpers running until we are told to stop. Return False if the server ended."""
        again = dict.fromkeys(HELPERS, 0.0)  # when each may be started
        while self.server.poll() is None:
            for name, command in HELPERS.items():
                if name in self.helpers and self.helpers[name].poll() is not None:
                    status = self.helpers.pop(name).returncode
                    click.echo(f"The {name} ended with status {status}; starting another.", err=True)
                    again[name] = time.monotonic() + RESTART_PAUSE
                if name not in self.helpers and time.monotonic() >= again[name]:
                    self.helpers[name] = self._start("-m", "app.cli", command)
            if self.stopping.wait(0.2):
                return True
        return False

    def stop(self) -> None:
        """Tell all to stop, and wait: the worker finishes its job, the server its requests."""
        running = [process for process in (self.server, *self.helpers.values()) if process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@plenaria.command(with_appcontext=False)
@click.option(
    "--prepare",
    is_flag=True,
    help="First do what init does, and load the demonstration into a database in which nobody has an account yet.",
)
@click.pass_context
def serve(context: click.Context, prepare: bool) -> None:
    """Serve the pages on PORT, with PLENARIA_WORKERS processes; run the worker and the live process beside them."""
    settings = settings_for_commands()
    port, workers = _number("PORT", 8000, 65535), _number("PLENARIA_WORKERS", 2, 64)
    live_port = _number("PLENARIA_LIVE_PORT", settings.LIVE_PORT, 65535)
    _require_free(port, "PORT")
    _require_free(live_port, "PLENARIA_LIVE_PORT")
    info = context.ensure_object(ScriptInfo)
    password = None
    if not prepare or settings.ENV_NAME == "production" or not is_prepared(settings):
        app = info.load_app()
        if prepare:
            with app.app_context():
                password = prepare_once(settings)
        require_fit(app)
    processes = Processes(port, workers)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: processes.stopping.set())
    try:
        fine = processes.answers()
        if fine:
            _tell(info, settings, password)
            fine = processes.watch()
    finally:
        click.echo("Stopping when what is in hand is done ...")
        processes.stop()
    if not fine and not processes.stopping.is_set():
        raise ConfigurationError("The server ended by itself; what it said is above.")
    click.echo("Stopped.")


def _tell(info: ScriptInfo, settings: Development, password: str | None) -> None:
    click.echo(f"Plenaria is at {settings.BASE_URL}")
    if settings.ENV_NAME != "production":
        with info.load_app().app_context():
            if demonstration_accounts():
                tell_accounts(password)
            db.session.close()
            db.engine.dispose()
        if settings.MAIL_TRANSPORT == "folder":
            click.echo(f"Mail is kept at {settings.BASE_URL}/mailbox")
        else:
            click.echo(f"Mail leaves by {settings.SMTP_HOST}:{settings.SMTP_PORT}.")
    click.echo("Ctrl-C stops it.")


@plenaria.command()
def worker() -> None:
    """Run the jobs (mail, documents) until told to stop; `serve` does this too."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    require_fit(app)
    sys.exit(0 if run_worker(app) else 1)


@plenaria.command()
def live() -> None:
    """Show what changes to those who look at live pages, until told to stop; `serve` does this too."""
    from app.live.server import run_live  # no other command waits for aiohttp to be loaded

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    port = _number("PLENARIA_LIVE_PORT", app.config["LIVE_PORT"], 65535)
    require_fit(app)
    run_live(app, port)
