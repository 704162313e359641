"""Finding a case by what people have in hand: its reference, the number in it, the other system's id, a word."""

from accounts.models import Client, User
from escalations.models import Case
from escalations.selectors.cases import visible_cases

MOST, RECENT = 30, 2000
"""Cases shown; and the newest of a client among which words are looked for."""


def find_cases(actor: User, text: str) -> list[Case]:
    """Up to 30 cases that `actor` may open, newest first: by reference or number or external id, else by words of
    the subject among their clients' newest.
    """
    text = " ".join(text.split())
    if not text:
        return []
    seen = visible_cases(actor).select_related("client", "case_type", "holder")
    clients = list(Client.objects.order_by("pk"))
    refs = [text.upper(), *(f"{client.prefix}-{text}" for client in clients if text.isdecimal())]
    exact = seen.filter(ref__in=refs) | seen.filter(client__in=clients, external_id=text)
    if found := list(exact.order_by("-created_at")[:MOST]):
        return found
    newest = [
        key
        for client in clients
        for key in Case.objects.filter(client=client)
        .order_by("-created_at")
        .values_list("pk", flat=True)[:RECENT]
    ]
    words = seen.filter(pk__in=newest)
    for word in text.split()[:6]:
        words = words.filter(subject__icontains=word)
    return list(words.order_by("-created_at")[:MOST])
