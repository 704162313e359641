"""Every address. Each name has a rule in config.doors."""

from django.urls import include, path

from config import health, lock, packing
from config.home import home
from config.live import views as live

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("words/<slug:name>", packing.dictionary, name="words"),
    path("lock", lock.lock_session, name="lock"),
    path("live/ticket", live.ticket, name="live_ticket"),
    path("live/versions", live.versions, name="live_versions"),
    path("live/stream", live.stream, name="live_stream"),
    path("live/hear", live.hear, name="live_hear"),
    path("", home, name="home"),
    path("", include("reviews.urls")),
    path("people/", include("accounts.urls")),
    path("desk/", include("escalations.urls")),
    path("api/", include("escalations.api.urls")),
    path("accounts/", include("allauth.urls")),
]
