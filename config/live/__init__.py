"""Live pages: one small ASGI application that says which topic moved, and to whom it may be said.

It has no database, no session and no thread per stream. Django signs tickets (views.py), services hint
(accounts/hints.py), Redis carries, browsers fetch what they show anew through the views that check their rights.
"""
