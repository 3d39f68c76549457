"""Asking a server for one page over and over, on several connections kept open."""

import socket
import threading
import time
import urllib.request
from dataclasses import dataclass, field


@dataclass
class Load:
    """What one run gave: answers a second, and how long each took in seconds."""

    rate: float = 0.0
    times: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The time in seconds under which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def read_answer(stream: socket.socket, buffer: bytearray) -> None:
    """Read one answer off a connection; raises RuntimeError for any but 200, and 304 to who has the page."""
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        chunk = stream.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        buffer += chunk
    head = bytes(buffer[:end]).lower()
    known = head.startswith(b"http/1.1 304")
    if not known and not head.startswith(b"http/1.1 200"):
        raise RuntimeError(head.split(b"\r\n")[0].decode())
    length = 0 if known else int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    need = end + 4 + length
    while len(buffer) < need:
        buffer += stream.recv(262144)
    del buffer[:need]


def etag(port: int, path: str) -> str:
    """Ask for a path once; return the ETag of the answer ("" without one)."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Language": "en"})
    with urllib.request.urlopen(request) as answer:  # noqa: S310  (our own server)
        return answer.headers.get("ETag", "")


def run(port: int, path: str, *, seconds: float, connections: int = 8, cookie: str = "", known: str = "") -> Load:
    """Ask for a path on 127.0.0.1 for so many seconds, where `known` as who has the page with that ETag; raises
    RuntimeError for any answer but 200 (and then 304)."""
    sent = f"Cookie: {cookie}\r\n" if cookie else ""
    sent += f"If-None-Match: {known}\r\n" if known else ""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: en\r\n{sent}\r\n".encode()
    load = Load()
    faults: list[Exception] = []
    stop = time.perf_counter() + seconds

    def ask() -> None:
        try:
            stream = socket.create_connection(("127.0.0.1", port), timeout=30)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            buffer = bytearray()
            while (began := time.perf_counter()) < stop:
                stream.sendall(request)
                read_answer(stream, buffer)
                load.times.append(time.perf_counter() - began)
            stream.close()
        except Exception as fault:
            faults.append(fault)

    began = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    load.rate = len(load.times) / (time.perf_counter() - began)
    return load
