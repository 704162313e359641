"""Own assets stay small: gzipped bytes, as a server without brotli would send them."""

import gzip
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

KB = 1024


def gzipped(*names: str) -> int:
    """Bytes of these static files, each compressed by itself."""
    return sum(len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 9)) for name in names)


def test_the_stylesheet_fits_12_kb() -> None:
    assert gzipped("css/app.css") <= 12 * KB


def test_our_scripts_fit_15_kb_in_all() -> None:
    """10 KB before pages were live; hearing what moves, who looks, the lock and own keys are the rest (A5: 15 KB)."""
    scripts = [f"js/{path.name}" for path in (Path(settings.BASE_DIR) / "static" / "js").glob("*.js")]
    assert scripts
    assert gzipped(*scripts) <= 15 * KB


def test_htmx_fits_17_kb() -> None:
    assert gzipped("django_htmx/htmx-2.min.js") <= 17 * KB
