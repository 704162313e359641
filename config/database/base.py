"""The database engine of the settings; Django looks for it under this name."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django asks each kept connection `SELECT 1` before the first statement of every request.

    A server that ended has closed its end of the line, and that the system tells without a round trip.
    """

    def is_usable(self) -> bool:
        """Whether statements can be sent; after an error, or when something came unasked, the server is asked."""
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred or _speaks(self.connection.fileno()):
            return super().is_usable()
        return True


def _speaks(line: int) -> bool:
    """Has the other end sent something, or hung up?"""
    asked = select.poll()
    asked.register(line, select.POLLIN)
    return bool(asked.poll(0))
