"""Addresses of the reviewers' screens."""

from django.urls import URLPattern

app_name = "reviews"

urlpatterns: list[URLPattern] = []
