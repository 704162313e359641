"""Lessons from cases, as their pages show them (R097)."""
