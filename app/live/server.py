"""The live process: server-sent events to all who listen, on a port of its own."""

import asyncio
import gc
import io
import random
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import web
from flask import Flask
from werkzeug.exceptions import HTTPException

from app.live.admission import REFUSED, Admission
from app.live.hub import GONE, Hub, Listener
from app.live.pages import STREAM

HOST = "127.0.0.1"
HEARTBEAT = 15.0  # seconds
SLOW = 10.0  # seconds in which a listener must take what was sent
BUFFER = 64 * 1024  # bytes that may wait for one, here and again in the system
LONGEST = 1800.0  # seconds that a connection lasts; its browser then comes back with the cookie it has
PER_ACCOUNT = 12  # connections
PER_ADDRESS = 200  # connections of visitors who have not signed in: a hall may share an address
FILES = 65_536  # connections need as many open files
SPARE_FILES = 100
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Server": "Plenaria",
}


class Server:
    """Answers those who want to listen."""

    def __init__(self, app: Flask, hub: Hub) -> None:
        self.app, self.hub = app, hub
        self.open = 0
        self.most = allow_files() - SPARE_FILES

    async def listen(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its request to its end."""
        if self.open >= self.most:
            return _refusal(503)
        self.open += 1
        try:
            return await self._listen(request)
        finally:
            self.open -= 1

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        environ = _environ(request)
        try:
            admission = await self.hub.admit(environ)
        except REFUSED as error:
            return _refusal((isinstance(error, HTTPException) and error.code) or 403)
        except Exception:
            self.app.logger.exception("somebody can't be let in to listen")
            return _refusal(503)
        origin = request.headers.get("Origin", admission.page_origin)
        if origin != admission.page_origin:
            return _refusal(403)
        if self.hub.held[admission.who] >= (PER_ACCOUNT if admission.account_id else PER_ADDRESS):
            return _refusal(429)
        allowed = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
        response = web.StreamResponse(headers=HEADERS | allowed)
        listener = Listener(admission, environ, _marks(request, admission))
        self.hub.join(listener)
        try:
            await response.prepare(request)
            _keep_little(request)
            async with asyncio.timeout(LONGEST * random.uniform(0.8, 1)):  # noqa: S311  (only parts the crowd)
                await self._send(request, response, listener)
        except (TimeoutError, ConnectionError):
            pass
        finally:
            self.hub.leave(listener)
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, listener: Listener) -> None:
        """Send what is new until the listener ends."""
        # So that those whom a killed process left do not all come back at once.
        pieces = [f"retry: {random.randint(1000, 4000)}\n\n".encode()]  # noqa: S311  (only parts the crowd)
        while True:
            listener.wake.clear()
            pieces += listener.take()
            if listener.ending == GONE:
                pieces.append(b"event: gone\ndata: gone\n\n")
            for piece in pieces:
                await self._write(request, response, piece)
            if listener.ending:
                return
            pieces = []
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await listener.wake.wait()
            except TimeoutError:
                pieces = [b":\n\n"]

    async def _write(self, request: web.Request, response: web.StreamResponse, piece: bytes) -> None:
        """Send a piece. Raises ConnectionResetError for who takes nothing: the line is cut."""
        try:
            async with asyncio.timeout(SLOW):
                await response.write(piece)
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError from None


def allow_files() -> int:
    """Let the process open as many files as it may; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)


def _refusal(status: int) -> web.Response:
    return web.Response(status=status, headers={"Cache-Control": "no-store", "Server": "Plenaria", "Retry-After": "30"})


def _environ(request: web.Request) -> dict[str, Any]:
    """The request in the terms of WSGI, as one for the newest state."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/live/now",
        "QUERY_STRING": request.rel_url.raw_query_string,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.remote or "",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    for name in ("Host", "Cookie", "Accept-Language", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"):
        if values := request.headers.getall(name, []):
            between = "; " if name == "Cookie" else ","
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = between.join(values)
    return environ


def _marks(request: web.Request, admission: Admission) -> list[str]:
    """Which state of each part the browser says it has; what it says wrong counts as none."""
    marks = (request.headers.get("Last-Event-ID") or request.query.get("last", "")).split(",")
    fine = len(marks) == len(admission.parts) and all(mark.isascii() and len(mark) < 40 for mark in marks)
    return marks if fine else [""] * len(admission.parts)


def _keep_little(request: web.Request) -> None:
    """Let little wait for a listener who does not take it."""
    if transport := request.transport:
        transport.set_write_buffer_limits(high=BUFFER)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)


async def serve(
    app: Flask, port: int, stopping: asyncio.Event, started: Callable[[Server], None] | None = None
) -> None:
    """Serve on a port of the loopback until told to stop."""
    hub = Hub(app)
    server = Server(app, hub)
    application = web.Application()
    application.router.add_get(STREAM, server.listen, allow_head=False)
    runner = web.AppRunner(
        application, access_log=None, handler_cancellation=True, keepalive_timeout=HEARTBEAT, shutdown_timeout=1
    )
    await runner.setup()
    hub.start()
    try:
        await web.TCPSite(runner, HOST, port, backlog=1024).start()
        if started:
            started(server)
        await stopping.wait()
    finally:
        await hub.stop()
        await runner.cleanup()


def run_live(app: Flask, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    # A change is shown late by whatever holds up the one thread that tells: garbage, and others that render.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.001)

    async def run() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        await serve(app, port, stopping)

    with suppress(KeyboardInterrupt):
        asyncio.run(run())
