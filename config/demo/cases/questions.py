"""Harmless and sure: questions that an agent answers from a page or a record."""

# ruff: noqa: E501  one text a line

from config.demo.cases.scene import Draft, Scene
from config.demo.cases.shapes import Script

PLACES = {"harbour": "shop", "northline": "depot", "meridian": "clinic"}
CITIES = {
    "harbour": ("Albany", "Rochester", "Syracuse", "Utica"),
    "northline": ("Leeds", "Hull", "Dover", "Carlisle"),
    "meridian": ("Geelong", "Bendigo", "Ballarat", "Shepparton"),
}
GENERAL = {
    "harbour": (
        (
            "Student discount",
            "[Do you have|Is there] a discount for students, and [which papers do I need to send|what do I need to show]?",
            "Yes. A photo of a valid student card is enough, and the discount runs for as long as the card does.",
        ),
        (
            "Paper bills",
            "Can I get my bills on paper [instead of by e-mail|again]? What does [it|that] cost?",
            "Paper bills are possible and free. I can show you the switch in your profile.",
        ),
        (
            "Family plan",
            "Does the family plan include roaming [in Canada|in Mexico|in Europe]?",
            "Yes, the family plan includes roaming in that region within the fair use limits on the plan's page.",
        ),
        (
            "Number transfer",
            "How long does it [usually|normally] take to bring my old number [over|with me]?",
            "A number usually moves within one working day after the old provider agrees.",
        ),
        (
            "Payment methods",
            "[Which|What] cards and payment methods do you accept [in the app|online]?",
            "All common cards and bank debit are accepted, in the app and online.",
        ),
        (
            "Coverage",
            "Is your network good in {city}? [My daughter studies there|We have a cabin near there].",
            "The coverage map shows good indoor reception for that town.",
        ),
        (
            "Referral offer",
            "How does the offer work when I [recommend you to|bring along] a friend?",
            "Both of you get the bonus on the bill after your friend's first payment.",
        ),
        (
            "Languages",
            "Do you [also speak|have anybody who speaks] Spanish [on the phone|in chat]?",
            "Yes, choose Spanish at the start of the call or of the chat.",
        ),
        (
            "Second SIM",
            "How much is a second SIM card for [a tablet|the car] and where do I [order|find] it?",
            "A second SIM can be ordered in your profile under devices; the price is shown before you confirm.",
        ),
    ),
    "northline": (
        (
            "Largest parcel",
            "Is there a maximum [weight|length] for a single parcel [to Ireland|within the country]?",
            "Yes. The limits per service are on the page about sizes and weights.",
        ),
        (
            "Packing glass",
            "How do I pack and label [glass|batteries|paint] correctly [for a pallet|for road freight]?",
            "Please follow the packing guide; the label sheet is on its last page.",
        ),
        (
            "Islands",
            "Do you deliver to the [Scottish islands|Channel Islands|Isle of Wight], and how long does it usually take?",
            "Yes, we do. Add one or two days to the usual time.",
        ),
        (
            "Night delivery",
            "How does night delivery work, [do we need somebody on site|is a key box enough]?",
            "A key box is enough once the site form is filled in.",
        ),
        (
            "Price to {city}",
            "What is the price [per pallet|for two pallets] to {city}, roughly?",
            "The price depends on weight and day; the calculator on our page shows it without sign-in.",
        ),
        (
            "Return form",
            "Where do I find the form for returning [empty pallets|roll cages]?",
            "The form is in the portal under returns.",
        ),
        (
            "New customer",
            "We are thinking of becoming a customer, [what do you need from us|which papers should we prepare]?",
            "A company registration and a short form are enough to start.",
        ),
        (
            "Labels",
            "Do you accept labels printed on [plain paper|an ordinary office printer]?",
            "Yes, as long as the code is flat, dry and fully visible.",
        ),
        (
            "Insurance",
            "Is insurance included [in the standard service|when we book by phone]?",
            "Basic cover is included; higher cover can be added to any booking.",
        ),
    ),
    "meridian": (
        (
            "Parking",
            "Can visitors park at the clinic in {city}, and does it cost anything?",
            "Yes, visitors park free for two hours behind the building.",
        ),
        (
            "First visit",
            "Is a referral needed for a first visit [to the physiotherapist|to the dietician]?",
            "No referral is needed for a first visit; bring one if you have it.",
        ),
        (
            "What to bring",
            "[Which|What] documents should I bring to [register|my first appointment]?",
            "A photo identity and your insurance card are enough.",
        ),
        (
            "Copy of record",
            "How do I ask for a copy of my record, and is there a fee?",
            "Use the form on the records page; a digital copy is free.",
        ),
        (
            "Children",
            "Can children come along to the appointment [or is there a play room|when nobody can watch them]?",
            "Yes, there is a play corner at reception.",
        ),
        (
            "Interpreter",
            "Do you have somebody who speaks [Vietnamese|Greek|Arabic] [at reception|for the talk with the doctor]?",
            "We can book an interpreter at no charge, please name the language when you book.",
        ),
        (
            "Waiting list",
            "How does the waiting list work, [do I get a message|am I called] when a place is free?",
            "You get a text message as soon as a place is free.",
        ),
        (
            "Telehealth",
            "What do I need for a video consultation [at home|on my phone]?",
            "A phone or a computer with a camera; the link comes by mail.",
        ),
        (
            "Dogs",
            "May I bring my assistance dog [into the waiting room|to the ward]?",
            "Yes, assistance dogs are welcome everywhere except in theatre.",
        ),
    ),
}
HOURS = (
    "[What|When] are your opening hours in {city} [on Saturday|during the week|this Friday]?",
    "Is the [place] in {city} open [on the public holiday|on Sunday|next Monday]?",
    "Until what time [can I come by|is somebody there] in {city} [today|on Thursday|tomorrow]?",
    "When do you open [tomorrow|on weekdays|on Saturday]? I would come to the {city} [place].",
    "Do you close [over lunch|earlier on Friday|at noon on Saturday] in {city}?",
    "Hours for the [place] in {city} please, [weekend too|and on the holiday].",
)
GREETINGS = ("Hi. ", "Hello, ", "Good morning. ", "", "", "Hello there. ", "Good afternoon. ")
THANKS = ("", "", " Thank you.", " Thanks!", " Many thanks, {first}")


