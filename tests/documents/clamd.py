"""A virus scanner of the tests' own that speaks clamd's protocol over a real socket, and misbehaves when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """What it does: `limit` bytes are taken; `answer` is said in place of a finding; `stalls` and `deaf` wait
    for an event, in the middle of the answer and before reading."""

    def __init__(self) -> None:
        self.address = ""
        self.seen: list[bytes] = []
        self.limit = 25_000_000
        self.answer: bytes | None = None
        self.stalls: threading.Event | None = None
        self.deaf: threading.Event | None = None


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        scanner: Scanner = self.server.scanner
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(scanner.answer or b"PONG\0")
            return
        assert command == b"zINSTREAM\0", command
        if scanner.deaf:
            scanner.deaf.wait(10)
            return
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            if len(content) + length > scanner.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return  # with what was sent unread, as clamd does
            content += self.rfile.read(length)
        scanner.seen.append(content)
        if scanner.stalls:
            self.wfile.write(b"str")
            scanner.stalls.wait(10)
            return
        found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(scanner.answer if scanner.answer is not None else b"stream: " + found + b"\0")


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def clamd(path: Path | None = None) -> Iterator[Scanner]:
    """One that listens at a path, or at a free port."""
    scanner = Scanner()
    server = socketserver.ThreadingUnixStreamServer(str(path), _Handler) if path else _Tcp(("127.0.0.1", 0), _Handler)
    server.scanner = scanner
    scanner.address = str(path) if path else f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield scanner
    finally:
        if scanner.stalls:
            scanner.stalls.set()
        server.shutdown()
        server.server_close()
        thread.join()
