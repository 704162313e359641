"""Money that a customer and a record see differently, and money that moves where it should not."""

# ruff: noqa: E501  one text a line

from config.demo.cases.documents import MONEY
from config.demo.cases.scene import Draft, Scene
from config.demo.cases.shapes import FollowUp, Script

DISPUTED = (
    "Hi, I think something went wrong with my {month} bill. My bank says the ${amount} from {charge_date} was {charge_status}, but your app says paid. Account {account_number}.",
    "I dispute the charge of ${amount} on {charge_date}. For my bank it is {charge_status}. My account with you is {account_number}.",
    "On {charge_date} you charged ${amount} to my card. My bank shows it as {charge_status} and you still [count it as paid|ask for it]. Account {account_number}, please explain.",
    "Good evening. My {month} statement lists ${amount} on {charge_date} that my bank calls {charge_status}. Who is right? Account number {account_number}.",
)


def ledger_says_completed(scene: Scene) -> Script:
    """The worked example of R027: two sources disagree on a charge, and a credit is not the agent's to give."""
    amount, day, number = scene.money(56, 240), scene.day(scene.dice.randint(3, 12)), scene.customer.number
    status = scene.pick("reversed", "returned", "failed", "refused")
    draft = Draft(scene, "billing_dispute", scene.pick("email", "chat"))
    draft.titled(
        "[Charge of {a}, bank says {s}|{m} bill: {a} {s} or paid]", a=amount, s=status, m=scene.month()
    )
    draft.says(
        scene.pick(*DISPUTED),
        month=scene.month(),
        amount=amount,
        charge_date=day,
        charge_status=status,
        account_number=number,
    )
    draft.answers(
        "I can see one completed payment of ${amount} on {charge_date}. Your balance is settled.",
        amount=amount,
        charge_date=day,
    )
    draft.says(
        scene.pick(
            "That is what I am telling you, it is not right. I [have been a customer since {since}|pay on time since {since}] and now I explain it again.",
            "But the bank [sent it back|never released it]. I can send the [statement|letter] if you like.",
            "Then please look again, the two cannot both be true.",
        ),
        gap=3,
        since=str(scene.customer.since),
    )
    dice = scene.dice
    draft.reads(
        amount=dice.uniform(0.96, 0.99),
        charge_date=dice.uniform(0.7, 0.93),
        charge_status=dice.uniform(0.86, 0.95),
        account_number=0.99,
    )
    draft.knows("charge_status", "completed", 0.98)
    draft.takes(
        "lookup_ledger",
        "1 payment, completed",
        record={"amount": amount, "charge_status": "completed"},
        account_number=number,
    )
    draft.takes("query_processor", "1 capture, 1 message of return", account_number=number)
    if scene.client == "harbour":
        draft.takes("match_invoice", "no invoice for the return", ok=False, amount=amount)
    draft.proposes("issue_credit", amount=amount, account_number=number)
    return draft.script(
        band="human",
        aims=("AMBIGUOUS_INPUT", "BEYOND_PERMISSION"),
        summary=f"Customer disputes {amount} of {day}. The ledger shows the payment completed, the bank shows it {status}. Both cannot be right; a credit would settle it.",
        intent="billing_dispute",
        confidence=dice.uniform(0.55, 0.78),
        question="Which record is right, and may the amount be credited?",
        told=("One completed payment is visible.", "Nothing was promised."),
        facts=(f"Customer since {scene.customer.since}.", "No earlier dispute."),
    )


TWICE = (
    "My card was charged twice for {month}: ${amount} on {charge_date} and the same again a day later. Account {account_number}.",
    "I see two payments of ${amount} on {charge_date} in my banking app, but I have only one bill. Account {account_number}. Please give one back.",
    "there is double charge ${amount} on {charge_date}, i pay only one time, account {account_number}",
    "The page hung when I paid on {charge_date}, I pressed again and now both went through, ${amount} each. My account is {account_number}.",
)


def charged_twice(scene: Scene) -> Script:
    amount, day, number = scene.money(24, 190), scene.day(scene.dice.randint(2, 9)), scene.customer.number
    draft = Draft(scene, "billing_dispute", scene.pick("email", "form", "chat"))
    draft.titled("[Charged twice for {m}|Two payments of {a}|Double charge, {a}]", m=scene.month(), a=amount)
    draft.says(scene.pick(*TWICE), month=scene.month(), amount=amount, charge_date=day, account_number=number)
    draft.reads(
        amount=scene.dice.uniform(0.94, 0.99), charge_date=scene.dice.uniform(0.66, 0.95), account_number=0.99
    )
    draft.takes("lookup_ledger", "1 payment", record={"amount": amount}, account_number=number)
    draft.takes("query_processor", "2 captures, 41 seconds apart", account_number=number)
    draft.proposes("issue_credit", amount=amount, account_number=number)
    return draft.script(
        band="human",
        aims=("BEYOND_PERMISSION",),
        summary=f"Two captures of {amount} on {day}, one bill. The second capture has no invoice, so it is probably a duplicate.",
        intent="duplicate_charge",
        confidence=scene.dice.uniform(0.8, 0.95),
        question="Is the second capture a duplicate?",
        told=("We are looking into it.",),
        facts=("The two captures carry the same reference.",),
    )


