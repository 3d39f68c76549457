"""The live process as a process of its own, which can be killed."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.browser.site import free_port

START_SECONDS = 120
ROOT = Path(__file__).resolve().parents[2]


class LiveProcess:
    """Runs on one port; after a kill another takes its place."""

    def __init__(self, database_url: str, folder: Path, redis_url: str = "") -> None:
        self.arguments, self.port = [database_url, str(folder)], free_port()
        self.redis = [redis_url] if redis_url else []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.live.live_process", *self.arguments, str(self.port), *self.redis]
        self.process = subprocess.Popen(command, cwd=ROOT)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, "the live process ended by itself"
            time.sleep(0.05)
        raise AssertionError("the live process did not start")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal, and return with what status it ended."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(20)

    def __enter__(self) -> "LiveProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.end()
