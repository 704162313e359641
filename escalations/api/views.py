"""The intake API: parse, call, answer."""

import re
from typing import Any

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from accounts.models import AIAgent
from escalations.api.answers import case_out, case_ref, events_out, feedback_out, policy_out
from escalations.api.serializers import AcknowledgeIn, CaseIn, FeedbackIn, MessageMore
from escalations.api.shapes import CaseOut, CaseRef, EventsOut, FeedbackOut, PolicyOut, Problem
from escalations.errors import BadRequest
from escalations.models import Case
from escalations.selectors.cases import case_for
from escalations.selectors.known import policy_for
from escalations.selectors.trail import case_with_everything, decision_in_force, events_of
from escalations.services.acknowledging import acknowledge_live
from escalations.services.feedback import give_feedback
from escalations.services.intake import receive_case
from escalations.services.messages import add_message

_KEY = re.compile(r"[\x20-\x7e]{1,200}")
_REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 503), Problem)


def _without(*statuses: int) -> dict[int, type[Problem]]:
    return {status: shape for status, shape in _REFUSALS.items() if status not in statuses}


def _key_parameter(required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=required,
        description="1 to 200 printable characters; the same key and body again change nothing.",
    )  # fmt: skip


class Door(APIView):
    """What the doors share: the agent behind the token, and addresses."""

    def agent(self) -> AIAgent:
        """Whose token it is; the permission class let nobody else in."""
        agent: AIAgent = self.request.user  # type: ignore[assignment]
        return agent

    def url_of(self, case: Case) -> str:
        return str(reverse("api:case", args=[case.pk], request=self.request))

    def idempotency_key(self, *, required: bool) -> str:
        """The header, checked. BadRequest when it is missing or not printable."""
        key = self.request.headers.get("Idempotency-Key", "")
        if (required or key) and not _KEY.fullmatch(key):
            raise BadRequest(
                "Every post needs a key of its own, so that a repeat can be told from a second case.",
                {"Idempotency-Key": "A header of 1 to 200 printable characters."},
            )
        return key


class CasesView(Door):
    """Post a case."""

    @extend_schema(
        operation_id="post_case", request=CaseIn, parameters=[_key_parameter(True)],
        responses={202: CaseRef, 200: CaseRef, **_without(404, 409)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep a case for triage. 202 when it is new; 200 with the first one when key or external id were used."""
        key = self.idempotency_key(required=True)
        received = receive_case(agent=self.agent(), key=key, body=_checked(CaseIn, request.data))
        url = self.url_of(received.case)
        answer = case_ref(received.case, url)
        return Response(answer, status=202 if received.created else 200, headers={"Location": url})


class CaseView(Door):
    """Read a case."""

    @extend_schema(
        operation_id="get_case", responses={200: CaseOut, **_without(400, 403, 409, 413, 415, 422)}
    )
    def get(self, request: Request, case_id: str) -> Response:
        """How the case stands: who has it and why, what triage found, what was decided."""
        case = case_for(self.agent(), case_id, case_with_everything())
        return Response(case_out(case, decision_in_force(case), self.url_of(case)))


class MessagesView(Door):
    """Add to a case's conversation."""

    @extend_schema(
        operation_id="post_message", request=MessageMore, parameters=[_key_parameter(False)],
        responses={202: CaseRef, 200: CaseRef, **_REFUSALS},
    )  # fmt: skip
    def post(self, request: Request, case_id: str) -> Response:
        """Add one message. 409 when the AI speaks while a person has the case."""
        key = self.idempotency_key(required=False)
        case = case_for(self.agent(), case_id)
        added = add_message(case=case, agent=self.agent(), body=_checked(MessageMore, request.data), key=key)
        return Response(case_ref(added.case, self.url_of(added.case)), status=202 if added.created else 200)


class EventsView(Door):
    """Read a case's trail."""

    @extend_schema(
        operation_id="get_events", responses={200: EventsOut, **_without(403, 409, 413, 415, 422)},
        parameters=[OpenApiParameter("after", OpenApiTypes.INT, description="Lines after this seq; 0 for all.")],
    )  # fmt: skip
    def get(self, request: Request, case_id: str) -> Response:
        """The lines of the ledger about this case, oldest first, but for audits: no agent learns what is audited."""
        after = request.query_params.get("after", "0")
        if not re.fullmatch(r"\d{1,15}", after):
            raise BadRequest("`after` is the seq of the last line you have.", {"after": "A whole number."})
        case = case_for(self.agent(), case_id)
        return Response(events_out(*events_of(case, after=int(after), audits=False)))


class FeedbackView(Door):
    """Pass on what the customer thought."""

    @extend_schema(
        operation_id="post_feedback", request=FeedbackIn, parameters=[_key_parameter(False)],
        responses={201: FeedbackOut, 200: FeedbackOut, **_REFUSALS},
    )  # fmt: skip
    def post(self, request: Request, case_id: str) -> Response:
        """Keep a score of 1 to 5, and a text. 409 while nothing is decided; the same again gives the first (200)."""
        key = self.idempotency_key(required=False)
        case = case_for(self.agent(), case_id)
        given = give_feedback(case=case, agent=self.agent(), body=_checked(FeedbackIn, request.data), key=key)
        return Response(feedback_out(given.feedback), status=201 if given.created else 200)


class PolicyView(Door):
    """Read the policy in force."""

    @extend_schema(
        operation_id="get_policy", responses={200: PolicyOut, **_without(400, 404, 409, 413, 415, 422)}
    )
    def get(self, request: Request) -> Response:
        """Its number and digest, what it says otherwise than the last version this agent knows, and whether the agent
        has acknowledged it. Until it has, nothing that it posts is settled without a person.
        """
        return Response(policy_out(policy_for(self.agent())))


class AcknowledgeView(Door):
    """Take note of the policy in force."""

    @extend_schema(
        operation_id="acknowledge_policy", request=AcknowledgeIn,
        responses={200: PolicyOut, **_without(404, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Say that the agent works under this version from now on. 409 when it is not the one in force."""
        number: int = _checked(AcknowledgeIn, request.data)["policy_version"]
        with transaction.atomic():
            acknowledge_live(agent=self.agent(), number=number)
        return Response(policy_out(policy_for(self.agent())))


def _checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    shape = serializer(data=data)
    shape.is_valid(raise_exception=True)
    checked: dict[str, Any] = shape.validated_data
    return checked
