"""The demo's world in a private stack, with more people at the desk.

`python -m tests.faults.seed PEOPLE DIRECTORY` prints JSON: `sessions`, each of a signed-in reviewer who may
work everything, and `tokens` by AI agent.
"""

import json
import sys
from pathlib import Path

import django


def sign_in(number: int) -> str:
    """The session key of reviewer `number`, a subject expert for every client and queue."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.choices import Level, PresenceState, RoleSlug
    from accounts.models import Skill, User
    from accounts.services.floor import set_skills
    from accounts.services.presence import set_presence
    from accounts.services.roles import give_grant

    email = f"reviewer{number:02}@handrail.test"
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, name=f"Reviewer {number:02}")
        give_grant(to=person, role=RoleSlug.SME, actor=None)
        everything = dict.fromkeys(Skill.objects.values_list("slug", flat=True), Level.EXPERIENCED)
        set_skills(person=person, levels=everything, actor=None)
    set_presence(person=person, state=PresenceState.AVAILABLE, actor=None)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.GrantBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main(people: int, directory: Path) -> None:
    """Train the shipped model unless it is there, load the world, let the AI settle, print who can come in."""
    from django.conf import settings

    from config.demo.load import load_world
    from config.management.commands.setup_demo import MODEL, ensure_model
    from escalations.triage.classifier.store import read_info
    from tests.certified import certify_types

    tokens = directory / "agent-tokens.json"
    ensure_model(settings.HANDRAIL_MODEL_DIR)
    load_world(tokens)
    certify_types(model=read_info(settings.HANDRAIL_MODEL_DIR / f"{MODEL}.json").version)
    sessions = [sign_in(number) for number in range(people)]
    print(json.dumps({"sessions": sessions, "tokens": json.loads(tokens.read_text())}))


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), Path(sys.argv[2]))
