"""What the live process keeps in memory: the newest state of each part that anybody listens to, and who listens.

All of it runs in one thread, but for what reads the database. Nothing is kept for a listener but which states they
have: whoever is slow gets the newest state next, and not those between.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from flask import Flask

from app.live.admission import REFUSED, Admission, admit, newest_event
from app.live.publishing import ACCOUNTS, numbers_of, topic_of_account
from app.live.registry import Part
from app.live.rendering import Shown, nobody, render
from app.live.watching import wakes

PAUSE = 0.1  # seconds between two renderings of a topic: what is published in between comes in one
RETRY = 1.0  # seconds after a rendering failed
LOOK = 5.0  # seconds between two looks that nothing woke
GUARD = 2.0  # seconds between two looks whether anything was done that might change what people may see
GUARD_ANYWAY = 60.0  # seconds after which all are asked again although nothing was
GUARD_SHARE = 4  # of so many seconds, one is spent on asking
RENDERERS = 2  # threads

AGAIN, GONE = "again", "gone"  # why a listener ends: to connect anew, or for ever


class Listener:
    """One connection: which states of its parts it has, and how it is told to look."""

    __slots__ = ("admission", "ending", "environ", "feeds", "marks", "newest", "since", "wake")

    def __init__(self, admission: Admission, environ: dict[str, Any], marks: list[str]) -> None:
        self.admission, self.environ, self.marks = admission, environ, marks
        self.newest = admission.newest
        self.feeds: list[Feed] = []
        self.since: list[int] = []
        self.wake = asyncio.Event()
        self.ending = ""

    def end(self, why: str) -> None:
        """Have the connection closed."""
        self.ending = why
        self.wake.set()

    def take(self) -> list[bytes]:
        """The states that the listener has not got, each as an event; they count as got."""
        events = []
        for place, feed in enumerate(self.feeds):
            if feed.state is None or feed.rendered < self.since[place] or not feed.compare(self.marks[place]):
                continue
            self.marks[place] = feed.state.mark
            events.append(b"id: %s\n%s" % (",".join(self.marks).encode(), feed.event))
        return events


class Feed:
    """One part for all who listen to it. Its state has looked the same since the number `first` of its topic."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.state: Shown | None = None
        self.first = 0
        self.event = b""
        self.listeners: set[Listener] = set()
        self.stale = True
        self.begun = self.rendered = 0  # how many renderings

    def compare(self, mark: str) -> int:
        """0: somebody with this mark has what the part shows now. 1: theirs says to be newer. -1: they have another."""
        number, _, _whose = mark.partition("-")
        if self.state is None or not number.isdecimal() or len(number) > 12:
            return -1
        if mark.removeprefix(number) != self.state.mark.removeprefix(str(self.state.number)):
            return -1
        return (int(number) > self.state.number) - (int(number) < self.first)

    def show(self, state: Shown, rendering: int) -> None:
        """Take a new state, and wake the listeners."""
        if self.state is None or state.html != self.state.html or state.number < self.state.number:
            self.first = state.number
            said = json.dumps({"part": self.part.name, "html": state.html}, ensure_ascii=False)
            self.event = f"data: {said}\n\n".encode()
        self.state, self.rendered = state, rendering
        for listener in self.listeners:
            listener.wake.set()


class Board:
    """The feeds of one topic, which are rendered together: so what they have in common is read once."""

    def __init__(self) -> None:
        self.feeds: set[Feed] = set()
        self.stale = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def spoil(self, feed: Feed) -> None:
        """Have a feed rendered anew."""
        feed.stale = True
        self.stale.set()