def general_question(scene: Scene) -> Script:
    title, question, answer = scene.pick(*GENERAL[scene.client])
    city = scene.pick(*CITIES[scene.client])
    draft = Draft(scene, "faq_chat", scene.pick("chat", "chat", "email", "form"))
    draft.titled(title, city=city)
    draft.says(_spoken(scene, question), city=city, first=scene.customer.first)
    draft.takes("search_help", f"1 page found: {title}", query=title)
    draft.proposes("answer_customer", text=answer)
    return draft.script(
        band="ai",
        summary=f"{scene.customer.first} asks a general question. The help page answers it.",
        intent="faq_general",
        confidence=scene.dice.uniform(0.9, 0.99),
        facts=("Answer taken from the public help page.",),
    )


def opening_hours(scene: Scene) -> Script:
    city = scene.pick(*CITIES[scene.client])
    draft = Draft(scene, "faq_chat", scene.pick("chat", "chat", "form"))
    draft.titled("[Opening hours|Hours|When are you open]")
    question = scene.pick(*HOURS).replace("[place]", PLACES[scene.client])
    draft.says(_spoken(scene, question), city=city, first=scene.customer.first)
    draft.takes("search_help", "1 page found: opening hours", query=f"opening hours {city}")
    draft.proposes(
        "answer_customer", text="The opening hours of this branch are on its page, holidays included."
    )
    return draft.script(
        band="ai",
        summary=f"{scene.customer.first} asks when the {city} {PLACES[scene.client]} is open.",
        intent="faq_opening_hours",
        confidence=scene.dice.uniform(0.92, 0.99),
        facts=(f"Branch: {city}.",),
    )


ORDERED = (
    "[Where is my order {order_number}|Can you tell me where order {order_number} is] [right now|at the moment]?",
    "Has order {order_number} [already been sent|been shipped|gone out]? [I mean the {item}|It is about the {item}].",
    "[Please look up|Could you check] the status of order {order_number} [for me|].",
    "I bought a {item}, order number {order_number}. Which day should I [expect it|be at home]?",
    "Is there a tracking link for {order_number} [yet|already]?",
    "I got the confirmation for order {order_number} but no shipping mail so far. [Has it left|Is it on its way]?",
    "status of {order_number} please, [just checking|no rush]",
    "The page says processing for {order_number}. What does that mean for my {item}?",
)
ITEMS = ("router", "phone", "headset", "tablet", "set-top box", "SIM card", "smart watch", "repeater")
LOADS = (
    "two pallets of tiles",
    "roll of carpet",
    "crate of lamps",
    "boxes of paint",
    "bicycle frames",
    "shelf units",
)


