"""`make demo`: one laptop, private engines, plain HTTP on the loopback."""

from .base import *

DEBUG = env.bool("DEBUG", default=False)
