"""What a decision names stays, although the database does not look it up again when it is written."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.accounts.ledger import run
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import decide, held

ALONE = "SET CONSTRAINTS {wall} IMMEDIATE; DELETE FROM {table} WHERE id = %s"
"""The wall by itself, before the foreign keys of other tables are asked."""


def test_who_holds_or_decided_a_case_and_the_case_stay(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    person = ALONE.format(wall="user_1_stays", table="accounts_user")
    for undecided in (True, False):
        with pytest.raises(IntegrityError, match="is named by"), transaction.atomic():
            run(person, cast.fay.pk)
        if undecided:
            decide(case, cast.fay)
    with pytest.raises(IntegrityError, match="is named by"), transaction.atomic():
        run(ALONE.format(wall="case_4_stays", table="escalations_case"), case.pk)
    assert case.policy_id
    with pytest.raises(DatabaseError), transaction.atomic():
        run("DELETE FROM escalations_policyversion WHERE id = %s", case.policy_id)