REFUNDS = (
    "I returned the {item} of order {order_number} on {return_date} and I am waiting for my refund of ${amount}.",
    "Please refund ${amount} for order {order_number} to the card I paid with. [The box is unopened|It went back on {return_date}].",
    "i send back {item}, order {order_number}, {return_date}. money not come, ${amount}. please refund",
    "Your page says thirty days money back. I ask for ${amount} back for order {order_number}, the {item} does not fit.",
)


def refund(scene: Scene, *, ungrounded: bool = False, large: bool = False) -> Script:
    amount = scene.money(640, 1900) if large else scene.money(15, 180)
    order, day = scene.code("A#####"), scene.day(scene.dice.randint(5, 14))
    item = scene.pick("headset", "tablet", "router", "smart watch", "phone case", "repeater")
    draft = Draft(scene, "refund_request", scene.pick("email", "form"))
    draft.titled("[Refund for {o}|My money for order {o}]", o=order)
    draft.says(scene.pick(*REFUNDS), item=item, order_number=order, return_date=day, amount=amount)
    draft.reads(amount=scene.dice.uniform(0.93, 0.99), order_number=scene.dice.uniform(0.9, 0.99))
    draft.takes("lookup_ledger", "1 purchase, paid by card", record={"amount": amount}, order_number=order)
    promised = scene.money(900, 990) if ungrounded else amount
    text = f"We refund {promised} to your card." + (
        f" It arrives with reference {scene.code('RF-#####')}." if ungrounded else ""
    )
    aims: tuple[str, ...] = (
        ("UNGROUNDED",) if ungrounded else ("HIGH_IMPACT", "BEYOND_PERMISSION") if large else ()
    )
    if large:
        draft.proposes("refund_payment", amount=amount, order_number=order)
    else:
        draft.proposes("answer_customer", text=text)
    return draft.script(
        band="human" if large else "hybrid",
        aims=aims,
        reasons=() if ungrounded else aims,
        summary=f"Customer wants {amount} back for order {order}. The purchase is within the return period.",
        intent="refund_request",
        confidence=scene.dice.uniform(0.84, 0.96),
        question="Refund now, or wait for the parcel?",
        facts=("Return period: thirty days.",),
    )


def ungrounded_refund(scene: Scene) -> Script:
    """The drafted reply names an amount and a reference that stand nowhere in the case (R009)."""
    return refund(scene, ungrounded=True)


def large_refund(scene: Scene) -> Script:
    return refund(scene, large=True)


PLANS = (
    "I cannot pay the {amount} at once. Can I pay it in [three|four] parts? Account {account_number}.",
    "My hours were cut this month. Would you accept half of {amount} now and the rest next month? Account {account_number}.",
    "I propose to pay {offer} a month until the {amount} is done, account {account_number}. Is that acceptable?",
    "now not possible pay all {amount}, i can pay {offer} every month, please agree. account {account_number}",
    "Could the late fee be waived if I pay the {amount} this week? My account is {account_number}.",
)


def payment_plan(scene: Scene) -> Script:
    """The AI may remind; any wish to negotiate is a person's (R015)."""
    number, amount = scene.customer.number, scene.money(180, 860)
    draft = Draft(scene, "collections", scene.pick("email", "chat"))
    draft.titled("[Paying in parts|A plan for {a}|Time to pay]", a=amount)
    draft.says(
        scene.pick(*PLANS), amount=amount, account_number=number, offer=scene.pick("40", "50", "75", "100")
    )
    draft.reads(amount=scene.dice.uniform(0.94, 0.99), account_number=0.98)
    draft.takes(
        "read_account", "1 open bill, 2 reminders", record={"account_number": number}, account_number=number
    )
    draft.takes("check_balance", "open", record={"amount": amount}, account_number=number)
    draft.proposes("agree_payment_plan", account_number=number, amount=amount, months=4)
    return draft.script(
        band="hybrid",
        aims=("BEYOND_PERMISSION",),
        summary=f"Customer cannot pay {amount} {MONEY[scene.client]} at once and asks for instalments.",
        intent="payment_plan",
        confidence=scene.dice.uniform(0.8, 0.95),
        question="Which monthly amount is acceptable?",
        facts=("Two reminders were sent.", "No earlier plan."),
    )


