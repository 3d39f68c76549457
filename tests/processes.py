"""Processes that tests start."""

import os
import socket


def plain_environment() -> dict[str, str]:
    """The environment without settings of a Plenaria on this machine, and without what has the lines of a process
    counted: that takes as long again, and what these processes run is counted where tests run it themselves."""
    names = ("PLENARIA_", "DATABASE_", "COVERAGE_PROCESS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(names)}


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
