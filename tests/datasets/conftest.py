"""A cache of its own for each test, a server on loopback that misbehaves as told, and small datasets to fetch from it."""

import hashlib
import json
import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_utils.datasets import catalog, mirrors, network
from course_utils.datasets.catalog import Dataset, File

REAL_MIRROR = os.environ.get("COURSE_MIRROR")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """An empty cache, no mirror, no proxy, and nothing remembered of earlier tests; gives the cache's folder."""
    for name in ("COURSE_MIRROR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(network, "_silent_since", None)
    mirrors._server.cache_clear()
    return tmp_path / "cache"


@pytest.fixture
def real_mirror(monkeypatch):
    """The mirror of real data that COURSE_MIRROR named when the tests began."""
    if not REAL_MIRROR:
        pytest.skip("COURSE_MIRROR is not set: no real data to test with")
    monkeypatch.setenv("COURSE_MIRROR", REAL_MIRROR)
    return REAL_MIRROR


@dataclass
class Served:
    """A file on the server, and how the server treats whoever asks for it."""

    content: bytes
    status: int = 200
    ranges: bool = True
    etag: str | None = '"1"'
    drops: list[int] = field(default_factory=list)  # after how many bytes to break off: the first answer, the second, …
    stalls_after: int | None = None
    seconds_per_chunk: float = 0.0
    claims_length: bool = True


class Server(ThreadingHTTPServer):
    """`files` by path; `asked` lists (path, Range header) of every request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, Served] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.closing = threading.Event()

    def handle_error(self, request, client_address):
        """A client that goes away is part of the tests."""

    def serve(self, path: str, content: bytes, **how) -> str:
        """Offer `content` at `path`, treated as `Served` says; gives its address."""
        self.files[path] = Served(content, **how)
        return self.address(path)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        served = self.server.files.get(self.path.lstrip("/"))
        if served is None or served.status != 200:
            self.send_error(404 if served is None else served.status)
            return
        start = self._start(served)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(served.content) - 1}/{len(served.content)}")
        if served.claims_length:
            self.send_header("Content-Length", str(len(served.content) - start))
        if served.etag:
            self.send_header("ETag", served.etag)
        self.end_headers()
        self._send(served, start)

    def _start(self, served):
        same = self.headers.get("If-Range") in (None, served.etag)
        asked = self.headers.get("Range")
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and served.ranges and same else 0

    def _send(self, served, start):
        end = start + served.drops.pop(0) if served.drops else len(served.content)
        chunk = 8192
        for at in range(start, min(end, len(served.content)), chunk):
            if served.stalls_after is not None and at >= served.stalls_after:
                self.server.closing.wait(30)
                return
            self.wfile.write(served.content[at : min(at + chunk, end)])
            self.wfile.flush()
            time.sleep(served.seconds_per_chunk)


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.closing.set()
        running.shutdown()


@pytest.fixture
def hanging_address():
    """An address whose server never takes the connection: its queue is full."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = []
    for _ in range(4):
        waiting.append(socket.socket())
        waiting[-1].setblocking(False)
        with suppress(BlockingIOError):
            waiting[-1].connect(listener.getsockname())
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/file"
    for each in (*waiting, listener):
        each.close()


@pytest.fixture
def connections(monkeypatch):
    """The (host, port) of each connection that anybody tries to make, in their order."""
    tried, connect = [], socket.create_connection

    def record(address, *args, **more):
        tried.append(address)
        return connect(address, *args, **more)

    monkeypatch.setattr(socket, "create_connection", record)
    return tried


@pytest.fixture
def refusing_address():
    """An address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    return f"http://127.0.0.1:{port}/file"


@pytest.fixture
def make_dataset():
    """A function that makes a dataset of one file from its content and addresses."""

    def make(content: bytes, *addresses: str, name: str = "file.bin", pinned: bool = True, **more) -> Dataset:
        sha256 = hashlib.sha256(content).hexdigest() if pinned else None
        file = File(name, addresses, len(content), sha256, **more)
        return Dataset("mini", "Mini", "a small one", "CC0", "nobody", "https://example.org/", "mini", (file,))

    return make


@pytest.fixture
def use_catalog(tmp_path, monkeypatch):
    """A function that puts a catalog of its own in the place of the course's; gives its path."""

    def use(text: str):
        path = tmp_path / "catalog.toml"
        path.write_text(text, encoding="utf-8")
        catalog._read.cache_clear()
        monkeypatch.setattr(catalog, "CATALOG", path)
        return path

    return use


@pytest.fixture
def offer(server, use_catalog):
    """A function that puts a dataset, by default called `fashion_mnist`, on the server and into the catalog."""
    entries = {}

    def put(reader, contents, class_names=("cat", "dog"), addresses=None, pins=None, name="fashion_mnist", **more):
        lines = [
            f"[{name}]",
            f'title = "Mini"\ndescription = "small"\nlicence = "CC0"\ncitation = "-"\nhome = "-"\nreader = "{reader}"',
            f"class_names = {json.dumps(list(class_names))}",
            *(f"{key} = {json.dumps(value)}" for key, value in more.items()),
        ]
        for file, content in contents.items():
            address = server.serve(file, content) if addresses is None else addresses
            pin = hashlib.sha256((pins or contents)[file]).hexdigest()
            lines.append(f'[[{name}.files]]\nname = "{file}"\npart = "{file.split(".")[0]}"')
            lines.append(f'size = {len(content)}\nsha256 = "{pin}"\naddresses = ["{address}"]')
        entries[name] = "\n".join(lines)
        use_catalog("\n".join(entries.values()))

    return put
