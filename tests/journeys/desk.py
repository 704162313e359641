"""A reviewer's browser, as the journeys use it: keys pressed, state polled, what went wrong collected.

Nothing here uses `wait_for_function`: it needs eval, which our Content-Security-Policy rightly forbids.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

COLLECT = """
window.__violations = [];
addEventListener('securitypolicyviolation', e => {
  window.__violations.push(e.violatedDirective + ' ' + e.blockedURI);
});
"""

PATIENCE = 30.0
"""Seconds to wait for what should take a fraction of one: a limit for what never comes, not for a busy machine."""
BARRIERS = """options => axe.run(options).then(found => found.violations.map(
  rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.target), rule.help]))"""
"""What axe finds, told in the page: the ninety rules that are kept would come over too, a quarter of a run's time."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Desk:
    """One page and what a person does in it."""

    def __init__(self, page: Page, root: str) -> None:
        self.page, self.root = page, root
        self.errors: list[str] = []
        page.add_init_script(COLLECT)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self, path: str) -> "Desk":
        """Go to `path` and wait until its scripts run."""
        self.page.goto(self.root + path)
        self.until(
            "document.documentElement.dataset.ready === '' || !document.querySelector('script[type=module]')"
        )
        return self

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.page.evaluate(expression)

    def until(self, expression: str, seconds: float = PATIENCE) -> None:
        """Wait until an expression holds; AssertionError names it when it never does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.page.evaluate(expression):
                    return
            except Exception as error:  # the page is being replaced
                if "context" not in str(error):
                    raise
            self.page.wait_for_timeout(25)
        raise AssertionError(f"never true: {expression}\n{self.page.url}\n{self.text('body')[:2000]}")

    def when(self, happened: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something has happened outside the page, to a request that was caught for example."""
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, "it never happened"
            self.page.wait_for_timeout(25)  # which lets the browser's events in

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type text into whatever has the focus."""
        self.page.keyboard.type(text)

    def text(self, selector: str) -> str:
        """The text of the first element that matches, white space collapsed."""
        return " ".join((self.page.locator(selector).first.text_content() or "").split())

    def focus(self) -> str:
        """Id of the element that has the focus, or its tag name."""
        return str(self.ask("document.activeElement.id || document.activeElement.tagName"))

    def ref(self) -> str:
        """Reference of the case on the screen, empty when there is none."""
        return str(self.ask("document.querySelector('#case')?.dataset.ref || ''"))

    def verb(self) -> str | None:
        """The armed verb."""
        armed: str | None = self.ask("document.querySelector('[name=verb]:checked')?.value || null")
        return armed

    def prefetched(self) -> None:
        """Wait until no request is under way: the next case has arrived."""
        self.page.wait_for_load_state("networkidle")

    def choose(self, selector: str, value: str) -> None:
        """Choose an option as the keyboard would: the value changes and both events fire."""
        self.page.locator(selector).select_option(value)

    def violations(self) -> list[str]:
        """What the Content-Security-Policy blocked on this page."""
        found: list[str] = self.ask("window.__violations || []")
        return found

    def barriers(self, *, only: Sequence[str] = ()) -> Sequence[str]:
        """Accessibility rules that the page breaks as it stands (axe-core: WCAG 2.2 AA and best practice), of all or of
        `only` these.
        """
        rules = {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS}
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        if self.ask("typeof axe") == "undefined":
            self.ask(Axe().axe_script)
        found = self.page.evaluate(BARRIERS, options)
        return [f"{rule}: {targets} {words}" for rule, targets, words in found]
