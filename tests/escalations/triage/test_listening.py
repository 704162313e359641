"""What customers' words show: strain, requests, topics; and what calm words must not show."""

import re

import pytest

from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.text.injection import PATTERNS
from escalations.triage.text.lexicon import ENTRIES
from escalations.triage.text.notice import lexicon_hits, loud_hits, signals_of
from escalations.triage.types import Signal
from tests.escalations.triage.cases import MAIL, SENTENCES, case


def heard(text: str) -> dict[str, Signal]:
    return {s.code: s for s in signals_of([*lexicon_hits(text, 0), *loud_hits(text, 0)])}


STRAINED = [
    "I can't cope any more.",
    "I am at my wits' end.",
    "Please, I am desperate, I have no money left for food.",
    "This is the third time I am asking.",
    "WHY DOES NOBODY ANSWER ME",
    "I feel like killing myself.",
    "I do not want to live anymore.",
    "There is no point in going on.",
    "I have been crying all day because of this.",
    "We will be homeless next week.",
    "I never received my order!!!",
    "Help me!!! Please!!!",
    "I am so stressed and can't sleep.",
    "You have ruined my life.",
    "I'm having a panic attack over this bill.",
    "Nobody is helping me, I am all alone with this.",
    "I'm drowning in debt.",
    "4th time contacting you. Still nothing. Absolutely fed up!!!",
    "I am losing my mind, somebody help.",
    "They will evict us and my children cry every night.",
]


@pytest.mark.parametrize("text", STRAINED)
def test_distress_is_heard(engine: EmbeddedEngine, text: str) -> None:
    """R033: more likely than not, with the words that show it."""
    judged = engine.triage(case(text))
    shown = next(signal for signal in judged.signals if signal.code == "distress")
    assert judged.distress == shown.score >= 0.5
    for span in shown.spans:
        assert text[span.start : span.end]
        assert text[span.start : span.end] in shown.words


CALM = [
    MAIL,
    "Could you tell me your opening hours? Thanks!",
    "My card payment was declined yesterday, please check.",
    "I am still waiting for my card.",
    "I'm afraid this charge is not mine.",
    "How many times can I use the card?",
    "Please cancel the contract immediately, I am moving abroad.",
    "I'm not upset, just asking.",
    "No complaints, I am happy with everything.",
    "Invoice INV-2231 over EUR 120.50 is attached.",
    "PO 4471 and DHL 99 are in the ERP.",
    "I want to report fraud on my account.",
    "What song is this?",
]


@pytest.mark.parametrize("text", [*CALM, *(text for texts in SENTENCES.values() for text in texts)])
def test_calm_messages_show_no_distress(engine: EmbeddedEngine, text: str) -> None:
    """R007: no strain means none, not a little."""
    judged = engine.triage(case(text))
    assert judged.distress == 0.0
    assert judged.sentiment > -0.4


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("human_requested", "Can I speak to a real person please"),
        ("human_requested", "Put me through to your manager."),
        ("human_requested", "agent please, a human one"),
        ("human_requested", "Please connect me to somebody who works there."),
        ("human_requested", "Is there a person I can talk to?"),
        ("human_requested", "I do not want to chat with a machine."),
        ("dispute", "There is a payment to Orlov Trading that I did not make."),
        ("dispute", "there is double charge, I pay only one time"),
        ("negotiate", "I propose to pay 50 a month until it is done."),
        ("regulatory", "I have filed it with the consumer authority."),
        ("human_requested", "Stop using the bot, I want a human."),
        ("dispute", "I did not authorise this payment."),
        ("dispute", "You overcharged me and I will not pay."),
        ("complaint", "I want to make a formal complaint."),
        ("complaint", "This is unacceptable."),
        ("negotiate", "Could we agree on a payment plan?"),
        ("negotiate", "I can't pay the full amount."),
        ("regulatory", "I will report you to the ombudsman."),
        ("regulatory", "My solicitor will write to you."),
        ("regulatory", "This is a subject access request under the GDPR."),
        ("sensitive", "My mother passed away last week."),
        ("sensitive", "I was diagnosed with cancer."),
        ("ethical", "You rejected me because of my age."),
        ("ethical", "That is racist."),
        ("threat", "I know where you live."),
        ("threat", "I will find you and hurt you."),
    ],
)
def test_requests_and_topics_are_heard(code: str, text: str) -> None:
    """R036, R037, R015: topics and requests that need a person."""
    assert heard(text)[code].score >= 0.5


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("human_requested", "I do not want to speak to a human, just refund me."),
        ("human_requested", "You can call me Stevie."),
        ("complaint", "This is not a complaint."),
        ("complaint", "I have never been unhappy with you."),
        ("dispute", "I don't dispute the charge."),
        ("regulatory", "No legal action, do not worry."),
        ("sensitive", "My battery died."),
        ("dispute", "I have handled disputes for three years."),
        ("dispute", "My luggage didn't make it."),
    ],
)
def test_a_negation_takes_the_words_back(code: str, text: str) -> None:
    assert code not in heard(text)


