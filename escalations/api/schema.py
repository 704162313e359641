"""What the schema must be told about our authentication."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class AgentTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """Bearer tokens of AI agents."""

    target_class = "escalations.api.authentication.AgentTokenAuthentication"
    name = "agentToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """OpenAPI's words for `Authorization: Bearer hr_…`."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "hr_<key id>_<secret>"}
