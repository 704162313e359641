"""Migrating an empty database: the demo's first start, and the tests."""

import gc

from django.core.management import call_command


def migrate() -> None:
    """`manage.py migrate`, without the garbage collector.

    Django makes each table's class anew for each of four hundred steps, and the collector looks through all of them
    again and again: a third of the time. Left alone they take 0.8 GB for those seconds, in a process that has nothing
    else to do.
    """
    gc.disable()
    try:
        call_command("migrate", verbosity=0)
    finally:
        gc.enable()
