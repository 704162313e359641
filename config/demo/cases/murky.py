"""Hard to tell: what looks like an easy matter and is another one, so that an AI is now and then really wrong.

The agent goes by the surface, as the model may. What is true we know, because we wrote it; it is never sent.
"""

# ruff: noqa: E501  one text a line

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.demo.cases.documents import MONEY
from config.demo.cases.questions import CITIES, ITEMS, LOADS, PLACES, STREETS
from config.demo.cases.scene import Draft, Scene
from config.demo.cases.shapes import Script


@dataclass(frozen=True, slots=True)
class Riddle:
    """What is written, what the agent takes it for (`intent`), and what it is: "" for nothing that an AI may settle."""

    text: str
    intent: str
    truth: str


def _same(intent: str, *texts: str) -> tuple[Riddle, ...]:
    return tuple(Riddle(text, intent, intent) for text in texts)


HOURS, GENERAL = "faq_opening_hours", "faq_general"

QUESTIONS = (
    Riddle(
        "Is there somebody in {city} [on Saturday|this week|on {day}] who speaks [Spanish|Polish|Arabic|French]?",
        HOURS,
        GENERAL,
    ),
    Riddle(
        "Which days are [quiet|busy|best] at the {place} in {city}? I do not like to wait.", HOURS, GENERAL
    ),
    Riddle(
        "When are you open in {city}? I [want to hand in my notice|would like to end my contract|bring back what I no longer want] in person [on {day}|].",
        HOURS,
        "cancellation",
    ),
    Riddle(
        "I stood at the {place} in {city} on {day} and the door was [locked|shut] at noon, though your page says open. [Again|Not the first time].",
        HOURS,
        "complaint_service",
    ),
    Riddle(
        "How does it work when I [bring back|return] something in {city} after [ten|twelve|twenty] days, do I get [it all|the money] back?",
        GENERAL,
        "refund_request",
    ),
    Riddle(
        "Would [the bigger|the family|another] plan be cheaper for [two|three|four] of us, and from which day could we have it?",
        GENERAL,
        "contract_change",
    ),
    Riddle(
        "Is it normal that nobody picks up in {city} [all morning|for an hour|since {day}]?",
        GENERAL,
        "complaint_service",
    ),
    Riddle(
        "Do you [also|still] take [instalments|part payments|payment in two parts] for a bill from {month}?",
        GENERAL,
        "payment_plan",
    ),
    *_same(
        HOURS,
        "open [sat|sun|fri|mon] {city} [?|pls|??]",
        "{city} [today|tomorrow|{day}] till [when|what time] [?|pls]",
        "you in {city} [still there|there] at [6|7|8] [?|pm]",
    ),
    *_same(
        GENERAL,
        "[u do|you have|any] [esim|student price|gift cards|group price] [?|in {city} ?]",
        "[how much|price] for [two|three] [?|in {city} ?|roughly]",
        "[what|which] papers do i bring [to {city}|on {day}] [?|pls]",
    ),
)
ORDERS = (
    Riddle(
        "[The mail said|You wrote|I was told] {order_number} comes on {day}. Which day is it now?",
        "order_status",
        "delivery_delay",
    ),
    Riddle(
        "Where is {order_number}? My {item} was [to be here|meant to come] on {day}.",
        "order_status",
        "delivery_delay",
    ),
    Riddle("{order_number} says processing since {day}. Is that usual?", "order_status", "delivery_delay"),
    Riddle(
        "Has {order_number} [gone out|left] yet? If not, I [do not need it any more|would rather leave it].",
        "order_status",
        "cancellation",
    ),
    Riddle(
        "Where will {order_number} be taken? I [moved|have moved] on {day}.",
        "order_status",
        "data_correction",
    ),
    Riddle(
        "{order_number} shows delivered on {day}. [The box was open|Something rattles inside]. What does the status mean?",
        "order_status",
        "damaged_goods",
    ),
    *_same(
        "order_status",
        "{order_number} [?|pls|any news]",
        "[news|update|eta] {order_number} [?|thx]",
        "my {item} {order_number} when",
        "{order_number} [here|with me] by {day} ?",
    ),
)
ACCESS = (
    Riddle(
        "The text goes to my old [number|phone], account {account_number}, [since {day}|I have a new one].",
        "account_access",
        "data_correction",
    ),
    Riddle(
        "After I sign in to {account_number} the page [stays white|shows half of it|breaks off] since {day}.",
        "account_access",
        "technical_fault",
    ),
    Riddle(
        "My [brother|wife|assistant] should be able to sign in to {account_number} and [change the plan|order things] for me from {day}.",
        "account_access",
        "contract_change",
    ),
    *_same(
        "account_access",
        "{account_number} [pw|pin|code] [gone|?|wrong]",
        "[no link|no mail|no code] {account_number} [since {day}|?]",
        "{account_number} [out|shut out] again",
    ),
)
DETAILS = (
    Riddle(
        "{new_value} is my number now, and the code still goes to the old one, so I am shut out. Patient {patient_number}.",
        "data_correction",
        "account_access",
    ),
    Riddle(
        "From {day} the bills for {patient_number} should go to [my wife|my insurer|my son], who pays them: {new_value}.",
        "data_correction",
        "contract_change",
    ),
    Riddle(
        "You wrote to {new_value} again although I asked you [twice|on {day}] not to. Patient {patient_number}.",
        "data_correction",
        "complaint_service",
    ),
    *_same(
        "data_correction",
        "{patient_number} [now|new] {new_value} [thx|pls|]",
        "pls {new_value} for {patient_number} [from {day}|]",
    ),
)
REMINDERS = (
    Riddle(
        "what is open on {account_number} [?|pls], {amount} of {due_date} [is not mine|cannot be right]",
        "payment_reminder",
        "billing_dispute",
    ),
    Riddle(
        "Your note on {account_number}, {amount} {currency} of {due_date}: [in two parts|half now, half later]?",
        "payment_reminder",
        "payment_plan",
    ),
    *_same(
        "payment_reminder",
        "{account_number} {amount} {due_date} [remind|again pls]",
        "what is open on {account_number} [?|pls], I think {amount} of {due_date}",
        "[lost|cannot find] the letter of {due_date}, {account_number}, was it {amount} [?|{currency} ?]",
        "{due_date} {amount} {account_number} [still|yet] [open|due] ?",
    ),
)


