"""Addresses of the people pages."""

from django.urls import path

from accounts.views import people, skills, teams

app_name = "people"

urlpatterns = [
    path("", people.roster, name="roster"),
    path("skills/", skills.skills, name="skills"),
    path("skills/<slug:slug>/", skills.skill, name="skill"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<slug:slug>/", teams.team, name="team"),
    path("teams/<slug:slug>/remove/", teams.remove, name="remove_team"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/skills/", people.levels, name="levels"),
    path("<int:pk>/capacity/", people.capacity, name="capacity"),
    path("<int:pk>/shifts/", people.shift, name="shift"),
    path("<int:pk>/time-off/", people.time_off, name="time_off"),
    path("shifts/<int:pk>/remove/", people.remove_shift, name="remove_shift"),
    path("time-off/<int:pk>/end/", people.end_time_off, name="end_time_off"),
]
