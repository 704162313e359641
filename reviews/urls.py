"""Addresses of the reviewers' screens."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reviews.views import (
    audit_draws,
    audits,
    board,
    board_moves,
    board_views,
    case,
    claim,
    corrections,
    decide,
    find,
    insight,
    insight_attention,
    insight_weekly,
    may,
    models,
    parts,
    preferences,
    queue,
    rules,
    unaided,
)

app_name = "reviews"


class CaseReference(StringConverter):
    """HT-48210; nothing else comes as far as a view."""

    regex = r"[A-Za-z0-9]{1,6}-[0-9]{1,15}"


register_converter(CaseReference, "case")

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.claim_next, name="claim_next"),
    path("queue/rail/", queue.rail, name="rail"),
    path("queue/presence/", queue.presence, name="presence"),
    path("queue/break/", queue.take_break, name="take_break"),
    path("cases/<case:ref>/", case.case, name="case"),
    path("cases/<case:ref>/next/", case.following, name="next"),
    path("cases/<case:ref>/now/", case.now, name="now"),
    path("cases/<case:ref>/similar/", case.similar, name="similar"),
    path("cases/<case:ref>/timeline/", case.timeline, name="timeline"),
    path("cases/<case:ref>/clocks/", case.clocks, name="clocks"),
    path("cases/<case:ref>/parts/", parts.parts, name="parts"),
    path("cases/<case:ref>/parts/<int:pk>/", parts.end, name="part"),
    path("parts/", parts.mine, name="my_parts"),
    path("cases/<case:ref>/claim/", claim.claim, name="claim"),
    path("cases/<case:ref>/release/", claim.release, name="release"),
    path("cases/<case:ref>/skip/", claim.skip, name="skip"),
    path("cases/<case:ref>/take-over/", claim.take_over, name="take_over"),
    path("cases/<case:ref>/heartbeat/", claim.heartbeat, name="heartbeat"),
    path("cases/<case:ref>/draft/", decide.draft, name="draft"),
    path("cases/<case:ref>/decide/", decide.decide, name="decide"),
    path("cases/<case:ref>/first/", unaided.first, name="first"),
    path("cases/<case:ref>/flag/", decide.flag, name="flag"),
    path("decisions/<uuid:decision_id>/undo/", decide.undo, name="undo"),
    path("rights/check/", may.may, name="may"),
    path("board/", board.board, name="board"),
    path("board/part/<slug:part>/", board.part, name="board_part"),
    path("board/cases/", board.cases, name="board_cases"),
    path("board/move/", board_moves.preview, name="board_move"),
    path("board/move/apply/", board_moves.apply, name="board_apply"),
    path("board/moves/<uuid:bulk_id>/", board_moves.moved, name="board_moved"),
    path("board/moves/<uuid:bulk_id>/undo/", board_moves.undo, name="board_unmove"),
    path("board/pass/", board_moves.pass_on, name="board_pass"),
    path("board/views/", board_views.save, name="board_views"),
    path("board/views/<int:pk>/delete/", board_views.remove, name="board_view_delete"),
    path("audits/", audits.audits, name="audits"),
    path("audits/next/", audits.following, name="audit_next"),
    path("audits/draws/", audit_draws.draws, name="audit_draws"),
    path("audits/draws/<int:pk>/", audit_draws.draw, name="audit_draw"),
    path("audits/draws/<int:pk>/reveal/", audit_draws.reveal, name="audit_reveal"),
    path("audits/draws/<int:pk>/cases.csv", audit_draws.frame, name="audit_frame"),
    path("audits/plan/<int:pk>/", audit_draws.plan, name="audit_plan"),
    path("audits/<uuid:audit_id>/", audits.audit, name="audit"),
    path("audits/<uuid:audit_id>/answer/", audits.answer, name="audit_answer"),
    path("audits/<uuid:audit_id>/skip/", audits.skip, name="audit_skip"),
    path("audits/<uuid:audit_id>/grade/", audits.grade, name="audit_grade"),
    path("audits/<uuid:audit_id>/settle/", audits.settle, name="audit_settle"),
    path("insight/", insight.insight, name="insight"),
    path("insight/handoffs/", insight.handoffs, name="insight_handoffs"),
    path("insight/weekly/", insight_weekly.weekly, name="weekly"),
    path("insight/weekly/<uuid:pattern_id>/", insight_weekly.pattern, name="pattern"),
    path("insight/attention/", insight_attention.attention, name="attention"),
    path("insight/attention/rates/", insight_attention.rates, name="attention_rates"),
    path("me/corrections/", corrections.corrections, name="my_corrections"),
    path("desk/models/", models.models, name="models"),
    path("desk/models/train/", models.train, name="train_model"),
    path("desk/models/<int:pk>/propose/", models.propose, name="propose_model"),
    path("desk/models/<int:pk>/approve/", models.approve, name="approve_model"),
    path("desk/models/<int:pk>/refuse/", models.refuse, name="refuse_model"),
    path("desk/models/datasets/", models.dataset, name="make_dataset"),
    path("desk/models/datasets/<int:pk>/<slug:slug>/", models.export, name="export_dataset"),
    path("desk/models/rules/", rules.rules, name="rules"),
    path("desk/models/rules/mine/", rules.mine, name="mine_rules"),
    path("desk/models/rules/<int:pk>/take/", rules.take, name="take_rule"),
    path("desk/models/rules/<int:pk>/dismiss/", rules.dismiss, name="dismiss_rule"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/keys/", preferences.keys, name="keys"),
    path("find/", find.find, name="find"),
]