def murky_question(scene: Scene) -> Script:
    """A question about hours or pages that may be about something else."""
    one: Riddle = scene.pick(*QUESTIONS)
    draft = Draft(scene, "faq_chat", scene.pick("chat", "chat", "form"))
    draft.titled("[Question|Hello|Quick question]")
    city = scene.pick(*CITIES[scene.client])
    draft.says(one.text, city=city, place=PLACES[scene.client], day=_day(scene), month=scene.month())
    draft.takes("search_help", "1 page found", query=one.intent)
    draft.proposes("answer_customer", text="The page on this answers it, holidays included.")
    return _script(draft, one, f"{scene.customer.first} has a question that a help page answers.")


def murky_order(scene: Scene) -> Script:
    """Asks for an order, or for more than that."""
    number = scene.code("A#####" if scene.client == "harbour" else "NL#####@")
    one: Riddle = scene.pick(*ORDERS)
    draft = Draft(scene, "order_status", scene.pick("chat", "email", "form"))
    draft.titled("[Order|My order|Question] {n}", n=number)
    item = scene.pick(*(ITEMS if scene.client == "harbour" else LOADS))
    draft.says(one.text, order_number=number, item=item, day=_day(scene))
    draft.reads(order_number=scene.dice.uniform(0.93, 0.99))
    tool = "lookup_order" if scene.client == "harbour" else "lookup_shipment"
    draft.takes(tool, "1 order, at the sorting centre", record={"order_number": number}, order_number=number)
    draft.proposes("answer_customer", text=f"Order {number} is at the sorting centre.")
    return _script(draft, one, f"{scene.customer.first} asks about order {number}.")


def murky_access(scene: Scene) -> Script:
    """About a sign-in, or about whose it is."""
    number = scene.customer.number
    one: Riddle = scene.pick(*ACCESS)
    draft = Draft(scene, "account_access", scene.pick("chat", "form"))
    draft.titled("[Login|Sign in|Access]")
    draft.says(one.text, account_number=number, day=_day(scene))
    draft.reads(account_number=scene.dice.uniform(0.93, 0.99))
    tool = "lookup_account" if scene.client == "harbour" else "lookup_patient"
    draft.takes(tool, "account found", record={"account_number": number}, account_number=number)
    draft.proposes("send_reset_link", account_number=number)
    return _script(draft, one, f"{scene.customer.first} writes about the sign-in of {number}.")


def murky_details(scene: Scene) -> Script:
    """New contact details, or something that comes with them."""
    number = scene.customer.number
    one: Riddle = scene.pick(*DETAILS)
    value = scene.pick(
        scene.code("03 5550 ####"),
        f"{scene.dice.randint(2, 148)} {scene.pick(*STREETS)}, {scene.pick(*CITIES['meridian'])}",
    )
    draft = Draft(scene, "data_correction", scene.pick("form", "email"))
    draft.titled("[Change|New details|My record]")
    draft.says(one.text, new_value=value, patient_number=number, day=_day(scene))
    draft.reads(patient_number=scene.dice.uniform(0.94, 0.99), new_value=scene.dice.uniform(0.9, 0.98))
    draft.takes("lookup_patient", "1 record", record={"patient_number": number}, patient_number=number)
    draft.proposes("update_contact", patient_number=number, new_value=value)
    return _script(draft, one, f"{scene.customer.first} sends new contact details.")


def murky_reminder(scene: Scene) -> Script:
    """A reminder that a note beside it speaks against."""
    number, amount = scene.customer.number, scene.near(scene.customer.usual)
    one: Riddle = scene.pick(*REMINDERS)
    draft = Draft(scene, "collections", "api")
    draft.titled("Reminder for {n}", n=number)
    draft.says(
        one.text, account_number=number, amount=amount, currency=MONEY[scene.client],
        due_date=scene.day(scene.dice.randint(10, 29)), day=_day(scene),
    )  # fmt: skip
    draft.reads(account_number=0.99, amount=0.99, due_date=scene.dice.uniform(0.95, 0.99))
    draft.takes("read_account", "1 open bill", record={"account_number": number}, account_number=number)
    draft.takes("check_balance", "still open", record={"amount": amount}, account_number=number)
    draft.proposes("send_reminder", account_number=number, amount=amount)
    return _script(draft, one, "A bill is past its date. First friendly reminder.", reasons=())


def _script(draft: Draft, one: Riddle, summary: str, reasons: Sequence[str] | None = None) -> Script:
    """The agent is less sure of what it did not read well."""
    dice = draft.scene.dice
    made = draft.script(
        band="hybrid", summary=summary, intent=one.intent, confidence=dice.uniform(0.7, 0.97),
        facts=("Taken from the record.",), reasons=None if reasons is None else tuple(reasons),
    )  # fmt: skip
    return replace(made, truth=one.truth)


def _day(scene: Scene) -> str:
    return scene.day(scene.dice.randint(1, 9))
