"""Late, broken, cancelled, complained about."""

# ruff: noqa: E501  one text a line

from config.demo.cases.scene import Draft, Scene
from config.demo.cases.shapes import FollowUp, Script

LATE = (
    "Our consignment {tracking_number} was promised for {promised_date} and is still not here. [The shop is waiting|Our line stands still].",
    "Tracking for {tracking_number} has not moved for {days} days. It should have been in {city} on {promised_date}.",
    "The carrier missed the slot on {promised_date} [again|without a word]. What about {tracking_number}?",
    "shipment {tracking_number} not arrive, promised {promised_date}, my customer ask every day",
    "[We are|I am] still waiting for {load}, number {tracking_number}, due on {promised_date}. [When will it be here|Please chase the carrier].",
)
LOADS = (
    "two pallets of tiles",
    "the garden chairs",
    "four crates of lamps",
    "the spare parts",
    "a roll of carpet",
    "the shelf units",
    "our display fridge",
)
TOWNS = ("Leeds", "Hull", "Dover", "Carlisle", "Cork", "Antwerp")


def delayed(scene: Scene, *, carrier_down: bool = False) -> Script:
    number, promised = scene.code("NL#####@"), scene.day(scene.dice.randint(1, 6))
    draft = Draft(scene, "delayed_shipment", scene.pick("email", "form", "chat"))
    draft.titled("[{n} is late|Where is {n}|Late again: {n}]", n=number)
    draft.says(
        scene.pick(*LATE),
        tracking_number=number,
        promised_date=promised,
        load=scene.pick(*LOADS),
        city=scene.pick(*TOWNS),
        days=str(scene.dice.randint(2, 6)),
    )
    draft.reads(tracking_number=scene.dice.uniform(0.93, 0.99))
    draft.takes(
        "lookup_shipment",
        "1 consignment, on the road",
        record={"tracking_number": number},
        tracking_number=number,
    )
    place = scene.pick(
        "held at customs", "at the wrong depot", "waiting for a second driver", "delayed by weather"
    )
    if carrier_down:
        for _ in range(3):
            draft.takes("query_carrier", "504 gateway timeout", ok=False, tracking_number=number)
    else:
        draft.takes("query_carrier", place, tracking_number=number)
        draft.proposes(
            "answer_customer",
            text=f"Your consignment {number} is {place}. We write again as soon as it moves.",
        )
    return draft.script(
        band="hybrid",
        aims=("TOOL_FAILURE", "REPEATED_ERROR") if carrier_down else (),
        reasons=("TOOL_FAILURE",) if carrier_down else (),
        summary=f"{scene.customer.firm} waits for {number}, promised for {promised}."
        + (" The carrier's system does not answer." if carrier_down else f" It is {place}."),
        intent="delivery_delay",
        confidence=scene.dice.uniform(0.4, 0.6) if carrier_down else scene.dice.uniform(0.86, 0.97),
        question="Which new day may I name?",
        told=("We are asking the carrier.",),
        facts=(f"Promised: {promised}.",),
    )


def carrier_down(scene: Scene) -> Script:
    """The same tool fails the same way again and again, in this case and in others (R034)."""
    return delayed(scene, carrier_down=True)


BROKEN = (
    "Two cartons of {tracking_number} arrived crushed and the content is broken. We claim {claim_value}. Photos are attached.",
    "The crate {tracking_number} was wet and the {item} inside is ruined, value {claim_value}. The driver noted it.",
    "I unpacked {tracking_number} and the {item} has a crack from one side to the other. Claim value {claim_value}.",
    "goods of {tracking_number} come broken, {item} all in pieces, worth {claim_value}, who pays?",
)


def damaged(scene: Scene, *, large: bool = False) -> Script:
    number, value = scene.code("NL#####@"), scene.money(1300, 6400) if large else scene.money(60, 480)
    draft = Draft(scene, "damaged_goods", scene.pick("email", "form"))
    draft.titled("[Damage claim {n}|Arrived broken: {n}]", n=number)
    draft.says(
        scene.pick(*BROKEN),
        tracking_number=number,
        claim_value=value,
        item=scene.pick("mirror", "glass lamp", "stove", "marble top", "fridge", "vase"),
    )
    draft.reads(tracking_number=scene.dice.uniform(0.93, 0.99), claim_value=scene.dice.uniform(0.88, 0.98))
    draft.takes(
        "lookup_shipment",
        "delivered, damage noted",
        record={"tracking_number": number},
        tracking_number=number,
    )
    draft.takes("read_photos", "2 of 3 photos readable", tracking_number=number)
    draft.proposes("pay_claim", amount=value, tracking_number=number)
    return draft.script(
        band="human" if large else "hybrid",
        aims=("HIGH_IMPACT", "BEYOND_PERMISSION") if large else ("BEYOND_PERMISSION",),
        summary=f"{scene.customer.firm} claims {value} GBP for damage on {number}. The photos fit the story.",
        intent="damaged_goods",
        confidence=scene.dice.uniform(0.8, 0.94),
        question="Pay the claim in full?",
        facts=("Damage was noted on delivery.",),
    )


