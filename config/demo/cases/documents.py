"""Machine-read work: reminders to send, invoices to match (R074), payments to hold."""

# ruff: noqa: E501  one text a line

from dataclasses import dataclass
from typing import Any

from config.demo.cases.scene import Draft, Scene
from config.demo.cases.shapes import Script

REMINDERS = (
    "Account {account_number}: {amount} {currency} open since {due_date}, first reminder to be sent. No dispute on file.",
    "Reminder run. Account {account_number}, balance {amount} {currency}, due {due_date}, no notice sent yet.",
    "Unpaid bill on {account_number}: {amount} {currency}. Due date {due_date} passed, customer usually pays on time. Send friendly notice.",
    "Due date {due_date} passed. Open amount {amount} {currency}. Account {account_number}. Contact preferred by mail, remind.",
    "Account {account_number} has not paid {amount} {currency} by {due_date}; standard notice proposed.",
)
MONEY = {"harbour": "USD", "northline": "GBP", "meridian": "AUD"}


def payment_reminder(scene: Scene, *, skip_balance: bool = False) -> Script:
    number, amount = scene.customer.number, scene.near(scene.customer.usual)
    due, currency = scene.day(scene.dice.randint(4, 19)), MONEY[scene.client]
    draft = Draft(scene, "collections", "api")
    draft.titled("Reminder for {n}", n=number)
    draft.says(scene.pick(*REMINDERS), account_number=number, amount=amount, currency=currency, due_date=due)
    draft.reads(account_number=0.99, amount=0.99, due_date=scene.dice.uniform(0.95, 0.99))
    draft.takes("read_account", "1 open bill", record={"account_number": number}, account_number=number)
    if not skip_balance:
        draft.takes("check_balance", "still open", record={"amount": amount}, account_number=number)
    draft.proposes("send_reminder", account_number=number, amount=amount)
    return draft.script(
        band="ai" if not skip_balance else "hybrid",
        aims=() if not skip_balance else ("SEQUENCE_DEVIATION",),
        reasons=(),
        summary="A bill is past its date. First friendly reminder, standard text.",
        intent="payment_reminder",
        confidence=scene.dice.uniform(0.94, 0.99),
        facts=("No dispute on file.", "No earlier reminder for this bill."),
    )


def reminder_without_balance(scene: Scene) -> Script:
    """The agent skipped a step of the declared process (R031)."""
    return payment_reminder(scene, skip_balance=True)


VENDORS = (
    "Calder Haulage",
    "Osprey Cold Stores",
    "Tamar Pallets",
    "Kestrel Fuels",
    "Redbridge Couriers",
    "Quayside Labels",
)
GOODS = (
    "Night haulage Leeds",
    "Pallet storage",
    "Fork-lift hire",
    "Diesel, depot Hull",
    "Stretch wrap",
    "Customs handling",
    "Return cages",
    "Dock labels",
)


@dataclass(frozen=True, slots=True)
class Line:
    item: str
    ordered: int
    invoiced: int
    price: float
    billed: float

    @property
    def total(self) -> float:
        return round(self.invoiced * self.billed, 2)

    @property
    def agreed(self) -> float:
        return round(self.ordered * self.price, 2)

    def compared(self, number: int) -> dict[str, Any]:
        """One row of the match table: what was ordered, what is billed, and the verdict (2 % tolerance)."""
        apart = [
            name
            for name, want, have in (
                ("quantity", self.ordered, self.invoiced),
                ("price", self.price, self.billed),
            )
            if abs(have - want) > 0.02 * want
        ]
        near = not apart and (self.ordered, self.price) != (self.invoiced, self.billed)
        return {
            "line": number,
            "item": self.item,
            "ordered": f"{self.ordered} x {self.price:.2f}",
            "invoiced": f"{self.invoiced} x {self.billed:.2f}",
            "differs": apart,
            "verdict": "mismatch" if apart else "tolerance" if near else "matched",
        }


