"""How tests are spread over pytest-xdist's workers: each by itself, those that share one installation together."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/faults/",)
"""Folders whose tests share what takes long to make. They come first, so that no worker has them left at the end."""


class Spreading(LoadScopeScheduling):
    """Whoever is free takes the next test. (`--dist loadgroup` does the same by marks, but not with this pytest.)"""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = True  # what has most tests is handed out first

    def _split_scope(self, nodeid: str) -> str:
        """What is handed out as one: a folder of TOGETHER, or else one test."""
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)
