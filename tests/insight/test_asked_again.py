"""Questions for something that was known, found by rules and explained (R068)."""

import pytest

from escalations.asked_again import Again, Known, asked_again

KNOWN = Known(
    fields=[("amount", "84.20", 0.99), ("account_number", "4471", 0.71), ("iban", "DE89 3704", 0.3)],
    facts=["Customer since 2017.", "The invoice number is INV-2209."],
    said=["My order 88-1204 never came.", "Write to me at kim@example.test, or +44 20 7946 0000."],
)


@pytest.mark.parametrize(
    ("text", "what", "where", "nth"),
    [
        ("Could you tell us your account number?", "account number", "field", 2),
        ("Please send us the account number.", "account number", "field", 2),
        ("Thank you. What is the amount?", "amount", "field", 1),
        ("May we have the invoice number, please?", "invoice number", "fact", 2),
        ("Which order number is this about?", "order number", "message", 1),
        ("What is your e-mail address?", "e-mail address", "message", 2),
        ("Please confirm your phone number so that we can call.", "phone number", "message", 2),
    ],
)
def test_what_stands_in_the_case_was_asked_for_again(text: str, what: str, where: str, nth: int) -> None:
    """R068: a fact that the package, the fields or the customer had given; the finding says where."""
    assert asked_again(text, KNOWN) == (Again(what, where, nth),)


@pytest.mark.parametrize(
    "text",
    [
        "We have refunded 84.20 to account number 4471.",  # tells, does not ask
        "Is account number 4471 still right?",  # confirms
        "Could you tell us the IBAN?",  # read with too little confidence
        "What is your tracking number?",  # nobody knows it
        "Could you describe what happened?",
        "What is the best time to reach you?",
        "Please find the account number on our website.  Your account number is 4471.",
        "",
    ],
)
def test_telling_confirming_and_asking_for_something_new_do_not_count(text: str) -> None:
    """R068: a question for what is doubtful or unknown is a good one."""
    if "website" in text:
        known = Known(fields=[("account_number", "", None)])
        assert asked_again(text, known) == ()
    else:
        assert asked_again(text, KNOWN) == ()


def test_two_sources_that_disagree_may_be_asked_about() -> None:
    doubtful = Known(fields=[("amount", "84.20", 0.99), ("amount", "48.20", 0.6)])
    assert asked_again("What is the amount?", doubtful) == ()


def test_each_thing_counts_once_and_several_are_several() -> None:
    text = "What is the account number? We need the account number and the amount."
    assert [one.what for one in asked_again(text, KNOWN)] == ["account number", "amount"]
