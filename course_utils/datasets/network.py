"""Asking the network within limits of time and size, and saying what went wrong, or which setting is in the way."""

import contextlib
import http.client
import math
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy

SECONDS_TO_CONNECT = 3.0
SECONDS_TO_ANSWER = 30.0  # until the first byte of a body may be read, however often one is sent on
MOST_REDIRECTS = 10
SECONDS_TO_BELIEVE = 10 * 24 * 3600  # of a server that says when to ask again
SECONDS_TO_REMEMBER = 300.0
SECONDS_BEFORE_ASKING_AGAIN = 10.0
CHUNK = 1 << 14

_silent_since: float | None = None
_silent: dict[str, float] = {}


def reachable(addresses: Sequence[str]) -> Iterator[str]:
    """Those of the http(s) `addresses` whose server takes a connection, in their order.

    All are tried at once, so that the whole takes `SECONDS_TO_CONNECT` at most. Time limits of the usual libraries hold for
    each of a host's many IP addresses in turn and not at all for the look-up of its name; these are limits for everything.
    """
    global _silent_since
    probes = [_Probe(address) for address in addresses]
    deadline = monotonic() + SECONDS_TO_CONNECT
    answered = False
    for probe in probes:
        probe.join(max(0.0, deadline - monotonic()))
        if probe.connected:
            answered, _silent_since = True, None
            yield probe.address
    if probes and not answered:
        _silent_since = monotonic()


def answers(address: str) -> bool:
    """Whether the server of one http(s) address takes a connection within `SECONDS_TO_CONNECT`.

    One that was silent a moment ago is not asked again: a list of all datasets would wait for it once for each.
    """
    if monotonic() - _silent.get(address, -math.inf) < SECONDS_BEFORE_ASKING_AGAIN:
        return False
    probe = _Probe(address)
    probe.join(SECONDS_TO_CONNECT)
    if not probe.connected:
        _silent[address] = monotonic()
    return probe.connected


def was_silent() -> bool:
    """Whether no server answered when last asked in this process, a few minutes ago at most."""
    return _silent_since is not None and monotonic() - _silent_since < SECONDS_TO_REMEMBER


def without_password(address: str) -> str:
    """An address as it may be shown and kept: without the user and the password that may stand before its host."""
    before, at, after = address.rpartition("@")
    scheme, slashes, user = before.rpartition("//")
    # a folder's name may hold an @ as well
    return f"{scheme}{slashes}{after}" if at and (":" in user or (slashes and "/" not in user)) else address


class SettingError(requests.RequestException):
    """A setting of the user's keeps the network from being asked at all; the message names it."""


class AnswerError(requests.RequestException):
    """A server answers, but not with what it was asked for; the message says with what: "answers 404 Not Found"."""


class TooSlowError(requests.Timeout):
    """Bytes came, but too few for all the time that it took."""


def ask(address: str, headers: dict[str, str], silence: float) -> requests.Response:
    """What a server answers to a GET request, with its body still to be read by `body`; redirections are followed.

    Args:
        silence: seconds that it may send nothing, once it is connected.

    Raises:
        SettingError: a setting of the user's is unusable.
        requests.RequestException: anything else that can go wrong, but for an answer that is an error.
    """
    if not is_address(address):
        raise requests.exceptions.InvalidURL(address)
    if trouble := unusable_setting(address):
        raise SettingError(trouble)
    answered: Future[requests.Response] = Future()
    timeout = (SECONDS_TO_CONNECT, silence)

    def get() -> None:
        try:
            with requests.Session() as session:
                session.max_redirects, session.hooks = MOST_REDIRECTS, {"response": [_drop_body]}
                answered.set_result(session.get(address, headers=headers, stream=True, timeout=timeout))
        except BaseException as error:
            answered.set_exception(error)

    # in a thread, since a server may send the lines before the body a byte at a time
    threading.Thread(target=get, daemon=True).start()
    try:
        return answered.result(SECONDS_TO_ANSWER)
    except TimeoutError as error:
        raise TooSlowError from error
    except requests.RequestException:
        raise
    except (ValueError, urllib3.exceptions.HTTPError) as error:  # let through where a redirection leads to no address
        raise requests.exceptions.InvalidURL(error) from error


def _drop_body(answer: requests.Response, **_: Any) -> None:
    """Whatever stands below a redirection is not needed, and `requests` would read it however long it is."""
    if answer.is_redirect:
        answer.close()


