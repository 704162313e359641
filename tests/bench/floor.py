"""The floor: the least a Django page can do that decides a case and claims the next one.

One SQL statement (decide, claim the next, two hashed audit rows), the signed-in person (one more), a 1 KB
template, CSRF checked. What Handrail's cycle costs is given as a multiple of this, measured in the same run,
by the same clients, through the same gunicorn. `python -m tests.bench.floor N PEOPLE` makes the tables.
"""

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Template
from django.urls import path

NAME = "tests.bench.floor"

TABLES = """
CREATE TABLE item (id bigserial PRIMARY KEY, priority int NOT NULL, due_at timestamptz NOT NULL,
  status int NOT NULL DEFAULT 0, assignee bigint, decision text, title text NOT NULL, body text NOT NULL);
CREATE INDEX item_open ON item (priority DESC, due_at) WHERE status = 0;
CREATE TABLE audit (id bigserial PRIMARY KEY, item bigint NOT NULL, who bigint NOT NULL, what text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(), hash bytea NOT NULL);
"""

FILL = """
INSERT INTO item (priority, due_at, title, body)
SELECT (random() * 4)::int, now() + random() * interval '3 days', 'Item ' || n,
       repeat('Words of item ' || n || '. ', 12)
FROM generate_series(1, %s) n
"""

CYCLE = """
WITH done AS (
  UPDATE item SET status = 2, decision = %(decision)s
  WHERE id = %(item)s AND status = 1 AND assignee = %(who)s RETURNING id
), next AS (
  SELECT id FROM item WHERE status = 0 ORDER BY priority DESC, due_at LIMIT 1 FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE item SET status = 1, assignee = %(who)s FROM next WHERE item.id = next.id
  RETURNING item.id, item.title, item.body, item.due_at
), told AS (
  INSERT INTO audit (item, who, what, hash)
  SELECT id, %(who)s, 'decided', sha256(id::text::bytea) FROM done
  UNION ALL SELECT id, %(who)s, 'claimed', sha256(id::text::bytea) FROM claimed
)
SELECT id, title, body, due_at FROM claimed
"""

PAGE = """<article id="case"><h1>{{ title }}</h1><p>due {{ due_at }}</p><p>{{ body }}</p>
<form method="post" action="/cycle"><input type="hidden" name="item" value="{{ id }}">
<label><input type="radio" name="decision" value="approve"> Approve</label>
<label><input type="radio" name="decision" value="correct"> Correct</label>
<label><input type="radio" name="decision" value="reject"> Reject</label>
<label>Note <textarea name="note"></textarea></label><button>Decide</button></form></article>"""


def configure() -> None:
    """Django with nothing but sign-in, on the database of DATABASE_URL."""
    import environ

    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=NAME,
        DATABASES={
            "default": environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        },
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        SESSION_SERIALIZER="django.contrib.sessions.serializers.JSONSerializer",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok")


def cycle(request: HttpRequest) -> HttpResponse:
    """Decide `item` (none at first) and show the next one, already claimed; 204 when none is left."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    given: dict[str, Any] = {
        "item": int(request.POST.get("item") or 0),
        "decision": request.POST.get("decision", ""),
        "who": request.user.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(CYCLE, given)
        row = cursor.fetchone()
    if row is None:
        return HttpResponse(status=204)
    found = dict(zip(("id", "title", "body", "due_at"), row, strict=True))
    return HttpResponse(_page().render(Context(found)))


def _page() -> Template:
    if not _compiled:
        _compiled.append(Template(PAGE, engine=Engine()))
    return _compiled[0]


_compiled: list[Template] = []
urlpatterns = [path("healthz", healthz), path("cycle", cycle)]


def prepare(items: int, people: int) -> list[str]:
    """Make the tables with `items` open items; returns the session cookies of `people` signed-in people."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.signed_cookies import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS item, audit")
        cursor.execute(TABLES)
        cursor.execute(FILL, [items])
        cursor.execute("VACUUM ANALYZE item")
    cookies = []
    for number in range(people):
        user, _ = User.objects.get_or_create(username=f"person{number}")
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.save()
        cookies.append(str(store.session_key))
    return cookies


if __name__ == "__main__":
    sys.modules[NAME] = sys.modules["__main__"]  # so that ROOT_URLCONF finds us under either name
    configure()
    print(*prepare(int(sys.argv[1]), int(sys.argv[2])), sep="\n")
elif os.environ.get("FLOOR_SERVES"):
    configure()
    application = get_wsgi_application()