def large_damage(scene: Scene) -> Script:
    return damaged(scene, large=True)


DOWN = (
    "My internet is down since {hour}, I restarted the box twice and changed the cable. Account {account_number}.",
    "The router blinks red and nothing loads since this morning. Account number {account_number}. [The neighbours have it too|Only at my place].",
    "Connection drops every ten minutes in {city}, account {account_number}. The line test in the app shows nothing.",
    "Error E-17 on the TV box since {hour}, no channel at all. Account {account_number}.",
    "internet not work since {hour}, already restart, account {account_number}, i work from home",
)


def fault(scene: Scene) -> Script:
    number, hour = scene.customer.number, f"{scene.dice.randint(6, 11)}:{scene.dice.randrange(0, 60, 5):02d}"
    draft = Draft(scene, "technical_fault", scene.pick("chat", "chat", "email"))
    draft.titled("[No internet|Line down|Fault at {n}|E-17]", n=number)
    draft.says(
        scene.pick(*DOWN), account_number=number, hour=hour, city=scene.pick("Albany", "Utica", "Rochester")
    )
    draft.answers("I run a test on your line now. Please leave the box on for a minute.")
    draft.says("[ok|fine|Still nothing here|It is on], [waiting|I am waiting|go ahead].", gap=1)
    draft.reads(account_number=scene.dice.uniform(0.9, 0.99))
    draft.takes("lookup_account", "account found", record={"account_number": number}, account_number=number)
    draft.takes(
        "run_line_test",
        scene.pick("no synchronisation", "high noise", "line good, box does not answer"),
        account_number=number,
    )
    draft.proposes("book_visit", account_number=number)
    return draft.script(
        band="hybrid",
        aims=("BEYOND_PERMISSION",),
        summary=f"Line of {number} is down since {hour}. Restart and cable were tried, the test shows a fault.",
        intent="technical_fault",
        confidence=scene.dice.uniform(0.8, 0.95),
        question="Reset the line from here, or send somebody?",
        told=("A line test was run.",),
        facts=("Box restarted twice.",),
    )


OUT = (
    "The whole street in {city} is without internet since {hour}. Account {account_number}. [When is it back?|What happened?]",
    "No signal in {city} at all since {hour}, phone and TV too. Account {account_number}. All the neighbours say the same.",
    "[Outage|Blackout|Nothing works] in {city} since {hour}, account {account_number}. The map on your page says everything is fine.",
    "since {hour} whole house in {city} no internet no phone, other houses also, account {account_number}",
)


def outage(scene: Scene) -> Script:
    """Starts at the frontline, who know the script; unresolved in time it is the engineers' (R051)."""
    number, hour = scene.customer.number, f"{scene.dice.randint(6, 11)}:{scene.dice.randrange(0, 60, 5):02d}"
    city = scene.pick("Albany", "Utica", "Rochester", "Ithaca")
    draft = Draft(scene, "outage", scene.pick("chat", "email", "form"))
    draft.titled("[Outage in {c}|Whole street down|No service in {c} since {h}]", c=city, h=hour)
    draft.says(scene.pick(*OUT), account_number=number, hour=hour, city=city)
    draft.reads(account_number=scene.dice.uniform(0.9, 0.99))
    draft.takes("lookup_account", "account found", record={"account_number": number}, account_number=number)
    draft.takes(
        "run_line_test",
        scene.pick("no synchronisation", "the whole cabinet is silent"),
        account_number=number,
    )
    return draft.script(
        band="hybrid",
        summary=f"{city} seems to be without service since {hour}; {number} is one of several who write.",
        intent="technical_fault",
        confidence=scene.dice.uniform(0.75, 0.9),
        question="Is this one outage, and when is it over?",
        told=("We are looking at the area.",),
        facts=("Neighbours are affected too.",),
    )


