"""Where alerts may be sent: no private, loopback, link-local or metadata address, however it is spelt (safety T21).

A name is resolved here, every one of its addresses must be public, and the connection goes to an address that was
checked, not to the name again: a second answer of a rebinding resolver is never asked for. Standard library only: the
chat process imports it too.
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

Resolver = Callable[..., list[tuple[Any, ...]]]

PORTS = frozenset({443, 8443})  # and everything from 1024 up
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
_NUMBERS = re.compile(
    r"(0x[0-9a-f]*|[0-9]+)\.?"
)  # a last label like these makes the whole an odd IPv4 address
_SHUT = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
            "::/127", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "fc00::/7",
            "fe80::/10", "fec0::/10", "ff00::/8",
        ),
    )
)  # fmt: skip
_CARRIES_V4 = (
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
)
"""IPv6 ranges that lead to an IPv4 address, and how many bits stand after it."""


class Refused(Exception):
    """This target is not one that alerts may go to. `code` for the log, the message for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. `allowed` when the operator listed its host: then any address and plain HTTP will do."""

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool


def target_of(url: str, *, allowed: Collection[str] = ()) -> Target:
    """Take `url` apart, or Refused. `allowed` are hosts, or host:port, that the operator trusts."""
    if not url or len(url) > 2000 or any(ord(c) <= 32 or ord(c) >= 127 or c == "\\" for c in url):
        raise Refused("bad_url", "Write the address in plain characters, without spaces.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Refused("bad_url", "This is no web address.") from None
    if parts.username is not None or parts.password is not None:
        raise Refused("credentials", "Leave user names and passwords out of the address.")
    port = port or (443 if parts.scheme == "https" else 80)
    return _checked(parts, host, port, allowed)


def _checked(parts: SplitResult, host: str, port: int, allowed: Collection[str]) -> Target:
    trusted = host in allowed or f"{host}:{port}" in allowed
    if parts.scheme != "https" and not (trusted and parts.scheme == "http"):
        raise Refused("not_https", "The address must begin with https://.")
    if not trusted:
        check_host(host)
        if port not in PORTS and port < 1024:
            raise Refused("port", "Use port 443, 8443, or one from 1024 up.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, trusted)


def check_host(host: str) -> None:
    """A name as the domain system writes it, or an IP address in its one usual spelling; else Refused."""
    address = _literal(host)
    if address is not None:
        check_address(str(address))
        return
    if (
        len(host) > 253
        or not _NAME.fullmatch(host)
        or _NUMBERS.fullmatch(host.rstrip(".").rpartition(".")[2])
    ):
        raise Refused("bad_host", "This host is neither a name nor a plain IP address.")
    name = host.rstrip(".")
    if "." not in name or name.endswith((".localhost", ".local", ".internal", ".localdomain", ".home.arpa")):
        raise Refused("private", "This host is inside a private network.")


def check_address(address: str) -> None:
    """Refused unless `address` is one of the public internet."""
    try:
        found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        raise Refused("bad_host", "This is no IP address.") from None
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id:
            raise Refused("private", "This address is inside a private network.")
        for network, after in _CARRIES_V4:
            if found in network:
                found = ipaddress.IPv4Address((int(found) >> after) & 0xFFFFFFFF)
                break
    shut = any(found.version == network.version and found in network for network in _SHUT)
    if shut or found.is_multicast or not (found.is_global or found.version == 6):
        raise Refused("private", "This address is inside a private network.")


def addresses_of(target: Target, *, resolver: Resolver | None = None, seconds: float = 5.0) -> list[str]:
    """Every address of the target's host, each checked; Refused when one of them is not public or none is found."""
    found = _resolve(target.host, target.port, resolver or socket.getaddrinfo, seconds)
    if not target.allowed:
        for address in found:
            check_address(address)
    return found


def _resolve(host: str, port: int, resolver: Resolver, seconds: float) -> list[str]:
    """Ask the resolver in a thread: it cannot be interrupted, only left behind."""
    answer: list[tuple[Any, ...]] = []

    def ask() -> None:
        try:
            answer.extend(resolver(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    found = list(dict.fromkeys(str(row[4][0]) for row in list(answer)))
    if not found:
        raise Refused("no_address", "No address is known for this host.")
    return found


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
