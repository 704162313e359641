"""Signing in with a second factor, from enrolment on: no barrier, nothing blocked, nothing loaded from elsewhere."""

import base64
import hmac
import struct
import time

from tests.cast import PASSWORD, Cast
from tests.journeys.desk import Desk


def code_of(secret: str) -> str:
    """The six digits an authenticator shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def sign_in_with_password(desk: Desk) -> None:
    """Fill in the form as Sunny."""
    desk.open("/accounts/login/")
    desk.page.fill("[name=login]", "sunny@example.test")
    desk.page.fill("[name=password]", PASSWORD)
    desk.press("Enter")


def seen(desk: Desk) -> None:
    """This page has no barrier, and the policy blocked nothing on it."""
    assert desk.barriers() == []
    assert desk.violations() == []


def test_somebody_enrols_an_authenticator_and_signs_in_with_its_code(desk: Desk, cast: Cast) -> None:
    sign_in_with_password(desk)
    desk.until("location.pathname === '/queue/'")
    desk.open("/accounts/2fa/totp/activate/")
    desk.until("document.querySelector('main form')")
    if "reauthenticate" in desk.page.url:
        seen(desk)
        desk.page.fill("[name=password]", PASSWORD)
        desk.press("Enter")
    desk.until("document.querySelector('.qr svg')")
    seen(desk)
    secret = desk.text("main .mono")
    desk.page.fill("[name=code]", code_of(secret))
    desk.press("Enter")
    desk.until("location.pathname === '/accounts/2fa/recovery-codes/'")
    seen(desk)

    desk.open("/accounts/logout/")
    desk.page.locator("main button").click()
    desk.until("location.pathname === '/accounts/login/'")
    assert set(desk.ask("Object.keys(localStorage)")) <= {"touched"}  # when somebody last moved the mouse
    sign_in_with_password(desk)
    desk.until("location.pathname === '/accounts/2fa/authenticate/'")
    seen(desk)


def test_a_wrong_password_is_told_without_saying_whether_the_person_exists(desk: Desk, cast: Cast) -> None:
    told = []
    for who in ("sunny@example.test", "nobody@example.test"):
        desk.open("/accounts/login/")
        desk.page.fill("[name=login]", who)
        desk.page.fill("[name=password]", "not this one")
        desk.press("Enter")
        desk.until("document.querySelector('.errorlist')")
        told.append(desk.text(".errorlist"))
        seen(desk)
    assert told[0] == told[1]