def _lines(scene: Scene, fault: str) -> tuple[Line, ...]:
    made = []
    for item in scene.dice.sample(GOODS, k=scene.dice.randint(2, 4)):
        count, price = scene.dice.randint(2, 16), round(scene.dice.uniform(6, 62), 2)
        made.append(Line(item, count, count, price, price))
    spoilt = scene.dice.randrange(len(made))
    good = made[spoilt]
    if fault == "price":
        made[spoilt] = Line(good.item, good.ordered, good.ordered, good.price, round(good.price * 1.18, 2))
    elif fault == "quantity":
        made[spoilt] = Line(
            good.item, good.ordered, good.ordered + scene.dice.randint(2, 9), good.price, good.price
        )
    elif fault == "tolerance":
        made[spoilt] = Line(good.item, good.ordered, good.ordered, good.price, round(good.price * 1.009, 2))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice as scanned, beside what its order says."""

    vendor: str
    ordered_from: str
    lines: tuple[Line, ...]
    tax_rate: int

    @property
    def net(self) -> float:
        return round(sum(line.total for line in self.lines), 2)

    @property
    def total(self) -> str:
        return f"{self.net * (1 + self.tax_rate / 100):.2f}"

    @property
    def agreed(self) -> str:
        return f"{sum(line.agreed for line in self.lines) * 1.2:.2f}"


def _scanned(scene: Scene, fault: str) -> Paper:
    vendor = scene.pick(*VENDORS)
    other = scene.pick(*(name for name in VENDORS if name != vendor))
    return Paper(
        vendor, other if fault == "vendor" else vendor, _lines(scene, fault), 23 if fault == "tax" else 20
    )


def _read(draft: Draft, paper: Paper, invoice: str, order: str, note: str = "") -> None:
    rows = "\n".join(
        f"Line {n} {line.item}, {line.invoiced} x {line.billed:.2f} = {line.total:.2f}"
        for n, line in enumerate(paper.lines, start=1)
    )
    text = (
        "INVOICE {invoice_number}\nVendor {vendor}\nOrder {po_number}\n"
        f"{rows}\nNet {paper.net:.2f} Tax {paper.tax_rate} per cent\nTotal due {{total}} GBP{note}"
    )
    draft.says(text, invoice_number=invoice, vendor=paper.vendor, po_number=order, total=paper.total)
    dice = draft.scene.dice
    draft.reads(
        invoice_number=dice.uniform(0.96, 0.995),
        po_number=dice.uniform(0.95, 0.995),
        total=dice.uniform(0.95, 0.995),
        vendor=dice.uniform(0.93, 0.99),
    )
    draft.takes("read_invoice", f"{len(paper.lines)} lines read", invoice_number=invoice)


def _matched(draft: Draft, paper: Paper, order: str, **apart: str) -> None:
    rows = [line.compared(n) for n, line in enumerate(paper.lines, start=1)]
    draft.takes("find_purchase_order", "order found", record={"po_number": order}, po_number=order)
    bad = sum(row["verdict"] == "mismatch" for row in rows) + len(apart.keys() - {"total"})
    draft.takes(
        "match_lines",
        f"{bad} differences" if bad else "all lines agree",
        record=apart or None,
        po_number=order,
    )
    draft.steps[-1]["result"]["lines"] = rows


def matching_invoice(scene: Scene) -> Script:
    """Nothing differs: one look and one key for a person."""
    paper = _scanned(scene, scene.pick("", "", "", "tolerance"))
    invoice, order = scene.code("INV-#####"), scene.code("PO-####")
    draft = Draft(scene, "invoice_match", "invoice")
    draft.titled("Invoice {i} of {v}", i=invoice, v=paper.vendor)
    closing = scene.pick(
        "Quantities and prices as ordered.",
        "All positions as per order, goods received in full.",
        "Terms as agreed, delivered complete.",
    )
    _read(draft, paper, invoice, order, f"\n{closing}")
    _matched(draft, paper, order)
    draft.proposes("post_invoice", invoice_number=invoice, po_number=order, total=paper.total)
    return draft.script(
        band="hybrid",
        summary=f"Invoice {invoice} of {paper.vendor} agrees with {order} in every line.",
        intent="invoice_match",
        confidence=scene.dice.uniform(0.95, 0.99),
        facts=("Goods receipt is complete.", "Bank details unchanged."),
    )


FAULTS = {
    "price": "the price of one line is above the order",
    "quantity": "more was billed than ordered",
    "tax": "the tax rate is 23 per cent, the order says 20",
    "vendor": "the invoice comes from another vendor than the order went to",
}


def mismatched_invoice(scene: Scene) -> Script:
    """Price, quantity, tax or vendor differ from the order (R074); the mail to the vendor is only drafted."""
    fault = scene.pick(*FAULTS)
    paper = _scanned(scene, fault)
    invoice, order = scene.code("INV-#####"), scene.code("PO-####")
    draft = Draft(scene, "invoice_mismatch", "invoice")
    draft.titled("Invoice {i} does not match {p}", i=invoice, p=order)
    _read(draft, paper, invoice, order, "\nDoes not agree with the purchase order, please check.")
    apart = {"vendor": paper.ordered_from} if fault == "vendor" else {"total": paper.agreed}
    _matched(draft, paper, order, **apart)
    bad = [row for row in draft.steps[-1]["result"]["lines"] if row["verdict"] == "mismatch"]
    mail = _vendor_mail(paper, invoice, order, fault, bad)
    draft.takes("draft_vendor_email", "draft ready, not sent", invoice_number=invoice)
    draft.proposes("send_vendor_email", to=paper.vendor, subject=f"Invoice {invoice}", text=mail)
    return draft.script(
        band="hybrid",
        aims=("DATA_MISMATCH", "BEYOND_PERMISSION"),
        summary=f"Invoice {invoice} of {paper.vendor} does not match {order}: {FAULTS[fault]}.",
        intent="invoice_mismatch",
        confidence=scene.dice.uniform(0.82, 0.97),
        question="Ask the vendor for a new invoice, or amend the order?",
        facts=(
            f"Order {order} was placed with {paper.ordered_from}.",
            "Nothing has been sent to the vendor.",
        ),
    )


def _vendor_mail(paper: Paper, invoice: str, order: str, fault: str, bad: list[dict[str, Any]]) -> str:
    lines = [
        f"line {row['line']} ({row['item']}): ordered {row['ordered']}, invoiced {row['invoiced']}"
        for row in bad
    ]
    named = "; ".join(lines) or FAULTS[fault]
    return f"Dear {paper.vendor}, your invoice {invoice} differs from our order {order}: {named}. Please send a corrected one."


def unknown_layout(scene: Scene) -> Script:
    """A vendor changed its form: a field we know is missing, one we do not know appeared (R092)."""
    paper = _scanned(scene, "")
    invoice, order = scene.code("F##-####"), scene.code("PO-####")
    draft = Draft(scene, "invoice_mismatch", "invoice")
    draft.titled("Document {i} from {v}", i=invoice, v=paper.vendor)
    draft.says(
        "RECHNUNG / INVOICE {invoice_number}\nFrom {vendor}\nBestellung see cover\nUIT code {uit_code}\nSum {total}",
        invoice_number=invoice,
        vendor=paper.vendor,
        uit_code=scene.code("4@#@-##@"),
        total=paper.total,
    )
    draft.reads(invoice_number=0.88, vendor=0.93, total=0.74, uit_code=0.69)
    draft.takes("read_invoice", "layout not known, 1 field missing", invoice_number=invoice)
    draft.takes("find_purchase_order", "no order number on the paper", ok=False, invoice_number=invoice)
    return draft.script(
        band="hybrid",
        aims=("FORMAT_CHANGE",),
        summary=f"{paper.vendor} uses a layout that I have not seen. The order number is missing.",
        intent="invoice_mismatch",
        confidence=0.52,
        question=f"Does this belong to {order}, the only open order of this vendor?",
        facts=("First document of this vendor in this layout.",),
    )
