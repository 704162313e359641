"""`/healthz`: the process answers. `/readyz`: database, migrations and broker answer too."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from config.checks import half_migrated

_migrated = False


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process serves requests."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when work can be done; 503 names what is missing."""
    checks = {"database": _database(), "migrations": False, "broker": _broker()}
    checks["migrations"] = checks["database"] and _migrations()
    ready = all(checks.values())
    answer = JsonResponse({"status": "ok" if ready else "not ready", **checks}, status=200 if ready else 503)
    if not ready:
        answer["Retry-After"] = "5"
    return answer


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    global _migrated
    if not _migrated:  # once true it stays true for the life of this process
        _migrated = not half_migrated(connection) and not _left_to_do()
    return _migrated


def _left_to_do() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker() -> bool:
    try:
        client = Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        return bool(client.ping())
    except RedisError:
        return False