ENDS = (
    "I want to cancel my contract, account {account_number}, as of {end_date}. Please confirm in writing.",
    "Please end the subscription on {account_number}. I found a cheaper provider.",
    "We move abroad on {end_date} and must end the line {account_number}. What is the notice period?",
    "Take this as my notice for account {account_number}, I do not renew at the end of the term.",
)
CHANGES = (
    "I would like to switch {account_number} to the smaller plan from next month.",
    "Please move the contract {account_number} to my wife's name as of {end_date}.",
    "We need five more SIM cards on {account_number} and the bigger plan.",
    "Please pause the contract {account_number} until {end_date}, I am abroad.",
)
BEREAVED = (
    "My [father|mother|husband] died [last week|on {end_date}]. I need to close account {account_number} and I can't cope with another letter in that name, [I sit here in tears|I have been crying all day].",
    "My [wife|brother] passed away and I [do not know what to do first|am overwhelmed]. Account {account_number} must end. I am [devastated|heartbroken and can't sleep], please be quick.",
)


def ending(scene: Scene) -> Script:
    return _contract(
        scene, scene.pick(*ENDS), "cancellation", "close_account", ("BEYOND_PERMISSION",), "hybrid"
    )


def change_of_plan(scene: Scene) -> Script:
    return _contract(
        scene, scene.pick(*CHANGES), "contract_change", "change_plan", ("BEYOND_PERMISSION",), "hybrid"
    )


def bereavement(scene: Scene) -> Script:
    """Never a retention call: distress takes it past the first tier (R007, R033)."""
    return _contract(
        scene,
        scene.pick(*BEREAVED),
        "cancellation",
        "close_account",
        ("DISTRESS", "SENSITIVE_TOPIC", "BEYOND_PERMISSION"),
        "distress",
    )


def _contract(scene: Scene, text: str, intent: str, action: str, aims: tuple[str, ...], band: str) -> Script:
    number = scene.customer.number
    draft = Draft(scene, "cancellation", scene.pick("email", "form"))
    draft.titled("[Contract {n}|Account {n}|About my contract]", n=number)
    draft.says(
        text,
        account_number=number,
        end_date=scene.day(-scene.dice.randint(8, 40) if band != "distress" else 6),
    )
    draft.reads(account_number=scene.dice.uniform(0.92, 0.99))
    draft.takes(
        "lookup_account",
        "account found, outside the minimum term",
        record={"account_number": number},
        account_number=number,
    )
    draft.proposes(action, account_number=number)
    return draft.script(
        band=band,
        aims=aims,
        reasons=("BEYOND_PERMISSION",),
        summary="A bereavement. The account is to be closed."
        if band == "distress"
        else f"{scene.customer.first} writes about the contract {number}: {intent.replace('_', ' ')}.",
        intent=intent,
        confidence=scene.dice.uniform(0.82, 0.96),
        question="Close the account without a fee?"
        if action == "close_account"
        else "Make the change as asked?",
        facts=("Outside the minimum term.",),
    )


UPSET = (
    "This is the [third|fourth|fifth] time I explain the same thing and I am losing my patience. [Nobody calls back|Your staff hung up on me]. Terrible service.",
    "I want to complain about [your hotline|the way I was treated in {city}]. I waited {days} hours and nobody apologised. This is a disgrace.",
    "Worst support I have had in years. I was passed from one desk to the next and in the end nobody knew anything. I am [furious|disgusted].",
    "Your [agent|colleague] was rude on the phone on {day} and laughed at me. I expect an apology. Awful.",
    "your service very bad, nobody help me, always other person, i am very angry since {day}",
)


def complaint(scene: Scene) -> Script:
    draft = Draft(scene, "complaint", scene.pick("email", "form", "chat"))
    draft.titled("[Complaint|Complaint about {d}|Unhappy customer]", d=scene.day(2))
    draft.says(
        scene.pick(*UPSET),
        city=scene.pick("Leeds", "Albany", "Geelong"),
        days=str(scene.dice.randint(2, 5)),
        day=scene.day(scene.dice.randint(1, 5)),
    )
    if scene.dice.random() < 0.4:
        draft.says(
            "[And still no answer|Hello?|Is anybody reading this?] I have been with you since {since} and this is how you [treat|thank] me!",
            gap=scene.dice.randint(15, 200),
            since=str(scene.customer.since),
        )
    draft.proposes("answer_customer", text="I am sorry for the trouble. A colleague will look at it today.")
    incomplete = scene.dice.random() < 0.4
    return draft.script(
        band="human",
        aims=("NEGATIVE_SENTIMENT",),
        summary="Customer complains about how they were treated and expects an apology.",
        intent="complaint_service",
        confidence=scene.dice.uniform(0.7, 0.92),
        question="What can we offer?",
        facts=(f"Customer since {scene.customer.since}.",),
        without=("summary", "open_question", "known_facts") if incomplete else (),
    )


