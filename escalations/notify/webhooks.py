"""Signed webhooks in the format of Standard Webhooks (R063), to a checked address, within a real time limit."""

import base64
import http.client
import json
import secrets
import socket
import ssl
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from escalations.notify.deadline import Deadline
from escalations.notify.guard import Refused, Resolver, Target, addresses_of, target_of
from escalations.notify.outcome import Outcome

READ = 16 * 1024  # of an answer nobody keeps
LONGEST_PAUSE = 3600.0  # seconds that a Retry-After may ask for


def new_secret() -> str:
    """A signing key as receivers expect it: whsec_ and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def post(
    url: str,
    secret: str,
    *,
    message: str,
    payload: Mapping[str, Any],
    now: datetime,
    allowed: Collection[str] = (),
    seconds: float = 10.0,
    resolver: Resolver | None = None,
) -> Outcome:
    """Send `payload`, signed with `secret`, under the id `message`, which stays the same over every attempt.

    Never raises for anything the other side does. Redirects are not followed.
    """
    body = json.dumps(payload, separators=(",", ":"), sort_keys=True)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Handrail",
        "Connection": "close",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=message, timestamp=now, data=body),
    }
    with Deadline(seconds) as deadline:
        try:
            target = target_of(url, allowed=allowed)
            addresses = addresses_of(target, resolver=resolver, seconds=min(5.0, seconds))
            return _exchange(target, addresses, body.encode(), headers, deadline)
        except Refused as refused:
            return Outcome(False, f"refused:{refused.code}")
        except TimeoutError:
            return Outcome(False, "timeout")
        except ssl.SSLError:
            return Outcome(False, "timeout" if deadline.passed else "tls")
        except (http.client.HTTPException, ValueError):
            return Outcome(False, "timeout" if deadline.passed else "garbage")
        except OSError:
            return Outcome(False, "timeout" if deadline.passed else "unreachable")


def _exchange(
    target: Target, addresses: list[str], body: bytes, headers: Mapping[str, str], deadline: Deadline
) -> Outcome:
    connection = http.client.HTTPConnection(target.host, target.port, timeout=deadline.left)
    if target.scheme == "https":
        connection.default_port = 443  # so that the Host header names a port only where it must
    sock = _connect(addresses, target.port, deadline)
    try:
        if target.scheme == "https":
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            sock = context.wrap_socket(sock, server_hostname=target.host)
            deadline.watch(sock)
        connection.sock = sock
        connection.request("POST", target.path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        pause = _pause(answer.getheader("Retry-After"))
        answer.read(READ)
        return _judged(answer.status, pause)
    finally:
        sock.close()


def _connect(addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
    """To the first address that answers; each is one that was checked."""
    last: OSError = OSError("no address")
    for address in addresses[:3]:
        try:
            sock = socket.create_connection((address, port), timeout=min(5.0, deadline.left))
        except OSError as error:
            last = error
            continue
        sock.settimeout(deadline.left)
        deadline.watch(sock)
        return sock
    raise last


def _judged(status: int, pause: float | None) -> Outcome:
    if 200 <= status < 300:
        return Outcome(True, "ok", status)
    return Outcome(False, "redirect" if 300 <= status < 400 else "status", status, pause)


def _pause(header: str | None) -> float | None:
    """Retry-After: seconds, or a date."""
    if not header:
        return None
    try:
        seconds = float(header) if header.strip().isdigit() else _until(header)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _until(header: str) -> float:
    at = parsedate_to_datetime(header)
    return (at - datetime.now(at.tzinfo)).total_seconds()
