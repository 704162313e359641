"""The people and firms that the cases are about. Invented; phones and addresses are reserved for fiction."""

from dataclasses import dataclass
from random import Random
from typing import Any

FIRST = (
    "Adela Bruno Carys Dmitri Elsa Farid Greta Hamish Ines Jonas Keiko Leandro Maren Nils Odile "
    "Pavel Quentin Rosa Stefan Tariq Una Viktor Wanda Xavier Yusra Zoltan Amara Benedikt Celia Dario "
    "Esther Felix Gwen Henrik Ilse Joaquin "
)
LAST = (
    "Abbot Barros Castellan Dumont Eckhart Farrow Gallant Holm Ivers Jansson Kerr Lovell Marchetti "
    "Norling Ostrow Pembry Quillan Rasmus Sandoval Thorne Umber Vasko Whelan Yates Zeller Ashby "
    "Brandt Corvo Delgado Elwood "
)
FIRMS = (
    "Pinefield Garden Supplies",
    "Castellan Tiles",
    "Rowan and Thorne Books",
    "Bluewater Aquatics",
    "Harlow Bike Works",
    "Saltmarsh Foods",
    "Umber Lighting",
    "Lovell Medical Supplies",
    "Greyfriars Furniture",
    "Tidewater Paints",
    "Copper Lane Bakery",
    "Norling Tools",
)
PHONES = {"harbour": "+1 212 555 01{:02d}", "northline": "020 7946 0{:03d}", "meridian": "03 5550 {:04d}"}
LANGUAGES = ("en", "en", "en", "en", "es", "pl", "tl")


@dataclass(frozen=True, slots=True)
class Customer:
    """`number` is the account, patient or shipper number; `usual` the amount of their normal payment."""

    number: str
    name: str
    firm: str
    email: str
    phone: str
    since: int
    language: str
    usual: float

    @property
    def first(self) -> str:
        return self.name.split(" ", 1)[0]

    def as_body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "id": self.number,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "customer_since": self.since,
            "language": self.language,
        }
        return {**body, "company": self.firm} if self.firm else body


def customers(client: str, count: int = 90) -> tuple[Customer, ...]:
    """The client's customers: the same people for every seed, so that some of them come back."""
    dice = Random(f"customers of {client}")  # noqa: S311  the same people every time
    first, last = FIRST.split(), LAST.split()
    found: dict[str, Customer] = {}
    while len(found) < count:
        name = f"{dice.choice(first)} {dice.choice(last)}"
        found.setdefault(name, _customer(client, name, dice))
    return tuple(found.values())


def _customer(client: str, name: str, dice: Random) -> Customer:
    first, last = name.lower().split(" ")
    digits = 100 if client == "harbour" else 1000
    return Customer(
        number=f"{client[0].upper()}{dice.randint(200000, 989999)}",
        name=name,
        firm=dice.choice(FIRMS) if client == "northline" else "",
        email=f"{first}.{last}@example.{dice.choice(('com', 'net', 'org'))}",
        phone=PHONES[client].format(dice.randrange(digits)),
        since=dice.randint(2009, 2024),
        language=dice.choice(LANGUAGES),
        usual=round(dice.uniform(25, 140), 2),
    )
