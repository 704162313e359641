"""uvicorn for `Live`: told to stop, it ends the streams first, so that stopping takes no longer than a keystroke."""

import socket
from typing import Any

import uvicorn

from config.live.app import Live


class LiveServer(uvicorn.Server):
    """Serves `live` until it is told to stop."""

    def __init__(self, live: Live, **options: Any) -> None:
        self.live = live
        super().__init__(
            uvicorn.Config(
                live, http="h11", ws="none", lifespan="on", access_log=False, server_header=False,
                timeout_keep_alive=30, timeout_graceful_shutdown=3, **options,
            )
        )  # fmt: skip

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Browsers come back by themselves, to another process or to polling."""
        self.live.hub.deaf()
        await super().shutdown(sockets)
