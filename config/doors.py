"""Every URL's rule of who may. A test walks the URL conf and fails on one that is not declared here."""

from enum import StrEnum

from django.urls import ResolverMatch


class Door(StrEnum):
    """Who may come through."""

    ANYONE = "anyone"  # no sign-in: health, sign-in itself
    AGENT = "agent"  # an AI identity with a live token
    SIGNED_IN = "signed_in"  # any person
    REVIEWER = "reviewer"  # whoever sees or works cases; the view checks the case itself
    FLOOR = "floor"  # whoever may see the supervisor's board
    EDITOR = "editor"  # whoever may edit that part of the desk (people, roles, clocks, alerts): the view says


PUBLIC = frozenset({Door.ANYONE, Door.AGENT})  # sign-in is not asked for: a token is, or nothing

DOORS: dict[str, Door] = {
    "healthz": Door.ANYONE,
    "readyz": Door.ANYONE,
    "api:schema": Door.ANYONE,
    "api:docs": Door.ANYONE,
    "api:cases": Door.AGENT,
    "api:case": Door.AGENT,
    "api:messages": Door.AGENT,
    "api:events": Door.AGENT,
    "home": Door.SIGNED_IN,
    "lock": Door.SIGNED_IN,
    "live_ticket": Door.SIGNED_IN,
    "live_versions": Door.SIGNED_IN,
    "live_stream": Door.SIGNED_IN,
    "live_hear": Door.SIGNED_IN,
    "reviews:preferences": Door.SIGNED_IN,
    "reviews:keys": Door.SIGNED_IN,
    "reviews:find": Door.REVIEWER,
    "reviews:queue": Door.REVIEWER,
    "reviews:claim_next": Door.REVIEWER,
    "reviews:rail": Door.REVIEWER,
    "reviews:presence": Door.REVIEWER,
    "reviews:take_break": Door.REVIEWER,
    "reviews:case": Door.REVIEWER,
    "reviews:claim": Door.REVIEWER,
    "reviews:release": Door.REVIEWER,
    "reviews:skip": Door.REVIEWER,
    "reviews:take_over": Door.REVIEWER,
    "reviews:heartbeat": Door.REVIEWER,
    "reviews:draft": Door.REVIEWER,
    "reviews:decide": Door.REVIEWER,
    "reviews:next": Door.REVIEWER,
    "reviews:undo": Door.REVIEWER,
    "reviews:flag": Door.REVIEWER,
    "reviews:now": Door.REVIEWER,
    "reviews:similar": Door.REVIEWER,
    "reviews:parts": Door.REVIEWER,
    "reviews:part": Door.REVIEWER,
    "reviews:my_parts": Door.REVIEWER,
    "reviews:timeline": Door.REVIEWER,
    "reviews:may": Door.EDITOR,
    "desk:roles": Door.EDITOR,
    "desk:new_role": Door.EDITOR,
    "desk:role": Door.EDITOR,
    "desk:remove_role": Door.EDITOR,
    "desk:rights": Door.EDITOR,
    "desk:person_rights": Door.EDITOR,
    "desk:agent_rights": Door.EDITOR,
    "desk:end_right": Door.EDITOR,
    "reviews:board": Door.FLOOR,
    "reviews:board_part": Door.FLOOR,
    "reviews:board_cases": Door.FLOOR,
    "reviews:board_move": Door.FLOOR,
    "reviews:board_apply": Door.FLOOR,
    "reviews:board_moved": Door.FLOOR,
    "reviews:board_unmove": Door.FLOOR,
    "reviews:board_pass": Door.FLOOR,
    "reviews:board_views": Door.FLOOR,
    "reviews:board_view_delete": Door.FLOOR,
    "desk:alerts": Door.SIGNED_IN,
    "desk:alerts_read": Door.SIGNED_IN,
    "desk:alert_count": Door.SIGNED_IN,
    "desk:alert_settings": Door.SIGNED_IN,
    "desk:alert": Door.SIGNED_IN,
    "desk:alert_answer": Door.SIGNED_IN,
    "desk:alert_rules": Door.EDITOR,
    "desk:deliveries": Door.EDITOR,
    "desk:delivery_replay": Door.EDITOR,
    "desk:endpoints": Door.EDITOR,
    "desk:new_endpoint": Door.EDITOR,
    "desk:endpoint": Door.EDITOR,
    "desk:endpoint_test": Door.EDITOR,
    "desk:endpoint_secret": Door.EDITOR,
    "desk:sla": Door.EDITOR,
    "desk:new_policy": Door.EDITOR,
    "desk:policy": Door.EDITOR,
    "desk:end_policy": Door.EDITOR,
    "desk:new_calendar": Door.EDITOR,
    "desk:calendar": Door.EDITOR,
    "desk:end_calendar": Door.EDITOR,
    "account_login": Door.ANYONE,
    "account_inactive": Door.ANYONE,
    "account_logout": Door.SIGNED_IN,
    "account_reauthenticate": Door.SIGNED_IN,
    "account_change_password": Door.SIGNED_IN,
    # Accounts and passwords are made by admins: what allauth offers to strangers is shut to them.
    "account_signup": Door.SIGNED_IN,
    "account_email": Door.SIGNED_IN,
    "account_email_verification_sent": Door.SIGNED_IN,
    "account_confirm_email": Door.SIGNED_IN,
    "account_set_password": Door.SIGNED_IN,
    "account_reset_password": Door.SIGNED_IN,
    "account_reset_password_done": Door.SIGNED_IN,
    "account_reset_password_from_key": Door.SIGNED_IN,
    "account_reset_password_from_key_done": Door.SIGNED_IN,
    "account_confirm_login_code": Door.SIGNED_IN,
    "mfa_authenticate": Door.ANYONE,
    "mfa_reauthenticate": Door.SIGNED_IN,
    "mfa_index": Door.SIGNED_IN,
    "mfa_activate_totp": Door.SIGNED_IN,
    "mfa_deactivate_totp": Door.SIGNED_IN,
    "mfa_view_recovery_codes": Door.SIGNED_IN,
    "mfa_generate_recovery_codes": Door.SIGNED_IN,
    "mfa_download_recovery_codes": Door.SIGNED_IN,
    "mfa_list_webauthn": Door.SIGNED_IN,
    "mfa_add_webauthn": Door.SIGNED_IN,
    "mfa_edit_webauthn": Door.SIGNED_IN,
    "mfa_remove_webauthn": Door.SIGNED_IN,
    "mfa_reauthenticate_webauthn": Door.SIGNED_IN,
    "mfa_login_webauthn": Door.ANYONE,
}


def door_of(match: ResolverMatch) -> Door | None:
    """The declared rule of a resolved URL, or None when nobody declared one (then: signed-in people only)."""
    return DOORS.get(match.view_name)
