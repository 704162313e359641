"""`Authorization: Bearer hr_<key id>_<secret>`: who is calling (safety 4.2)."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import AIAgent
from accounts.services.tokens import agent_of_token

LONGEST = 200


class AgentTokenAuthentication(BaseAuthentication):
    """An AI agent by its token. Whatever is wrong with the token, the answer is the same."""

    def authenticate(self, request: Request) -> tuple[AIAgent, None] | None:
        """The agent, or None when no token is shown; AuthenticationFailed when one is and it is not good."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        agent = agent_of_token(token.decode("latin-1")) if len(token) <= LONGEST else None
        if agent is None:
            raise AuthenticationFailed
        return agent, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="handrail"'
