"""`python -m tests.bench.latency`: from Ctrl+Enter to the next case on the screen, over a slow line.

Chromium with its network throttled by the DevTools protocol. Measured in the page: the time between the key
and the first frame that shows the next case. Targets (ours): under 100 ms when the case was prefetched, under
700 ms when it was not, both at a round trip of 300 ms.
"""

import argparse
import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, sync_playwright

from tests.bench.setting import installation, machine
from tests.bench.tables import table

TARGETS = {"prefetched": 100.0, "not prefetched": 700.0}

WATCH = """
addEventListener('keydown', e => {
  if (e.key === 'Enter' && e.ctrlKey) { window.__begun = performance.now(); window.__shown = 0 }
}, true);
document.addEventListener('DOMContentLoaded', () => {
  let ref = document.querySelector('#case')?.dataset.ref;
  new MutationObserver(() => {
    const now = document.querySelector('#case')?.dataset.ref;
    if (!now || now === ref) return;
    ref = now;
    requestAnimationFrame(() => setTimeout(() => { window.__shown = performance.now() }));
  }).observe(document.body, { childList: true, subtree: true });
});
"""


def main() -> int:
    """Exit status: 0 when every median is within its target."""
    options = arguments()
    with installation() as bench, browser() as page:
        root = f"http://127.0.0.1:{bench.port}"
        page.context.add_cookies([{"name": "sessionid", "value": bench.sessions[0], "url": root}])
        page.add_init_script(WATCH)
        rows, late = [], False
        for name, target in TARGETS.items():
            times = series(page, root, options, prefetch=name == "prefetched")
            median = statistics.median(times)
            late = late or median > target
            rows.append([name, f"{median:.0f}", f"{max(times):.0f}", f"{target:.0f}", len(times)])
        print(f"round trip {options.rtt} ms, {options.kbit} kbit/s; {machine()}\n")
        print(table(("commit to next case", "median ms", "worst ms", "target ms", "commits"), rows))
        return 1 if late else 0


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency", description=__doc__)
    parser.add_argument("--rtt", type=int, default=300, help="milliseconds")
    parser.add_argument("--kbit", type=int, default=2000, help="kilobits a second, either way")
    parser.add_argument("--commits", type=int, default=8)
    return parser.parse_args()


@contextmanager
def browser() -> Iterator[Page]:
    """A page in the system's Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium.new_page(viewport={"width": 1366, "height": 768})
        chromium.close()


def series(page: Page, root: str, options: argparse.Namespace, *, prefetch: bool) -> list[float]:
    """Milliseconds of so many commits in a row."""
    page.unroute_all()
    if not prefetch:
        page.route("**/cases/*/next/", _refuse)
    page.goto(f"{root}/queue/")
    page.get_by_role("button", name="Claim next").click()
    page.wait_for_selector("#decide")
    throttle(page, options.rtt, options.kbit)
    return [commit(page) for _ in range(options.commits)]


def commit(page: Page) -> float:
    """Approve what is on the screen, once the line is quiet; milliseconds until the next case is seen."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    page.keyboard.press("a")
    page.locator("#disposition").select_option(index=1)
    page.wait_for_timeout(600)
    page.keyboard.press("Control+Enter")
    for _ in range(600):
        if page.evaluate("window.__shown || 0"):
            return float(page.evaluate("window.__shown - window.__begun"))
        page.wait_for_timeout(20)
    raise TimeoutError(page.url)


def throttle(page: Page, rtt: int, kbit: int) -> None:
    """Slow the line of this page down."""
    speed = kbit * 1000 / 8
    conditions = {"offline": False, "latency": rtt, "downloadThroughput": speed, "uploadThroughput": speed}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def _refuse(route: Route) -> None:
    route.abort()


if __name__ == "__main__":
    sys.exit(main())
