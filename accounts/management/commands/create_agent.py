"""`manage.py create_agent NAME --client SLUG --owner EMAIL`: registers an AI agent and prints its token once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.errors import DomainError
from accounts.models import Client, User
from accounts.services.agents import create_agent
from accounts.services.roles import ensure_roles
from accounts.services.tokens import DEFAULT_DAYS, issue_token


class Command(BaseCommand):
    help = "Registers an AI agent and prints its token. The token is shown once and cannot be read again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--client", required=True, help="the client's slug")
        parser.add_argument("--owner", required=True, help="e-mail of the person who answers for the agent")
        parser.add_argument("--tools", default="", help="tools it may use by itself, separated by commas")
        parser.add_argument(
            "--case-types", default="", help="types it may post; none means all of the client's"
        )
        parser.add_argument("--purpose", default="")
        parser.add_argument("--agent-version", default="")
        parser.add_argument(
            "--days", type=int, default=DEFAULT_DAYS, help="how long the token lives, 1 to 90"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        client = Client.objects.filter(slug=options["client"]).first()
        owner = User.objects.filter(email=options["owner"].strip().lower()).first()
        if client is None:
            raise CommandError(f"There is no client {options['client']!r}.")
        if owner is None:
            raise CommandError(f"Nobody signs in as {options['owner']!r}.")
        try:
            with transaction.atomic():
                ensure_roles()
                agent = create_agent(
                    name=options["name"], client=client, owner=owner, actor=None,
                    tools=_listed(options["tools"]), case_types=_listed(options["case_types"]),
                    purpose=options["purpose"], version=options["agent_version"],
                )  # fmt: skip
                issued = issue_token(agent=agent, actor=None, days=options["days"])
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stderr.write(f"{agent.name} may post for {client.name}. The token is shown this once:")
        self.stdout.write(issued.plain)


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]
