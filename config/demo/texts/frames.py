"""What stands around the matter of a text: greetings, small talk, details, endings. Shared by all categories.

Being shared is the point: no greeting, signature or complaint about waiting may give a category away.
"""

OPENERS = (
    "Hi,",
    "Hello,",
    "Hello there,",
    "Good morning,",
    "Good evening,",
    "Dear team,",
    "Dear Sir or Madam,",
    "To whom it may concern,",
    "Hey,",
    "Good day,",
    "Hi team,",
    "Hello, {name} here.",
    "Good afternoon, this is {name}.",
)

SHORT_OPENERS = ("hi", "hello", "Hi,", "Hey,", "good day", "Hello!", "")

POLITE_LEADS = (
    "I hope you are well.",
    "Thank you for taking the time.",
    "I have a small matter for you.",
    "Perhaps you can help me.",
    "I tried the help page first.",
    "Sorry to bother you.",
    "I am writing on behalf of {name}.",
    "We spoke briefly on {date}.",
    "",
)

ANGRY_LEADS = (
    "This is unbelievable.",
    "I am losing my patience.",
    "Once more, because nobody reads this.",
    "Enough is enough.",
    "Seriously?",
    "I have had it.",
    "How hard can it be!",
)

ANGRY_TAILS = (
    "Fix it now!",
    "I am tired of this.",
    "And do not send me a standard text.",
    "I expect an answer today.",
    "Unacceptable.",
    "Shame on you.",
    "I will not write again.",
)

BROKEN_LEADS = (
    "sir please",
    "hello my friend",
    "sorry my english",
    "i write second time",
    "dear support",
    "",
)

BROKEN_TAILS = ("thank you sir", "pls help fast", "wait for answer", "i not understand", "god bless", "")

DETAILS = (
    "My account number is {account}.",
    "The reference is {order}.",
    "I have attached a screenshot.",
    "You can reach me at {phone}.",
    "It concerns {month}.",
    "I wrote on {date} already.",
    "My postcode has not changed.",
    "The best time to call is after {time}.",
    "I am a customer since 2017.",
    "{name} at your office knows about it.",
    "This is for our branch in {city}.",
    "I use the app on a phone.",
    "See the file below.",
    "",
    "",
    "",
)

SMALL_TALK = (
    "It has been a busy week at our place and I only got round to writing now.",
    "I looked through my papers this morning before I wrote to you.",
    "My partner asked me to take care of it because I am at home today.",
    "In general I have no reason to grumble, we get along well.",
    "I read the pages on your site, but they did not cover this.",
    "A friend told me that you usually answer quickly, so here I am.",
    "I called first, and the voice asked me to write instead.",
    "We had a similar thing some time ago and it was solved within a day.",
    "I am not very good with computers, so please bear with me.",
    "Please read to the end, it is not as long as it looks.",
    "Since I am travelling I may answer late.",
    "Let me describe it in order, so that you need not ask back.",
)

CLOSERS = (
    "Thank you.",
    "Thanks in advance.",
    "Kind regards, {name}",
    "Best wishes, {name}",
    "Please let me know.",
    "I look forward to your answer.",
    "Many thanks, {name}",
    "Regards",
    "Yours sincerely, {name}",
    "Thanks!",
    "Greetings from {city}",
)

MACHINE_LEADS = (
    "",
    "",
    "Run of {date}, {time}.",
    "Source: inbox.",
    "Item {days}.",
    "Automatic note.",
    "From the night batch.",
    "Record {order}.",
)

MACHINE_TAILS = (
    "",
    "",
    "Reference {order}.",
    "See attached record.",
    "Logged {time}.",
    "No further notes.",
    "Client site {city}.",
)
