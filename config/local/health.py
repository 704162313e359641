"""Ask the running parts whether they work. No proxy of the environment may come between."""

import http.client

from celery import Celery
from kombu.exceptions import OperationalError


def web_answer(port: int, path: str = "/readyz") -> tuple[int, str]:
    """HTTP status and body of our own web server; status 0 and the error when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def worker_answers(broker_url: str) -> bool:
    """Whether at least one Celery worker replies to a ping within two seconds."""
    with Celery(broker=broker_url, set_as_current=False) as app:
        try:
            return bool(app.control.ping(timeout=2, limit=1))
        except (OperationalError, OSError):
            return False
