"""Whether the network answers, found out in seconds instead of minutes."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

SECONDS_TO_CONNECT = 3.0
SECONDS_TO_REMEMBER = 300.0

_silent_since: float | None = None


def reachable(addresses: Sequence[str]) -> Iterator[str]:
    """Those of the http(s) `addresses` whose server takes a connection, in their order.

    All are tried at once, so that the whole takes `SECONDS_TO_CONNECT` at most. Time limits of the usual libraries hold for
    each of a host's many IP addresses in turn and not at all for the look-up of its name; these are limits for everything.
    """
    global _silent_since
    probes = [_Probe(address) for address in addresses]
    deadline = time.monotonic() + SECONDS_TO_CONNECT
    answered = False
    for probe in probes:
        probe.join(max(0.0, deadline - time.monotonic()))
        if probe.connected:
            answered, _silent_since = True, None
            yield probe.address
    if probes and not answered:
        _silent_since = time.monotonic()


def answers(address: str) -> bool:
    """Whether the server of one http(s) address takes a connection within `SECONDS_TO_CONNECT`."""
    probe = _Probe(address)
    probe.join(SECONDS_TO_CONNECT)
    return probe.connected


def was_silent() -> bool:
    """Whether no server answered when last asked in this process, a few minutes ago at most."""
    return _silent_since is not None and time.monotonic() - _silent_since < SECONDS_TO_REMEMBER


class _Probe(threading.Thread):
    """Connects to an address's server, or to the proxy that stands before it.

    A daemon thread, so that one that hangs keeps nobody waiting, not even at the interpreter's end.
    """

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.connected = False
        self.start()

    def run(self) -> None:
        proxy = select_proxy(self.address, get_environ_proxies(self.address))
        if proxy and "://" not in proxy:
            proxy = f"http://{proxy}"
        server = urlsplit(proxy or self.address)
        port = server.port or (443 if server.scheme == "https" else 80)
        with contextlib.suppress(OSError):
            # half of the time for each of its IP addresses: the first may belong to an IPv6 that leads nowhere
            socket.create_connection((server.hostname, port), timeout=SECONDS_TO_CONNECT / 2).close()
            self.connected = True
