"""Whether the network answers, found out in seconds instead of minutes; and which setting of the user's is in its way."""

import contextlib
import math
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy

SECONDS_TO_CONNECT = 3.0
SECONDS_TO_REMEMBER = 300.0
SECONDS_BEFORE_ASKING_AGAIN = 10.0

_silent_since: float | None = None
_silent: dict[str, float] = {}


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
    """Whether the server of one http(s) address takes a connection within `SECONDS_TO_CONNECT`.

    One that was silent a moment ago is not asked again: a list of all datasets would wait for it once for each.
    """
    if time.monotonic() - _silent.get(address, -math.inf) < SECONDS_BEFORE_ASKING_AGAIN:
        return False
    probe = _Probe(address)
    probe.join(SECONDS_TO_CONNECT)
    if not probe.connected:
        _silent[address] = time.monotonic()
    return probe.connected


def was_silent() -> bool:
    """Whether no server answered when last asked in this process, a few minutes ago at most."""
    return _silent_since is not None and time.monotonic() - _silent_since < SECONDS_TO_REMEMBER


def without_password(address: str) -> str:
    """An address as it may be shown and kept: without the user and the password that may stand before its host."""
    before, at, after = address.rpartition("@")
    scheme, slashes, user = before.rpartition("//")
    # a folder's name may hold an @ as well
    return f"{scheme}{slashes}{after}" if at and (":" in user or (slashes and "/" not in user)) else address


class SettingError(requests.RequestException):
    """A setting of the user's keeps the network from being asked at all; the message names it."""


def ask(address: str, **options: Any) -> requests.Response:
    """`requests.get`, with one kind of error for everything that can go wrong.

    Raises:
        SettingError: a setting of the user's is unusable.
        requests.RequestException: as `requests.get`.
    """
    if trouble := unusable_setting(address):
        raise SettingError(trouble)
    return requests.get(address, **options)


def unusable_setting(address: str) -> str:
    """Which setting of the user's keeps an http(s) address from being asked, and why; empty if none does.

    Values of proxy variables are not repeated, since they may hold a password.
    """
    variable, proxy = _proxy_for(address)
    if variable and not _is_usable_proxy(proxy):
        return f"{variable} is not the address of a proxy that can be used"
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if os.environ.get(name):
            trusted = urlsplit(address).scheme != "https" or _has_certificates(Path(os.environ[name]))
            return "" if trusted else f"{name} names {os.environ[name]}, which holds no certificates"
    return ""


def way_to(address: str) -> str:
    """What to look at when an http(s) address does not answer: a setting, in words; empty if there is none."""
    variable, proxy = _proxy_for(address)
    return unusable_setting(address) or (f"it is asked through the proxy that {variable} names" if proxy else "")


def _proxy_for(address: str) -> tuple[str, str]:
    """The environment variable that says through which proxy an address is asked, and that proxy; empty if none does."""
    proxy = select_proxy(address, get_environ_proxies(address))
    if not proxy:
        return "", ""
    names = (name for name, value in os.environ.items() if name.lower().endswith("_proxy") and value == proxy)
    return next(names, "the system's setting"), proxy if "://" in proxy else f"http://{proxy}"


def _is_usable_proxy(proxy: str) -> bool:
    """As `requests` will find when it takes it apart: its scheme, and a password that fits into a header, included."""
    try:
        HTTPAdapter().proxy_manager_for(proxy)
    except ValueError:
        return False
    return is_address(proxy)


def _has_certificates(place: Path) -> bool:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(capath=place) if place.is_dir() else context.load_verify_locations(cafile=place)
    except OSError:
        return False
    return True


def is_address(text: str) -> bool:
    """Whether a text has the form of a server's address, with a host and with a port that can be."""
    try:
        return bool(_server_of(text)[0])
    except ValueError:
        return False


def _server_of(address: str) -> tuple[str | None, int]:
    """Host and port of an address; ValueError if the port is no number, or the host cannot be told."""
    parts = urlsplit(address)
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


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
        if unusable_setting(self.address):
            return
        server = _server_of(_proxy_for(self.address)[1] or self.address)
        with contextlib.suppress(OSError, UnicodeError):  # the latter for a name that no host can have
            # half of the time for each of its IP addresses: the first may belong to an IPv6 that leads nowhere
            socket.create_connection(server, timeout=SECONDS_TO_CONNECT / 2).close()
            self.connected = True