def body(answer: requests.Response, deadline: float, unpack: bool = False) -> Iterator[bytes]:
    """The bytes of an answer, in pieces as they come.

    Args:
        deadline: when the last of them has to be there, on the clock of `monotonic`.
        unpack: undo the server's Content-Encoding; otherwise they are given as they were sent.

    Raises:
        TooSlowError: the deadline has passed.
        requests.RequestException: the connection broke, or nothing came for too long.
    """
    try:
        while chunk := answer.raw.read1(CHUNK, decode_content=unpack):
            yield chunk
            if monotonic() > deadline:
                raise TooSlowError
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error


def read(address: str, most: int, seconds: float) -> bytes:
    """A small file at an address, whole.

    Args:
        most: bytes that it may have.
        seconds: in which all of it has to be there.

    Raises:
        requests.RequestException: as `ask` and `body`; or an `AnswerError`.
    """
    deadline = monotonic() + seconds
    content = bytearray()
    with ask(address, {}, seconds) as answer:
        if answer.status_code != HTTPStatus.OK:
            raise AnswerError(status_in_words(answer))
        for chunk in body(answer, deadline, unpack=True):
            content += chunk
            if len(content) > most:
                raise AnswerError("sends without end")
    return bytes(content)


def status_in_words(answer: requests.Response) -> str:
    """What an answer without a file says: "answers 429 Too Many Requests and wants to be asked again in 60 seconds"."""
    try:
        status = HTTPStatus(answer.status_code)
        said = f"answers {status.value} {status.phrase}"
    except ValueError:
        said = f"answers {answer.status_code}"
    seconds = _seconds_to_wait(answer.headers.get("Retry-After", ""))
    if not 0 < seconds < SECONDS_TO_BELIEVE:
        return said
    wait = f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60):,} minutes"
    return f"{said} and wants to be asked again in {wait}"


def _seconds_to_wait(text: str) -> int:
    """Seconds that a header Retry-After asks for, which holds either these or a date; 0 if it is neither."""
    try:
        return int(text) if text.isdecimal() else round((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0


BROKEN = "broke the connection off"
_TROUBLES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (requests.TooManyRedirects, "sends from one address to the next without end"),
    (
        ssl.SSLCertVerificationError,
        "shows a certificate that cannot be trusted (a filter or a log-in page may stand in between, or a clock be wrong)",
    ),
    ((ssl.SSLError, requests.exceptions.SSLError), "does not speak TLS as https needs it"),
    (requests.exceptions.ProxyError, "cannot be reached through the proxy that is set"),
    (socket.gaierror, "has a name that is not known here"),
    (
        (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema, UnicodeError),
        "has, or leads to, an address that cannot be used",
    ),
    (TooSlowError, "sent too little to be waited for any longer"),
    ((requests.Timeout, TimeoutError), "fell silent"),
    (ConnectionRefusedError, "refuses the connection"),
    ((ConnectionError, http.client.IncompleteRead, requests.exceptions.ChunkedEncodingError), BROKEN),
    (http.client.HTTPException, "answers in something else than HTTP"),
)


def in_words(error: requests.RequestException) -> str:
    """What became of a request, to follow the server's name: "does not answer"."""
    if isinstance(error, SettingError):
        return f"cannot be asked, since {error}"
    if isinstance(error, AnswerError):
        return str(error)
    causes = list(_causes(error))
    return next(
        (words for kinds, words in _TROUBLES if any(isinstance(cause, kinds) for cause in causes)), "does not answer"
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that led to it; `requests` and urllib3 keep them in several places."""
    while error:
        yield error
        kept = (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__)
        error = next((cause for cause in kept if isinstance(cause, BaseException)), None)


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
    if not is_address(address):
        return f"{without_password(address)} is no address"
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
    if parts.port == 0:
        raise ValueError("nobody can be asked on port 0")
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
        if not is_address(self.address) or unusable_setting(self.address):
            return
        server = _server_of(_proxy_for(self.address)[1] or self.address)
        with contextlib.suppress(OSError, UnicodeError):  # the latter for a name that no host can have
            # half of the time for each of its IP addresses: the first may belong to an IPv6 that leads nowhere
            socket.create_connection(server, timeout=SECONDS_TO_CONNECT / 2).close()
            self.connected = True
