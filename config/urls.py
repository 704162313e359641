"""Every address. Each name has a rule in config.doors."""

from django.urls import include, path
from django.views.generic import RedirectView

from config import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", RedirectView.as_view(pattern_name="reviews:queue"), name="home"),
    path("", include("reviews.urls")),
    path("api/", include("escalations.api.urls")),
    path("accounts/", include("allauth.urls")),
]
