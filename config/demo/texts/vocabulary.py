"""What fills the slots. Names, firms and numbers are invented; phone numbers are from reserved ranges."""

from random import Random

NAMES = (
    "Ana Belmonte",
    "Tom Aldous",
    "Rina Okabe",
    "Femi Adewole",
    "Lena Marsh",
    "Oscar Lindqvist",
    "Mei Tan",
    "Paul Dreyer",
    "Sofia Ribas",
    "Igor Malin",
    "Nadia Rahal",
    "Colm Daly",
    "Yara Nassif",
    "Bram Visser",
    "June Whitlock",
    "Dev Anand Rao",
)
COMPANIES = (
    "Calder Haulage",
    "Brightwater Packaging",
    "Osprey Cold Stores",
    "Fenwick Tyres",
    "Tamar Pallets",
    "Redbridge Couriers",
    "Alder and Finch",
    "Kestrel Fuels",
    "Southmoor Cleaning",
    "Quayside Labels",
)
CITIES = (
    "Leeds",
    "Hull",
    "Albany",
    "Geelong",
    "Dover",
    "Bendigo",
    "Rochester",
    "Gdynia",
    "Cork",
    "Antwerp",
    "Syracuse",
    "Ballarat",
)
PRODUCTS = (
    "router",
    "headset",
    "lamp",
    "desk",
    "phone",
    "mirror",
    "coffee machine",
    "office chair",
    "tablet",
    "monitor",
    "bookshelf",
    "blood pressure meter",
)
POSTS = (
    "ward nurse",
    "medical secretary",
    "physiotherapist",
    "care assistant",
    "night receptionist",
    "laboratory technician",
    "dietician",
    "occupational therapist",
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PHONES = ("555-0100", "555-0117", "555-0142", "020 7946 0018", "020 7946 0955", "03 5550 1234")
CURRENCIES = ("${}", "${}", "£{}", "{} EUR", "A${}", "{} dollars")


def _amount(dice: Random) -> str:
    whole = dice.choice((dice.randint(5, 99), dice.randint(100, 999), dice.randint(1000, 9800)))
    cents = dice.choice(("", f".{dice.randint(0, 99):02d}"))
    return dice.choice(CURRENCIES).format(f"{whole}{cents}")


def _date(dice: Random) -> str:
    day, month = dice.randint(1, 28), dice.randrange(12)
    return dice.choice((f"{day} {MONTHS[month]}", f"{MONTHS[month]} {day}", f"{day:02d}/{month + 1:02d}"))


def fill(slot: str, dice: Random) -> str:
    """A value for the slot; KeyError for a slot that the vocabulary does not know."""
    number = dice.randint(10000, 99999)
    return {
        "amount": lambda: _amount(dice),
        "date": lambda: _date(dice),
        "month": lambda: dice.choice(MONTHS),
        "days": lambda: str(dice.randint(2, 14)),
        "time": lambda: f"{dice.randint(6, 22)}:{dice.randrange(0, 60, 5):02d}",
        "order": lambda: f"{dice.choice(('A', 'ORD-', 'W', '#', 'KX-'))}{number}",
        "track": lambda: f"{dice.choice(('NL', 'TRK', 'CN', 'GB'))}{number}{dice.choice('ABCDE')}",
        "invoice": lambda: f"{dice.choice(('INV-', 'RE', 'F-', ''))}{number}",
        "po": lambda: f"{dice.choice(('PO-', '45', 'P', 'PO '))}{number}",
        "account": lambda: f"{dice.choice(('', 'AC-', 'H', 'M-'))}{number}{dice.randint(0, 9)}",
        "phone": lambda: dice.choice(PHONES),
        "name": lambda: dice.choice(NAMES),
        "company": lambda: dice.choice(COMPANIES),
        "city": lambda: dice.choice(CITIES),
        "product": lambda: dice.choice(PRODUCTS),
        "post": lambda: dice.choice(POSTS),
    }[slot]()
