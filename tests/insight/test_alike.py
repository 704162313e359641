"""Texts that are alike are put together, the same way in any order (R095)."""

from escalations.alike import Group, grouped, words_in

LATE = ["the parcel is late again", "parcel late and no courier", "courier lost my parcel",
        "late parcel, courier silent", "where is the parcel, courier says late"]  # fmt: skip
BILLS = ["charged twice on my invoice", "the invoice shows a double charge", "invoice charged twice, refund",
         "double charge on invoice", "refund the invoice charged double"]  # fmt: skip


def texts() -> dict[str, str]:
    return {f"c{n}": text for n, text in enumerate([*LATE, *BILLS, "my cat sings"])}


def test_two_subjects_become_two_groups_and_the_odd_one_is_left_over() -> None:
    """R095: with the words they share; what is alone has none."""
    found = grouped(texts(), least=3)
    assert [{key for key, _ in group.members} for group in found] == [
        {"c0", "c1", "c2", "c3", "c4"}, {"c5", "c6", "c7", "c8", "c9"}, {"c10"},
    ]  # fmt: skip
    assert {"parcel", "courier"} <= set(found[0].terms)
    assert "invoice" in found[1].terms
    assert found[2] == Group((("c10", 0.0),), ())


def test_the_order_in_which_they_come_changes_nothing() -> None:
    given = texts()
    assert grouped(dict(reversed(given.items())), least=3) == grouped(given, least=3)


def test_numbers_and_filling_are_no_words_and_nothing_to_say_is_one_group() -> None:
    assert words_in("Dear all, my card 4471-88 was not charged") == {"card", "charged"}
    assert grouped({"a": "", "b": "42"}, least=2) == [Group((("a", 0.0), ("b", 0.0)), ())]
