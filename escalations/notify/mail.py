"""E-mail within a real time limit, through whatever backend the settings name."""

import smtplib
import socket
from collections.abc import Sequence
from threading import local
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from escalations.notify.deadline import Deadline
from escalations.notify.outcome import Outcome

_now = local()


class _Watched:
    """Mixed into smtplib's classes: the socket is watched from before the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        deadline: Deadline | None = getattr(_now, "deadline", None)
        if deadline is not None:
            deadline.watch(sock)
        return sock


class _Plain(_Watched, smtplib.SMTP):
    pass


class _Tls(_Watched, smtplib.SMTP_SSL):
    pass


class TimedBackend(EmailBackend):
    """Django's SMTP backend; a host that hangs, or drips, is left at the deadline of `send`."""

    @property
    def connection_class(self) -> Any:
        return _Tls if self.use_ssl else _Plain


def send(
    to: Sequence[str], subject: str, text: str, *, message: str, host: str, seconds: float = 10.0
) -> Outcome:
    """Send one plain e-mail to each of `to`, unseen by the others. `message` becomes its Message-ID: a repetition
    has the same. Never raises for anything a mail server does.
    """
    mail = EmailMessage(subject, text, bcc=list(to), headers={"Message-ID": f"<{message}@{host}>"})
    if len(to) == 1:
        mail.to, mail.bcc = list(to), []
    with Deadline(seconds) as deadline:
        _now.deadline = deadline
        try:
            mail.connection = get_connection(
                timeout=int(seconds) + 2
            )  # beyond the deadline, which cuts first
            return Outcome(True, "ok") if mail.send() else Outcome(False, "nobody")
        except smtplib.SMTPResponseException as error:
            return Outcome(False, "timeout" if deadline.passed else "status", error.smtp_code)
        except smtplib.SMTPRecipientsRefused:
            return Outcome(False, "timeout" if deadline.passed else "recipients")
        except (smtplib.SMTPException, UnicodeError, ValueError):
            return Outcome(False, "timeout" if deadline.passed else "garbage")
        except TimeoutError:
            return Outcome(False, "timeout")
        except OSError:
            return Outcome(False, "timeout" if deadline.passed else "unreachable")
        finally:
            _now.deadline = None
