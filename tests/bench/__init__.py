"""How fast it is, and whether that depends on how much is waiting: `python -m tests.bench`."""
