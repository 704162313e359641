"""`python -m config.live [PORT]`: the live process, one for a desk of thousands."""

import os
import sys

import uvicorn


def main() -> None:
    """Serves until it is told to stop; open streams are ended, and browsers come back by themselves."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8001
    host = os.environ.get("HANDRAIL_LIVE_HOST", "127.0.0.1")
    uvicorn.run(
        "config.live.asgi:application", host=host, port=port, log_level="warning", access_log=False, lifespan="on",
        http="h11", timeout_keep_alive=30, timeout_graceful_shutdown=3, ws="none", server_header=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
