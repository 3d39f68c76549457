"""Having uploads looked at by ClamAV, where one is configured: its daemon is asked over a socket (INSTREAM)."""

import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, BinaryIO

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal, TooLarge, Unavailable
from app.core.storage import CHUNK

SECONDS = 20  # for a whole file: a person waits, and so does who comes after
REPLY_LIMIT = 4096
CLEAN = "stream: OK"
TOO_LONG = "INSTREAM size limit exceeded."


def _line(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(SECONDS)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def ask(address: str, command: str, pieces: Iterable[bytes] = ()) -> str:
    """Send clamd a command and the pieces of a stream; return its answer. Raises OSError, as when it takes too long."""
    until = time.monotonic() + SECONDS
    with _line(address) as line:

        def in_time() -> socket.socket:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no answer within {SECONDS} seconds")
            line.settimeout(left)
            return line

        with suppress(ConnectionError):  # it says why it stopped listening
            in_time().sendall(b"z%s\0" % command.encode())
            for piece in pieces:
                in_time().sendall(len(piece).to_bytes(4, "big") + piece)
        answer = b""
        while not answer.endswith(b"\0"):
            more = in_time().recv(REPLY_LIMIT)
            if not more or len(answer) > REPLY_LIMIT:
                raise ConnectionError(f"the answer broke off: {answer[:200]!r}")
            answer += more
    return answer[:-1].decode(errors="replace").strip()


def _pieces(stream: BinaryIO) -> Iterable[bytes]:
    while piece := stream.read(CHUNK):
        yield piece
    yield b""  # its length, 0, ends the stream


def scan(stream: BinaryIO, name: str) -> Refusal | None:
    """Return why a file may not be taken, or None; the stream ends at 0. A scanner that fails lets nothing through."""
    try:
        answer = ask(current_app.config["CLAMAV"], "INSTREAM", _pieces(stream))
    except OSError as error:
        answer = f"{type(error).__name__}: {error}"
    finally:
        stream.seek(0)
    if answer == CLEAN:
        return None
    current_app.logger.warning("the virus scanner on %r: %s", name, answer)
    if answer.endswith(" FOUND"):
        return Refusal(
            _l(
                "The virus scanner found “%(found)s” in the file “%(name)s”, so nothing of it was kept.",
                found=answer.removeprefix("stream: ").removesuffix(" FOUND"),
                name=name,
            ),
            field="file",
        )
    if answer.startswith(TOO_LONG):
        return TooLarge(
            _l("The file “%(name)s” is larger than the virus scanner takes, so it was not kept.", name=name),
            field="file",
        )
    return Unavailable(
        _l("The virus scanner does not answer, so the file “%(name)s” was not kept. Try again later.", name=name),
        field="file",
    )


class _Refused:
    """Stands for the content of a file that may not be taken: whoever would read it learns why not."""

    def __init__(self, refusal: Refusal) -> None:
        self._refusal = refusal

    def __getattr__(self, name: str) -> Any:
        raise self._refusal


def _scan_uploads() -> None:
    if not current_app.config["CLAMAV"]:
        return
    for _field, upload in request.files.items(multi=True):
        if upload.filename and (refusal := scan(upload.stream, upload.filename)):  # type: ignore[arg-type]  # werkzeug says IO, it is binary
            upload.close()
            upload.stream = _Refused(refusal)  # type: ignore[assignment]  # read by nothing but keep_upload


def init_app(app: Flask) -> None:
    """Scan before a view begins: nobody waits for a database that it holds, and no view can forget to."""
    app.before_request(_scan_uploads)
