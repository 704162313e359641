"""Where alerts may not go (safety T21): a table of addresses, a resolver that changes its mind."""

import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from escalations.notify import webhooks
from escalations.notify.guard import Refused, addresses_of, check_address, target_of
from tests.alerts.sink import Sink, answers

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMES = {
    "inside.example": "10.0.0.7",
    "loop.example": "127.0.0.1",
    "meta.example": "169.254.169.254",
    "cgnat.example": "100.64.1.1",
    "mapped.example": "::ffff:127.0.0.1",
    "v6.example": "fd00:ec2::254",
    "linklocal.example": "fe80::1",
    "public.example": "93.184.215.14",
}
REFUSED = [
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://0x7f.1/", "https://0x7f000001/",
    "https://2130706433/", "https://017700000001/", "https://0177.0.0.1/", "https://127.0.0.1./", "https://0/",
    "https://0.0.0.0/", "https://0x7f.0x0.0x0.0x1/", "https://127.255.255.254/", "https://10.0.0.1/",
    "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/", "https://169.254.170.2/", "https://100.64.0.1/",
    "https://100.100.100.200/", "https://168.63.129.16/", "https://192.0.0.192/", "https://198.18.0.1/",
    "https://224.0.0.1/", "https://255.255.255.255/", "https://240.0.0.1/", "https://203.0.113.5/",
    "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://[64:ff9b::a9fe:a9fe]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fc00::1]/",
    "https://[fd00:ec2::254]/", "https://[ff02::1]/", "https://[2001:db8::1]/", "https://[::ffff:0:10.0.0.1]/",
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://foo.localhost/",
    "https://printer.local/", "https://metadata.google.internal/", "https://intranet/",
    "https://inside.example/", "https://loop.example/", "https://meta.example/", "https://cgnat.example/",
    "https://mapped.example/", "https://v6.example/", "https://linklocal.example/", "https://mixed.example/",
    "https://unknown.example/", "https://①②⑦.0.0.1/", "https://127。0。0。1/", "https://public.example:22/",
    "https://public.example:25/", "https://user:word@public.example/", "https://public.example@127.0.0.1/",
    "https://public.example\\@127.0.0.1/", "https://public.example /", "http://public.example/",
    "ftp://public.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "javascript:alert(1)",
    "https://", "https://[::1", "https://public.example:99999/", "//127.0.0.1/", "https://-x.example/", "",
    "https://public.example\r\nX: 1/", "https://1.2.3/", "https://0x.example.0x1/",
]  # fmt: skip


def resolver(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
    """Names of the table, addresses as themselves; one name is half public."""
    if host == "mixed.example":
        return [_row("93.184.215.14", port), _row("192.168.0.9", port)]
    if host in NAMES or host.replace(".", "").isdigit() or ":" in host:
        return [_row(NAMES.get(host, host), port)]
    raise socket.gaierror


def _row(address: str, port: int) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address anybody tries to connect to; none is reached."""
    tried: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


@pytest.mark.parametrize("url", REFUSED)
def test_no_connection_is_made_to_what_is_not_public(url: str, connections: list[Any]) -> None:
    """T21. The same check runs when an endpoint is saved and each time something is sent."""
    with pytest.raises(Refused):
        addresses_of(target_of(url), resolver=resolver)
    outcome = webhooks.post(
        url, webhooks.new_secret(), message="msg_1", payload={}, now=NOW, resolver=resolver, seconds=2
    )
    assert (outcome.ok, outcome.code.partition(":")[0]) == (False, "refused")
    assert connections == []


def test_there_are_sixty_addresses_and_more() -> None:
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize(
    "url", ["https://public.example/hook?x=1", "https://public.example:8443/", "https://93.184.215.14/", "https://[2606:4700::1111]/"]
)  # fmt: skip
def test_what_is_public_is_connected_to_at_the_checked_address(url: str, connections: list[Any]) -> None:
    webhooks.post(
        url, webhooks.new_secret(), message="msg_1", payload={}, now=NOW, resolver=resolver, seconds=2
    )
    assert [address[0] for address in connections] in (["93.184.215.14"], ["2606:4700::1111"])


def test_a_resolver_that_changes_its_mind_is_not_asked_again(connections: list[Any]) -> None:
    """T21, DNS rebinding: public when checked, loopback from then on. The checked address is the one connected to."""
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [_row("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port)]

    webhooks.post(
        "https://rebind.example/", webhooks.new_secret(), message="m", payload={}, now=NOW, resolver=rebinding,
        seconds=2,
    )  # fmt: skip
    assert asked == ["rebind.example"]
    assert {address[0] for address in connections} == {"93.184.215.14"}
    # the next message asks anew, and is refused before any connection
    connections.clear()
    outcome = webhooks.post(
        "https://rebind.example/", webhooks.new_secret(), message="m", payload={}, now=NOW, resolver=rebinding
    )
    assert (outcome.code, connections) == ("refused:private", [])


def test_a_resolver_that_hangs_is_left_behind() -> None:
    over = threading.Event()

    def hangs(*_: Any, **__: Any) -> list[Any]:
        over.wait(60)
        return []

    begun = time.monotonic()
    with pytest.raises(Refused):
        addresses_of(target_of("https://slow.example/"), resolver=hangs, seconds=0.3)
    assert time.monotonic() - begun < 30
    over.set()


def test_a_listed_host_may_be_inside_and_only_it() -> None:
    """The demo's own sink is such a host."""
    assert target_of("http://127.0.0.1:8025/x", allowed=["127.0.0.1:8025"]).allowed
    with pytest.raises(Refused):
        target_of("http://127.0.0.1:8026/x", allowed=["127.0.0.1:8025"])


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    check_address(address)


def test_a_redirect_into_the_house_is_not_followed() -> None:
    """T21. The first server is trusted; where it points to is not, and sees no connection."""
    with Sink(answers(200)) as inside, Sink(answers(302, headers=f"Location: {inside.url}\r\n")) as outside:
        outcome = webhooks.post(
            outside.url, webhooks.new_secret(), message="m", payload={}, now=NOW, allowed=[outside.trusted]
        )
        assert (outcome.code, outcome.status) == ("redirect", 302)
        assert inside.connections == 0