def test_patterns_are_in_lower_case_because_texts_are() -> None:
    plain = [entry.pattern for entry in ENTRIES if not entry.cased] + [pattern for _, pattern in PATTERNS]
    for pattern in plain:
        assert not re.search(r"(?<!\\)[A-Z]", pattern.pattern), pattern.pattern


def test_acronyms_count_in_capitals_only() -> None:
    assert "regulatory" in heard("I will tell the SEC.")
    assert "regulatory" not in heard("It took 30 sec.")


def test_capitals_whose_lower_form_is_longer_move_nothing() -> None:
    text = "\u0130\u0130 I can't cope"
    (span,) = heard(text)["distress"].spans
    assert text[span.start : span.end] == "can't cope"


def test_not_only_is_no_negation() -> None:
    assert "complaint" in heard("It is not only terrible but also late.")


def test_saying_it_twice_does_not_make_it_stronger() -> None:
    once, twice = heard("Unacceptable."), heard("Unacceptable. Unacceptable. Unacceptable.")
    assert once["complaint"].score == twice["complaint"].score
    assert len(twice["complaint"].spans) == 3


def test_typographic_apostrophes_are_apostrophes() -> None:
    assert heard("I can\u2019t cope")["distress"].spans == heard("I can't cope")["distress"].spans


def test_the_mood_falls_with_each_message(engine: EmbeddedEngine) -> None:
    """R007: the arc of a conversation, one value for each message of the customer."""
    judged = engine.triage(
        case(
            "Hello, could you tell me where my parcel is?",
            ("ai", "It is on its way, terrible weather, so sorry!!!"),
            "That is what you said last week.",
            "This is unacceptable, you are useless, I want my money back!",
            channel="chat",
        )
    )
    assert len(judged.mood) == 3
    assert judged.mood[0] > judged.mood[1] > judged.mood[2]
    assert judged.mood[2] < -0.4
    assert judged.mood[2] < judged.sentiment < judged.mood[0]


def test_thanks_sound_better_than_anger(engine: EmbeddedEngine) -> None:
    pleased = engine.triage(case("Thank you so much, that was quick and very friendly!"))
    angry = engine.triage(case("You are the worst company I have ever dealt with."))
    assert pleased.sentiment > 0.4
    assert angry.sentiment < -0.4


def test_the_newest_message_is_heard_after_a_long_conversation(engine: EmbeddedEngine) -> None:
    """R033: distress counts at whatever length it comes."""
    talk = [
        f"My parcel {n} was due on Monday and the tracking page has not changed since." for n in range(30)
    ]
    judged = engine.triage(case(*talk, "I cannot breathe, I am shaking, everything is falling apart for me."))
    assert judged.distress >= 0.5
    assert judged.mood[-1] < min(judged.mood[:-1])
