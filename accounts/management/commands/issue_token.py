"""`manage.py issue_token NAME --client SLUG`: a further token, to change over to before the old one ends."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from accounts.models import AIAgent
from accounts.services.tokens import DEFAULT_DAYS, issue_token


class Command(BaseCommand):
    help = "Prints a further token of an AI agent; two can be live at a time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--client", required=True, help="the client's slug")
        parser.add_argument(
            "--days", type=int, default=DEFAULT_DAYS, help="how long the token lives, 1 to 90"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        agent = AIAgent.objects.filter(name=options["name"], client__slug=options["client"]).first()
        if agent is None:
            raise CommandError(f"{options['client']!r} has no AI agent {options['name']!r}.")
        try:
            self.stdout.write(issue_token(agent=agent, actor=None, days=options["days"]).plain)
        except DomainError as error:
            raise CommandError(error.message) from error