def order_status(scene: Scene) -> Script:
    number = scene.code("A#####" if scene.client == "harbour" else "NL#####@")
    item = scene.pick(*(ITEMS if scene.client == "harbour" else LOADS))
    draft = Draft(scene, "order_status", scene.pick("chat", "chat", "email", "form"))
    draft.titled("[Order {n}|Where is order {n}|Status of {n}]", n=number)
    draft.says(
        _spoken(scene, scene.pick(*ORDERED)), order_number=number, item=item, first=scene.customer.first
    )
    draft.reads(order_number=scene.dice.uniform(0.95, 0.995))
    tool = "lookup_order" if scene.client == "harbour" else "lookup_shipment"
    where = scene.pick(
        "packed", "with the carrier", "out for delivery", "at the sorting centre", "ready for collection"
    )
    draft.takes(tool, f"1 order, {where}", record={"order_number": number}, order_number=number)
    draft.proposes("answer_customer", text=f"Order {number} is {where}. You get a message at the next step.")
    return draft.script(
        band="ai",
        summary=f"{scene.customer.first} asks where order {number} is. It is {where}.",
        intent="order_status",
        confidence=scene.dice.uniform(0.93, 0.99),
        facts=(f"Order {number}: {where}.",),
    )


LOCKED = (
    "I [cannot|can't] sign in [to my account|any more], the page says the password is wrong. [My account|The account] is {account_number}.",
    "[Please|Could you] send me a new password link for account {account_number}, [I forgot mine|the old one has expired].",
    "The verification code does not arrive [on my phone|by text]. Account {account_number}.",
    "My account {account_number} is locked after [three|too many] tries. How do I get back in?",
    "How do I reset the password of {account_number}? I have [a new phone|a new tablet].",
    "I am locked out of the [app|customer area], account number {account_number}.",
    "[I registered last week|I signed up] but have no activation mail for {account_number} yet.",
)


def account_access(scene: Scene) -> Script:
    number = scene.customer.number
    draft = Draft(scene, "account_access", scene.pick("chat", "form", "chat"))
    draft.titled("[Cannot sign in|New password|Locked out|Login]")
    draft.says(_spoken(scene, scene.pick(*LOCKED)), account_number=number, first=scene.customer.first)
    draft.reads(account_number=scene.dice.uniform(0.94, 0.99))
    tool = "lookup_account" if scene.client == "harbour" else "lookup_patient"
    draft.takes(
        tool, "account found, address on file", record={"account_number": number}, account_number=number
    )
    draft.proposes("send_reset_link", account_number=number)
    return draft.script(
        band="ai",
        summary=f"{scene.customer.first} cannot sign in and asks for a new link to the address on file.",
        intent="account_access",
        confidence=scene.dice.uniform(0.92, 0.99),
        facts=("The address on file has not changed this year.",),
    )


CHANGED = (
    (
        "mobile number",
        "Please change my mobile number in your records to {new_value}. My patient number is {patient_number}.",
        "phone",
    ),
    (
        "mobile number",
        "I have a new phone number, {new_value}, the old one is gone. Patient {patient_number}.",
        "phone",
    ),
    (
        "e-mail address",
        "Wrong e-mail on record for {patient_number}: please use {new_value} [from now on|instead].",
        "mail",
    ),
    (
        "e-mail address",
        "[Could you|Please] update my e-mail address to {new_value}? Patient number {patient_number}.",
        "mail",
    ),
    (
        "home address",
        "I moved. Please update my address to {new_value}. Patient number {patient_number}.",
        "street",
    ),
    (
        "home address",
        "Letters still go to my old flat. The new address is {new_value}, patient {patient_number}.",
        "street",
    ),
)
STREETS = ("Wattle Lane", "Quarry Road", "Old Mill Street", "Banksia Court", "Station Parade", "Orchard Rise")


def contact_change(scene: Scene) -> Script:
    what, text, kind = scene.pick(*CHANGED)
    value = {
        "phone": scene.code("03 5550 ####"),
        "mail": f"{scene.customer.first.lower()}.{scene.code('##')}@example.org",
        "street": f"{scene.dice.randint(2, 148)} {scene.pick(*STREETS)}, {scene.pick(*CITIES['meridian'])}",
    }[kind]
    number = scene.customer.number
    draft = Draft(scene, "data_correction", scene.pick("form", "email", "form"))
    draft.titled("[Change of|New] [what]".replace("[what]", what))
    draft.says(_spoken(scene, text), new_value=value, patient_number=number, first=scene.customer.first)
    draft.reads(patient_number=scene.dice.uniform(0.95, 0.99), new_value=scene.dice.uniform(0.92, 0.99))
    draft.takes("lookup_patient", "1 record", record={"patient_number": number}, patient_number=number)
    draft.proposes("update_contact", patient_number=number, new_value=value)
    return draft.script(
        band="ai",
        summary=f"{scene.customer.first} asks to change the {what} on record.",
        intent="data_correction",
        confidence=scene.dice.uniform(0.9, 0.98),
        facts=(f"Only the {what} changes; name and birth date stay.",),
    )


def _spoken(scene: Scene, text: str) -> str:
    return f"{scene.pick(*GREETINGS)}{text}{scene.pick(*THANKS)}"
