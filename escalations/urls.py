"""Addresses of the pages where the desk itself is edited."""

from django.urls import path

from escalations.views import rights, roles

app_name = "desk"

urlpatterns = [
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.new_role, name="new_role"),
    path("roles/<slug:slug>/", roles.role, name="role"),
    path("roles/<slug:slug>/delete/", roles.remove_role, name="remove_role"),
    path("rights/", rights.rights, name="rights"),
    path("rights/person/<int:pk>/", rights.person_rights, name="person_rights"),
    path("rights/agent/<int:pk>/", rights.agent_rights, name="agent_rights"),
    path("rights/grant/<int:pk>/end/", rights.end_right, name="end_right"),
]