FORMAL = (
    "You passed my file to a third party without my consent. I will report this to the regulator and my lawyer has a copy of this letter.",
    "The ombudsman has opened a file and asks for your statement within {days} days. Reference {reference}. Please send it to me as well.",
    "Under data protection law I demand all data you hold about me, and the legal basis on which you process it, within {days} days.",
    "You enrolled my elderly mother without telling her the terms. This breaches the consumer code and I have filed it with the consumer authority under {reference}.",
    "A letter with my results was sent to a neighbour. This is a data breach and I consider informing the press and the commissioner.",
)


def regulatory(scene: Scene) -> Script:
    draft = Draft(scene, "regulatory_complaint", scene.pick("email", "form"))
    reference = scene.code("RG/####-##")
    draft.titled("[Formal complaint|Formal notice {r}|For your compliance officer]", r=reference)
    draft.says(
        f"{{name}}, {scene.customer.number}. " + scene.pick(*FORMAL),
        name=scene.customer.name,
        days=str(scene.pick(10, 14, 21, 30)),
        reference=reference,
    )
    draft.takes("search_help", "no page fits", query="formal complaint")
    return draft.script(
        band="human",
        aims=("REGULATORY",),
        summary="Formal complaint that names an authority. I did not answer.",
        intent="regulatory_complaint",
        confidence=scene.dice.uniform(0.8, 0.96),
        question="Who answers, and by which date?",
        told=(),
        facts=("The date counts from receipt.",),
    )


def many_matters(scene: Scene) -> Script:
    """A late consignment, a broken part, a wrong charge and a change of contract in one mail (R023, R049)."""
    number, invoice, amount = scene.code("NL#####@"), scene.code("INV-#####"), scene.money(60, 400)
    draft = Draft(scene, "delayed_shipment", "email")
    draft.titled("[Several things about {n}|{n}, {i} and our contract]", n=number, i=invoice)
    draft.says(
        scene.pick("Dear team, several things at once.", "Hello, this has grown into a list.")
        + " First, {tracking_number} is {days} days late. Second, the half that came was damaged, the lamps are in pieces."
        " Third, invoice {invoice_number} bills the whole load, so please refund {amount}."
        " And last, we want to change our contract to two collections a week. [Who does what|Please answer each point].",
        tracking_number=number,
        invoice_number=invoice,
        amount=amount,
        days=str(scene.dice.randint(2, 8)),
    )
    draft.reads(tracking_number=0.97, amount=0.9)
    draft.takes(
        "lookup_shipment", "half delivered", record={"tracking_number": number}, tracking_number=number
    )
    draft.proposes(
        "answer_customer",
        text="We look into each of your points.",
        actions=["trace the rest", "open a damage claim", "check the invoice", "change the contract"],
    )
    return draft.script(
        band="hybrid",
        aims=("MULTI_STEP",),
        summary=f"Four matters in one mail of {scene.customer.firm}: late rest, damage, invoice, contract.",
        intent="delivery_delay",
        confidence=scene.dice.uniform(0.45, 0.7),
        question="Who takes the lead: operations or billing?",
        facts=("Half of the load was delivered.",),
    )


def turning_bad(scene: Scene) -> Script:
    """Begins as a plain delay; a minute later the customer's message shows distress (R004, R033)."""
    script = delayed(scene)
    text = scene.pick(
        "This is my last chance to keep the shop. I am desperate, I have not slept for days, please help me.",
        "I can't take this any more. If it is not here tomorrow I lose everything, I am in tears writing this.",
        "Please, somebody. The parts are for my son's breathing device and I am terrified.",
    )
    follow = FollowUp(scene.dice.uniform(25, 70), "customer", text)
    return Script(
        script.scenario, script.agent, script.client, "distress", ("DISTRESS",), script.body, (follow,)
    )
