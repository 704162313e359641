"""Addresses of the pages where the desk itself is edited."""

from django.urls import path

from escalations.views import alert_places, alerts, calendars, needs, rights, roles, sla, tiers, trees

app_name = "desk"

urlpatterns = [
    path("sla/", sla.policies, name="sla"),
    path("sla/new/", sla.new_policy, name="new_policy"),
    path("sla/<int:pk>/", sla.policy, name="policy"),
    path("sla/<int:pk>/end/", sla.end_policy, name="end_policy"),
    path("calendars/new/", calendars.new_calendar, name="new_calendar"),
    path("calendars/<slug:slug>/", calendars.calendar, name="calendar"),
    path("calendars/<slug:slug>/end/", calendars.end_calendar, name="end_calendar"),
    path("tiers/", tiers.tiers, name="tiers"),
    path("tiers/new/", tiers.new_tier, name="new_tier"),
    path("tiers/ladder/", tiers.ladder, name="ladder"),
    path("tiers/<int:pk>/", tiers.tier, name="tier"),
    path("tiers/<int:pk>/end/", tiers.end_tier, name="end_tier"),
    path("trees/", trees.trees, name="trees"),
    path("trees/edit/", trees.edit_tree, name="edit_tree"),
    path("trees/<int:pk>/", trees.tree, name="tree"),
    path("trees/<int:pk>/end/", trees.end_tree, name="end_tree"),
    path("needs/", needs.needs, name="needs"),
    path("needs/queue/<slug:slug>/", needs.queue_needs, name="queue_needs"),
    path("needs/type/<int:pk>/", needs.type_needs, name="type_needs"),
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.new_role, name="new_role"),
    path("roles/<slug:slug>/", roles.role, name="role"),
    path("roles/<slug:slug>/delete/", roles.remove_role, name="remove_role"),
    path("rights/", rights.rights, name="rights"),
    path("rights/person/<int:pk>/", rights.person_rights, name="person_rights"),
    path("rights/agent/<int:pk>/", rights.agent_rights, name="agent_rights"),
    path("rights/grant/<int:pk>/end/", rights.end_right, name="end_right"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/read/", alerts.alerts_read, name="alerts_read"),
    path("alerts/count/", alerts.alert_count, name="alert_count"),
    path("alerts/settings/", alerts.alert_settings, name="alert_settings"),
    path("alerts/rules/", alert_places.rules, name="alert_rules"),
    path("alerts/log/", alert_places.deliveries, name="deliveries"),
    path("alerts/log/<uuid:message>/replay/", alert_places.delivery_replay, name="delivery_replay"),
    path("alerts/endpoints/", alert_places.places, name="endpoints"),
    path("alerts/endpoints/new/", alert_places.new_endpoint, name="new_endpoint"),
    path("alerts/endpoints/<int:pk>/", alert_places.endpoint, name="endpoint"),
    path("alerts/endpoints/<int:pk>/test/", alert_places.endpoint_test, name="endpoint_test"),
    path("alerts/endpoints/<int:pk>/secret/", alert_places.endpoint_secret, name="endpoint_secret"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/<slug:answer>/", alerts.alert_answer, name="alert_answer"),
]
