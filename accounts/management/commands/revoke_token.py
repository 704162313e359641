"""`manage.py revoke_token KEY_ID`: ends a token now. The key id is the part between `hr_` and the secret."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from accounts.models import AgentToken
from accounts.services.tokens import revoke_token


class Command(BaseCommand):
    help = "Ends an AI agent's token at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key_id", help="the key id, or hr_<key id>; never the whole token")

    def handle(self, *args: Any, **options: Any) -> None:
        key_id = options["key_id"].removeprefix("hr_").partition("_")[0]
        token = AgentToken.objects.select_related("agent").filter(key_id=key_id).first()
        if token is None:
            raise CommandError(f"There is no token {key_id!r}.")
        try:
            revoke_token(token=token, actor=None)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"hr_{key_id} of {token.agent.name} is revoked.")
