"""`manage.py ledger_grants ROLE [--apply]`: the rights of a database role that runs the app and owns nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from accounts.ledger.rights import ledger_rights


class Command(BaseCommand):
    help = "Prints the GRANT statements for the application's role; with --apply, runs them as the tables' owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="a role that exists and is not the owner of the tables")
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            for statement in ledger_rights(options["role"], tables):
                self.stdout.write(f"{statement};")
                if options["apply"]:
                    cursor.execute(statement)
