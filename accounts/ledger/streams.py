"""Names of streams that are not cases."""

import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:handrail:ledger")


def stream_of(kind: str, key: object) -> uuid.UUID:
    """The stream of a thing that is not a case, such as ("agent", 7): the same name, the same stream."""
    return uuid.uuid5(NAMESPACE, f"{kind}:{key}")
