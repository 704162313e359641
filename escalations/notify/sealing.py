"""Secrets of endpoints at rest: encrypted with a key that follows from SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


def seal(text: str, key: str) -> str:
    """Encrypt `text` under the deployment's secret `key`."""
    return _box(key).encrypt(text.encode()).decode()


def unseal(sealed: str, key: str) -> str | None:
    """What was sealed, or None when it was sealed under another key."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"handrail endpoint\0" + key.encode()).digest()))
