"""`python -m config.live [PORT]`: the live process; one is enough for a desk of thousands."""

import os
import sys

from config.live.asgi import application
from config.live.serve import LiveServer


def main() -> None:
    """Serves until it is told to stop."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8001
    host = os.environ.get("HANDRAIL_LIVE_HOST", "127.0.0.1")
    LiveServer(application, host=host, port=port, log_level="warning").run()


if __name__ == "__main__":
    main()
