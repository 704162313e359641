"""Where the checkout is and where its local state lives."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(os.environ.get("LOCAL_STATE_DIR") or ROOT / ".local")
"""Data of the engines, logs, sign-ins: everything `make demo RESET=1` throws away."""
