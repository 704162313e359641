"""A link of the chain at half the blocks; no index on the ledger that no query asks for."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).resolve().parent.parent / "sql"


def _link_before() -> str:
    """`ledger_link` as the walls made it."""
    walls = (SQL / "ledger_walls.sql").read_text()
    function = walls[
        walls.index("CREATE FUNCTION ledger_link") : walls.index("CREATE FUNCTION ledger_refuse")
    ]
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0004_role_cells")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL((SQL / "ledger_link.sql").read_text(), _link_before()),
        # a head is rewritten with every event: room beside it keeps the new version on its page, out of the index
        migrations.RunSQL(
            "ALTER TABLE accounts_head SET (fillfactor = 70)", "ALTER TABLE accounts_head RESET (fillfactor)"
        ),
        migrations.RemoveIndex("event", "event_of_version"),
        migrations.RemoveIndex("event", "event_by_actor"),
        migrations.RemoveIndex("event", "event_by_kind"),
    ]
