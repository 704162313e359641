"""Addresses of the intake API."""

from django.urls import path

from escalations.api import docs, views

app_name = "api"

urlpatterns = [
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("docs/", docs.DocsView.as_view(), name="docs"),
    path("v1/cases/", views.CasesView.as_view(), name="cases"),
    path("v1/cases/<uuid:case_id>/", views.CaseView.as_view(), name="case"),
    path("v1/cases/<uuid:case_id>/messages/", views.MessagesView.as_view(), name="messages"),
    path("v1/cases/<uuid:case_id>/events/", views.EventsView.as_view(), name="events"),
    path("v1/cases/<uuid:case_id>/feedback/", views.FeedbackView.as_view(), name="feedback"),
    path("v1/policy/", views.PolicyView.as_view(), name="policy"),
    path("v1/policy/acknowledge/", views.AcknowledgeView.as_view(), name="acknowledge_policy"),
]
