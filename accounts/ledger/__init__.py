"""The append-only, hash-chained trail of everything people, AI agents and the system did.

One chain per case and one per non-case stream: a single global chain would make every writer wait for
every other. The database sets order, time and hash (accounts/sql/ledger.sql) and refuses UPDATE, DELETE and
TRUNCATE, whoever asks. The hash of event n is SHA-256 over seven lines, each ended by a line feed:

    handrail-ledger-v1, stream, seq, version, at (UTC, microseconds, Z), hex of hash n-1, hex of SHA-256(body)

and the hash before the first is SHA-256("handrail-genesis" + stream). `body` is RFC 8785 JSON without floats
and without personal data: texts stand in it only as salted commitments.
"""

from accounts.ledger.streams import stream_of
from accounts.ledger.write import canonical, commitment, new_salt, record

__all__ = ["canonical", "commitment", "new_salt", "record", "stream_of"]
