"""What those who check and those who govern are told of a week, counted by hand (R098)."""

import pytest

from escalations.models import AuditItem, Certificate, PolicyVersion
from escalations.services.autonomy import step_down
from escalations.services.breaking import stop
from reviews.services.adjudicating import adjudicate
from reviews.services.digests import digest_week
from tests.audits.readers import OTHERWISE, RIGHT, WRONG, all_drawn, read, reader, settled_item
from tests.cast import Cast
from tests.digests.test_content import bodies, part, this_monday

pytestmark = pytest.mark.django_db


def test_audits_are_counted_as_they_were_drawn_read_and_settled(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R098: three drawn; one right at once; one that two readers saw differently and a third settled for the AI; one
    that nobody read.
    """
    all_drawn(cast, monkeypatch)
    robin = reader("robin")
    settled_item(cast, external_id="one")
    read(cast.quinn, RIGHT)
    disputed: AuditItem = settled_item(cast, external_id="two")
    read(cast.quinn, WRONG)
    read(robin, OTHERWISE)
    adjudicate(item_id=disputed.pk, actor=cast.ella, stands="ai", note="The page says so.")
    settled_item(cast, external_id="three")
    made, kind = bodies(cast), cast.case_type("faq_chat").pk
    assert made["qa"].body["reading"] == {
        "drawn": 3, "read": 2, "differed": 1, "adjudicated": 1, "concluded": 2, "open": 1
    }  # fmt: skip
    assert (
        made["qa"].body["audits"] == made["frontline"].body["audits"] == [{"type": kind, "n": 2, "wrong": 0}]
    )
    row = part(made["qa"], cast.quinn, "audits")["rows"][0]
    assert (row.n, row.of, row.share, row.url) == (0, 2, None, "/audits/")
    assert part(made["qa"], cast.quinn, "reading")["share"].estimate == 0.5
    assert part(made["frontline"], cast.finn, "audits")["rows"][0].url == f"/lessons/?type={kind}"
    theirs = {one.role: one.body for one in digest_week(cast.birch, this_monday())}
    assert (theirs["qa"]["audits"], set(theirs["qa"]["reading"].values())) == ([], {0})


def test_what_the_ai_may_do_is_told_with_stops_levels_and_policy(cast: Cast) -> None:
    """R098: stopped by hand, then a level lower; of Acme alone. Policy is everybody's."""
    faq = cast.case_type("faq_chat")
    stop(case_type=faq, reason="Too many complaints", actor=cast.sunny)
    step_down(case_type=faq, level="suggest", reason="Until it is looked at", actor=cast.cora)
    made = bodies(cast)
    issued = Certificate.objects.filter(case_type__client=cast.acme).count()
    assert made["admin"].body["autonomy"] == made["compliance"].body["autonomy"] == {
        "levels": [{"type": faq.pk, "before": "autonomous", "after": "suggest"}],
        "steps": [],
        "trips": [{"type": faq.pk, "code": "stopped", "resumed": False}],
        "issued": issued, "ended": 0, "policies": [PolicyVersion.objects.get().number],
    }  # fmt: skip
    told = part(made["admin"], cast.adam, "autonomy")
    assert (told["trips"][0].name, told["trips"][0].url) == ("Faq chat", f"/desk/autonomy/{faq.pk}/")
    assert told["levels"][0].more == "from autonomous to suggest"
    assert "complaints" not in str(made["admin"].body)
    theirs = {one.role: one.body for one in digest_week(cast.birch, this_monday())}
    assert (theirs["admin"]["autonomy"]["trips"], theirs["admin"]["autonomy"]["levels"]) == ([], [])
