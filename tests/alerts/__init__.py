"""Alerts: detectors, outbox, channels, screens."""
