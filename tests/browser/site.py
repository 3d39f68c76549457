"""The real thing, running: server, worker, database with the demonstration, and a Chromium to look at it."""

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from playwright.sync_api import Browser, Playwright

from tests.processes import free_port, plain_environment

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "seven quiet rivers run south"
START_SECONDS = 180
STOP_SECONDS = 30
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Site:
    """Where it is, the password of the demonstration's accounts, and its database where there is one to reach into."""

    url: str
    password: str = PASSWORD
    database: Path = Path("nowhere.sqlite")


def wait_for(port: int) -> None:
    """Wait until somebody listens on a port of the loopback. Raises TimeoutError."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on {port}")


def _environment(folder: Path) -> dict[str, str]:
    return {**plain_environment(), "PLENARIA_INSTANCE": str(folder), "PLENARIA_DEMO_PASSWORD": PASSWORD}


def copy_demonstration(common: Path, folder: Path) -> None:
    """Fill an instance folder with the demonstration, which the first process that asks makes in a folder common to
    this run. Raises CalledProcessError."""
    made = common / "demonstration"
    with FileLock(common / "demonstration.lock"):
        if not made.exists():
            making = common / "demonstration-in-the-making"
            shutil.rmtree(making, ignore_errors=True)
            for name in ("init", "demo"):
                command = [sys.executable, "-m", "app.cli", name]
                subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=_environment(making))
            making.rename(made)
    shutil.copytree(made, folder, dirs_exist_ok=True)


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Run `plenaria serve --prepare` on an instance folder of its own, until the block ends."""
    port, live_port = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--prepare"],
        cwd=ROOT,
        start_new_session=True,
        text=True,
        env={
            **_environment(folder),
            "PORT": str(port),
            "PLENARIA_LIVE_PORT": str(live_port),
            "PLENARIA_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        for line in process.stdout or ():
            said.append(line)
            if line.startswith("Ctrl-C"):
                ready.set()
        ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        if not ready.wait(START_SECONDS) or process.poll() is not None:
            raise RuntimeError(f"Plenaria did not start:\n{''.join(said)}")
        wait_for(live_port)
        yield Site(f"http://127.0.0.1:{port}", database=folder / "plenaria.sqlite")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join()
        if process.stdout:
            process.stdout.close()


def start_chromium(playwright: Playwright) -> Browser:
    """Start the Chromium that is on this machine; raises RuntimeError where there is none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise RuntimeError("There is no Chromium on this machine. On Debian: apt-get install chromium")
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))
