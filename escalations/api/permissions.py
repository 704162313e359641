"""The API is for AI agents; what each may do is asked of `can()` by the services."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import AIAgent

if TYPE_CHECKING:  # DRF's views read this setting while they are being imported
    from rest_framework.views import APIView


class IsLiveAgent(BasePermission):
    """An AI identity whose token is in force; a person's session opens nothing here."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.user, AIAgent)
