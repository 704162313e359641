"""A locked sign-in: nobody touched it for a while. It opens nothing until its owner proves who they are again."""

import time
from collections.abc import Mapping
from typing import Any

KEY = "locked_at"
PROOFS = "account_authentication_methods"
"""Where allauth notes when, and how, somebody proved who they are: password, code or passkey, first or again."""


def is_locked(session: Mapping[str, Any]) -> bool:
    """Locked, and not proved since."""
    at = session.get(KEY)
    return at is not None and all(proof.get("at", 0) <= at for proof in session.get(PROOFS) or ())


def lock(session: Any) -> None:
    """Lock it now."""
    session[KEY] = time.time()
