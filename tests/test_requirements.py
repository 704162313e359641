"""Every requirement this version claims is quoted by a test that proves it."""

import re
from pathlib import Path

CLAIMED = """
R001 R002 R003 R005 R006 R007 R008 R010 R011 R012 R013 R014 R017 R019 R021 R022 R023 R024 R025 R026 R027 R028 R030
R033 R034 R035 R036 R037 R038 R039 R040 R041 R042 R043 R044 R045 R046 R047 R048 R049 R050 R051 R052 R053 R054 R055
R056 R057 R058 R059 R060 R061 R062 R063 R064 R065 R066 R067 R068 R069 R070 R071 R077 R078 R079 R080 R081 R085 R087
R088 R089 R090 R091 R092 R093 R094 R095 R096 R097 R098 R099 R100 R101 R102 R103 R104 R105 R106 R107 R108 R114 R117 R129
R137 R140
""".split()  # noqa: SIM905 - one number a line would bury the test

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
