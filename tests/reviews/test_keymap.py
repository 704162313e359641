"""Own keys: what may be chosen, and what is said when it may not."""

from reviews.keymap import KEYS, moved, problems


def test_a_free_letter_may_be_chosen_and_only_the_change_is_kept() -> None:
    assert problems({"a": "q", "c": ""}) == {}
    assert moved({"a": "q", "c": "", "e": "e"}) == {"a": "q"}


def test_two_actions_may_swap_their_letters() -> None:
    assert problems({"a": "c", "c": "a"}) == {}


def test_a_letter_that_is_taken_is_refused_with_the_name_of_who_has_it() -> None:
    assert problems({"a": "c"}) == {"a": "c is already Correct."}


def test_letters_with_a_meaning_of_their_own_and_words_are_refused() -> None:
    assert set(problems({"a": "g", "c": "ab", "o": " "})) == {"a", "c", "o"}


def test_the_products_own_map_is_without_a_twin() -> None:
    assert problems({}) == {}
    assert len(KEYS) == len(set(KEYS))