OUTGOING = (
    "Outgoing payment of {amount} {currency} to {payee} from account {account_number}: first payment to this payee, amount far above the usual range.",
    "Payment {amount} {currency} to {payee}, account {account_number}, at {hour} from a device never seen before. Held for review.",
    "Payee {payee} changed bank details two days before a payment of {amount} {currency} from {account_number}.",
    "Transfer of {amount} {currency} to {payee}, account {account_number}: outside working hours, no contract on file, no matching order.",
    "Several small test payments, then {amount} {currency} to {payee} within minutes. Account {account_number}.",
)
ROUTINE = (
    "Payment of {amount} {currency} to {payee}, account {account_number}, from a device never seen before. Held for review.",
    "Transfer {amount} {currency} to {payee} from {account_number} at {hour}, outside the usual hours. Held for review.",
    "Payee {payee} is new on account {account_number}: payment of {amount} {currency} stopped once, as the rule says.",
)
PAYEES = (
    "Orlov Trading",
    "Halcyon Metals",
    "Brightpath Gift Cards",
    "Meridian Isle Holdings",
    "Quick Parcel Desk",
    "Sunder Consulting",
)


def outlying_payment(scene: Scene) -> Script:
    """An amount far outside this customer's history (R029); always a person's, and compliance's (R040)."""
    times = scene.dice.uniform(28, 70)
    aims = ("ANOMALY", "HIGH_IMPACT", "BEYOND_PERMISSION")
    return _held(scene, times, OUTGOING, "0.9 of 1, new payee, amount outside range", aims)


def ordinary_payment(scene: Scene) -> Script:
    """Held by a rule, but of the usual size: what the outliers stand out from."""
    times = scene.dice.uniform(0.7, 1.3)
    return _held(scene, times, ROUTINE, "0.3 of 1, amount as usual", ("BEYOND_PERMISSION",))


def _held(scene: Scene, times: float, texts: tuple[str, ...], scored: str, aims: tuple[str, ...]) -> Script:
    usual = scene.customer.usual * (12 if scene.client == "northline" else 1)
    amount, payee, number = f"{times * usual:.2f}", scene.pick(*PAYEES), scene.customer.number
    draft = Draft(scene, "suspicious_payment", "api")
    draft.titled("[Payment of {a} to {p} on hold|Held: {a} to {p}]", a=amount, p=payee)
    draft.says(
        scene.pick(*texts),
        amount=amount,
        currency=MONEY[scene.client],
        payee=payee,
        account_number=number,
        hour=f"0{scene.dice.randint(1, 5)}:{scene.dice.randint(10, 59)}",
    )
    draft.reads(amount=0.99, payee=scene.dice.uniform(0.9, 0.98), account_number=0.99)
    draft.takes("read_payment", "1 payment, not yet sent", account_number=number)
    draft.takes("score_payment", scored, account_number=number)
    draft.takes("hold_payment", "held for 24 hours", account_number=number)
    draft.proposes("release_payment", amount=amount, payee=payee)
    return draft.script(
        band="human",
        aims=aims,
        summary=f"A payment of {amount} to {payee} is held: {times:.1f} times what this account usually pays.",
        intent="suspicious_payment",
        confidence=scene.dice.uniform(0.6, 0.9),
        question="Release, block, or call the customer back?",
        facts=(
            f"Usual payment: about {usual:.2f}.",
            "First payment to this payee.",
            "The payee was not told.",
        ),
        customer={"past_amounts": [scene.near(usual) for _ in range(12)]},
    )


REPORTED = (
    "I got a text asking me to confirm ${amount} to {payee}, I never sent that. My account is {account_number}. Please stop it.",
    "There is a payment of ${amount} to {payee} in my account {account_number} that I did not make. My card was with me all day.",
    "please block my card, there is ${amount} to {payee} i didn't do, account {account_number}",
)


def reported_payment(scene: Scene) -> Script:
    amount, payee, number = scene.money(380, 2400), scene.pick(*PAYEES), scene.customer.number
    draft = Draft(scene, "suspicious_payment", scene.pick("chat", "email"))
    draft.titled("[I did not make this payment|Unknown payment of {a}]", a=amount)
    draft.says(scene.pick(*REPORTED), amount=amount, payee=payee, account_number=number)
    draft.reads(amount=0.98, payee=scene.dice.uniform(0.85, 0.97), account_number=0.99)
    draft.takes("read_payment", "1 payment, sent", account_number=number)
    draft.takes("score_payment", "0.8 of 1, new device", account_number=number)
    draft.takes("hold_payment", "too late, already sent", ok=False, account_number=number)
    draft.proposes("report_authority", amount=amount, payee=payee)
    later = FollowUp(
        scene.dice.uniform(20, 60),
        "customer",
        "Any news? I am scared that more money disappears. I can't sleep, this was all we had.",
    )
    return draft.script(
        band="human",
        aims=("ANOMALY", "BEYOND_PERMISSION", "DISTRESS"),
        reasons=("ANOMALY", "BEYOND_PERMISSION"),
        summary=f"Customer did not make the payment of {amount} to {payee}. It has already gone out.",
        intent="suspicious_payment",
        confidence=scene.dice.uniform(0.75, 0.92),
        question="Recall the payment and report it?",
        told=("The card is blocked.",),
        facts=("New device since yesterday.",),
        customer={"past_amounts": [scene.near(scene.customer.usual) for _ in range(8)]},
        follow_ups=(later,) if scene.dice.random() < 0.5 else (),
    )
