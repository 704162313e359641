"""Addresses of the reviewers' screens."""

from django.urls import path

from reviews.views import case, claim, decide, preferences, queue

app_name = "reviews"

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.claim_next, name="claim_next"),
    path("queue/break/", queue.take_break, name="take_break"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/next/", case.following, name="next"),
    path("cases/<str:ref>/similar/", case.similar, name="similar"),
    path("cases/<str:ref>/timeline/", case.timeline, name="timeline"),
    path("cases/<str:ref>/claim/", claim.claim, name="claim"),
    path("cases/<str:ref>/release/", claim.release, name="release"),
    path("cases/<str:ref>/skip/", claim.skip, name="skip"),
    path("cases/<str:ref>/take-over/", claim.take_over, name="take_over"),
    path("cases/<str:ref>/heartbeat/", claim.heartbeat, name="heartbeat"),
    path("cases/<str:ref>/draft/", decide.draft, name="draft"),
    path("cases/<str:ref>/decide/", decide.decide, name="decide"),
    path("cases/<str:ref>/flag/", decide.flag, name="flag"),
    path("decisions/<uuid:decision_id>/undo/", decide.undo, name="undo"),
    path("preferences/", preferences.preferences, name="preferences"),
]
