"""Screens about people and their rights, and the door that every screen has."""