class Hub:
    """All feeds and listeners of this process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.listeners: set[Listener] = set()
        self.held: defaultdict[str, int] = defaultdict(int)  # connections, by who holds them
        self._feeds: dict[Part, Feed] = {}
        self._boards: dict[str, Board] = {}
        self._asked: set[str] | None = set()
        self._accounts = -1  # the number of their common topic at the last look at each
        self._ask = asyncio.Event()
        self._renderers = ThreadPoolExecutor(RENDERERS, "renderer")
        self._doormen = ThreadPoolExecutor(1, "doorman")  # a thread of its own: many who come back delay no change
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to look."""
        self._tasks = [asyncio.create_task(work()) for work in (self._watch, self._look, self._sweep, self._guard)]

    async def stop(self) -> None:
        """End all listeners and what was begun."""
        for listener in self.listeners:
            listener.end(AGAIN)
        tasks = [*self._tasks, *(board.task for board in self._boards.values() if board.task)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for pool in (self._renderers, self._doormen):
            pool.shutdown()

    async def admit(self, environ: dict[str, Any]) -> Admission:
        """Ask what a request may listen to. Raises one of `REFUSED`."""
        return await asyncio.get_running_loop().run_in_executor(self._doormen, admit, self.app, environ)

    def join(self, listener: Listener) -> None:
        """Let somebody listen. Who may have a newer state than the newest known here waits for one rendered anew."""
        self.listeners.add(listener)
        self._accounts = -1  # theirs may have changed since they were let in
        self.held[listener.admission.who] += 1
        for part, mark in zip(listener.admission.parts, listener.marks, strict=True):
            board = self._boards.get(part.topic)
            if board is None:
                board = self._boards[part.topic] = Board()
                board.task = asyncio.create_task(self._keep(board))
            feed = self._feeds.get(part)
            if feed is None:
                feed = self._feeds[part] = Feed(part)
                board.feeds.add(feed)
                board.stale.set()
            newer = feed.compare(mark) > 0 if feed.state else bool(mark and feed.begun)
            if newer:
                board.spoil(feed)
            feed.listeners.add(listener)
            listener.feeds.append(feed)
            listener.since.append(feed.begun + 1 if newer else 0)

    def leave(self, listener: Listener) -> None:
        """Forget a listener, and the parts that nobody else listens to."""
        self.listeners.discard(listener)
        who = listener.admission.who
        self.held[who] -= 1
        if not self.held[who]:
            del self.held[who]
        for feed in listener.feeds:
            feed.listeners.discard(listener)
            if not feed.listeners and feed.part in self._feeds:
                del self._feeds[feed.part]
                board = self._boards[feed.part.topic]
                board.feeds.discard(feed)
                if not board.feeds and board.task:
                    board.task.cancel()
                    del self._boards[feed.part.topic]

    async def _read(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Read the database in a thread, as for a request of nobody's: what is none would wait for SQLite's lock."""

        def inside() -> Any:
            with nobody(self.app):
                return function(*arguments)

        return await asyncio.get_running_loop().run_in_executor(self._renderers, inside)

    async def _keep(self, board: Board) -> None:
        """Render the feeds of a topic each time that any is stale, what most people look at first."""
        loop = asyncio.get_running_loop()
        while True:
            await board.stale.wait()
            board.stale.clear()
            feeds = sorted((feed for feed in board.feeds if feed.stale), key=lambda feed: -len(feed.listeners))
            for feed in feeds:
                feed.stale = False
                feed.begun += 1
            for feed in await loop.run_in_executor(self._renderers, self._render, feeds, loop):
                loop.call_later(RETRY, board.spoil, feed)
            await asyncio.sleep(PAUSE)

    def _render(self, feeds: Iterable[Feed], loop: asyncio.AbstractEventLoop) -> list[Feed]:
        """Render feeds of one topic as of one moment, each shown as soon as it is there; return those that failed."""
        failed, waiting = [], iter(feeds)
        for first in waiting:
            feed = first
            try:
                with nobody(self.app):
                    for feed in chain([first], waiting):
                        loop.call_soon_threadsafe(feed.show, render(feed.part), feed.begun)
            except Exception:  # whatever it was, the others are rendered
                self.app.logger.exception("the part %s can't be rendered", feed.part.name)
                failed.append(feed)
        return failed

    async def _watch(self) -> None:
        async for topic in wakes(self.app):
            self._look_at(None if topic is None else [topic])

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            self._look_at(None)

    def _look_at(self, topics: Iterable[str] | None) -> None:
        """Have the numbers of the topics (None: of all) compared with what was rendered."""
        self._asked = None if topics is None or self._asked is None else self._asked | set(topics)
        self._ask.set()

    async def _look(self) -> None:
        while True:
            await self._ask.wait()
            self._ask.clear()
            asked, self._asked = self._asked, set()
            feeds: defaultdict[str, list[Feed]] = defaultdict(list)
            for feed in self._feeds.values():
                feeds[feed.part.topic].append(feed)
            known = {*feeds, ACCOUNTS}
            try:
                numbers = await self._read(numbers_of, known if asked is None else known & asked)
                if numbers.pop(ACCOUNTS, self._accounts) != self._accounts:
                    await self._look_at_accounts()
            except Exception:
                self.app.logger.exception("the live process can't look for changes")
                continue
            for topic, number in numbers.items():
                for feed in feeds[topic]:
                    if topic in self._boards and (feed.state is None or feed.state.number != number):
                        self._boards[topic].spoil(feed)

    async def _look_at_accounts(self) -> None:
        """End the listeners of the accounts that were told to ask again."""
        accounts: defaultdict[str, list[Listener]] = defaultdict(list)
        for listener in self.listeners:
            accounts[topic_of_account(listener.admission.account_id)].append(listener)
        numbers = await self._read(numbers_of, {*accounts, ACCOUNTS})
        self._accounts = numbers.pop(ACCOUNTS)
        for topic, number in numbers.items():
            for listener in accounts[topic]:
                if listener.admission.account_number != number:
                    listener.end(AGAIN)

    async def _guard(self) -> None:
        """Ask again for everybody who was let in before the newest thing was done, and for all every so often."""
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        while True:
            await asyncio.sleep(GUARD)
            try:
                newest = await self._read(newest_event)
                anyway = loop.time() > asked_at + GUARD_ANYWAY
                await self._ask_for([one for one in self.listeners if anyway or one.newest != newest])
                asked_at = loop.time() if anyway else asked_at
            except Exception:
                self.app.logger.exception("the live process can't ask who may listen")

    async def _ask_for(self, listeners: list[Listener]) -> None:
        alike: defaultdict[tuple[Any, ...], list[Listener]] = defaultdict(list)
        for listener in listeners:
            alike[listener.admission.account_id, listener.admission.parts].append(listener)
        loop = asyncio.get_running_loop()
        for (_account, parts), those in alike.items():
            began = loop.time()
            try:
                admission = await self.admit(those[0].environ)
                why = "" if admission.parts == parts else AGAIN
            except REFUSED:
                why = GONE
            for listener in those:
                if why:
                    listener.end(why)
                else:
                    listener.newest = admission.newest
            await asyncio.sleep((loop.time() - began) * (GUARD_SHARE - 1))
