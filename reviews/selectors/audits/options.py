"""What a reader may answer. It follows from the case type alone, so that it tells nothing of the case."""

from dataclasses import dataclass

from accounts.models import AIAgent
from escalations.auditing import NO_ACTION, PERSON
from escalations.models import CaseType
from reviews.selectors.words import humanize

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Options:
    """Codes and labels, by label; among `actions` are that nothing is carried out, and that a person has to decide."""

    categories: Choices
    actions: Choices
    dispositions: Choices


def options_of(case_type: CaseType) -> Options:
    """The type's labels, the tools that its agents and teams may use, and its dispositions."""
    tools = set(case_type.rules.get("tool_teams") or ())
    for granted, types in AIAgent.objects.filter(client=case_type.client_id).values_list(
        "tools", "case_types"
    ):
        if not types or case_type.slug in types:
            tools |= set(granted)
    actions = sorted((code, humanize(code)) for code in tools)
    return Options(
        categories=tuple(
            sorted(((code, humanize(code)) for code in case_type.labels), key=lambda one: one[1])
        ),
        actions=((NO_ACTION, "Nothing is carried out"), (PERSON, "A person has to decide this"), *actions),
        dispositions=tuple((one["code"], one["label"]) for one in case_type.dispositions),
    )
