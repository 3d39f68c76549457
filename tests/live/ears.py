"""Browsers that listen, as EventSource does: they come back by themselves, and say what they had last."""

import asyncio
import json
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp

from app.live.pages import STREAM


def finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, in a thread of its own: the loop of a browser's tests may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(copy_context().run, asyncio.run, coroutine).result()


class Event(NamedTuple):
    """What was heard, and when (monotonic)."""

    id: str
    part: str
    html: str
    at: float


@dataclass
class Ear:
    """One page that listens to its parts. `status`: how it was answered last; `ended`: how many connections did."""

    port: int
    parts: tuple[str, ...]
    cookie: str = ""
    last: str = ""
    language: str = "en"
    headers: dict[str, str] = field(default_factory=dict)
    quick: bool = True  # comes back at once, and not when it was told to
    heard: list[Event] = field(default_factory=list)
    status: int = 0
    ended: int = 0
    gone: bool = False
    beats: int = 0

    async def listen(self, session: aiohttp.ClientSession) -> None:
        """Listen until refused, or told to go."""
        retry = 0.1
        while not self.gone and self.status in (0, 200):
            with suppress(aiohttp.ClientError, ConnectionError):
                retry = await self._once(session, retry)
            self.ended += 1
            await asyncio.sleep(0.1 if self.quick else retry)

    async def _once(self, session: aiohttp.ClientSession, retry: float) -> float:
        headers = {"Cookie": self.cookie} | self.headers
        if self.heard:
            headers["Last-Event-ID"] = self.heard[-1].id
        asked = [*(("part", part) for part in self.parts), ("language", self.language), ("last", self.last)]
        url = f"http://127.0.0.1:{self.port}{STREAM}"
        async with session.get(url, params=asked, headers=headers) as answer:
            self.status = answer.status
            fields: dict[str, str] = {}
            while answer.status == 200 and (line := await answer.content.readline()):
                name, _, value = line.decode().rstrip("\n").partition(":")
                if name:
                    fields[name] = value.strip()
                    continue
                self.beats += not fields and bool(_)
                self.gone = self.gone or fields.get("event") == "gone"
                retry = int(fields.get("retry", retry * 1000)) / 1000
                if "data" in fields and not self.gone:
                    self.heard.append(Event(fields["id"], **json.loads(fields["data"]), at=time.monotonic()))
                fields = {}
        return retry

    @property
    def html(self) -> str:
        """What the page shows."""
        return self.heard[-1].html if self.heard else ""


class Ears:
    """Several pages at once, until the block ends."""

    def __init__(self, *ears: Ear) -> None:
        self.ears = ears

    async def __aenter__(self) -> "Ears":
        timeout = aiohttp.ClientTimeout(total=None)
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self.session = aiohttp.ClientSession(timeout=timeout, connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        self.tasks = [asyncio.create_task(ear.listen(self.session)) for ear in self.ears]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.session.close()


async def until(condition, seconds: float = 10.0) -> None:
    """Wait until it is so; fail if it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)
