"""`make demo`: one laptop, private engines, plain HTTP on the loopback."""

import os
import secrets

# Commands that need no engine (train_triage, check, makemigrations) also run while no demo does. Whatever
# does need one finds nobody at these addresses and says so; the key lasts for one process.
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/the_demo_is_not_running")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from .base import *

DEBUG = env.bool("DEBUG", default=False)
