"""Lines of several programs in one terminal, each with the name of who said it."""

import os
import sys
import threading

COLORS = {"web": 36, "worker": 33, "beat": 35, "agents": 34, "setup": 37, "demo": 32}
_COLORED = sys.stdout.isatty() and "NO_COLOR" not in os.environ
_one_at_a_time = threading.Lock()


def say(name: str, text: str) -> None:
    """Print each line of `text` with its prefix."""
    for line in text.splitlines():
        tag = f"{name:<8}|"
        if _COLORED:
            tag = f"\x1b[{COLORS.get(name, 37)}m{tag}\x1b[0m"
        announce(f"{tag} {line}")


def announce(line: str) -> None:
    """Print the line as it is: for what people and scripts look for."""
    with _one_at_a_time:
        print(line, flush=True)
