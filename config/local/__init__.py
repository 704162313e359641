"""Real PostgreSQL and a real Redis protocol on one laptop, started and stopped with the demo or the tests.

Nothing in here runs in production: there DATABASE_URL and REDIS_URL name servers that somebody else keeps.
"""
