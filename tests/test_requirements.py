"""Every requirement this version claims is quoted by a test that proves it."""

import re
from pathlib import Path

CLAIMED = [
    f"R{number:03}"
    for number in (
        1,
        2,
        3,
        5,
        6,
        7,
        8,
        10,
        11,
        12,
        13,
        14,
        17,
        19,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        33,
        37,
        46,
        69,
        70,
        71,
        77,
        78,
        79,
        80,
        81,
        85,
        102,
        137,
    )
]

HERE = Path(__file__)


def test_each_claimed_requirement_is_quoted_by_a_test() -> None:
    """A number counts only in or directly above a test function, not in a module's list of promises."""
    quoted: set[str] = set()
    for path in HERE.parent.rglob("test_*.py"):
        if path != HERE:
            for test in re.split(r"(?m)^(?=\s*(?:@|(?:async )?def test_|class ))", path.read_text())[1:]:
                quoted.update(re.findall(r"R\d{3}", test))
                quoted.update(number.upper() for number in re.findall(r"_(r\d{3})(?=_|\b)", test))
    missing = [number for number in CLAIMED if number not in quoted]
    assert not missing, f"no test quotes {', '.join(missing)}"
