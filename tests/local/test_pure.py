"""The parts of the local engines that only compute."""

from pathlib import Path

import pytest

from config.local import bootstrap
from config.local.child import LONGEST_PAUSE, restart_pause
from config.local.demo import Options, sign_in_lines
from config.local.errors import LocalError
from config.local.paths import ROOT
from config.local.postgres import locale_options
from config.local.programs import postgres_bindir, valkey_program


def test_a_process_that_keeps_ending_waits_twice_as_long_each_time() -> None:
    assert [restart_pause(1.0, ends) for ends in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert restart_pause(1.0, 20) == LONGEST_PAUSE


def test_a_process_that_ran_well_for_long_is_restarted_at_once() -> None:
    assert restart_pause(3600.0, 4) == 0.5


def test_text_sorts_by_code_point_on_every_platform_and_version() -> None:
    assert "--builtin-locale=C.UTF-8" in locale_options(18, "darwin")
    assert locale_options(18, "darwin") == locale_options(17, "linux")
    assert locale_options(15, "linux") == ["--locale=C.UTF-8"]
    assert locale_options(15, "darwin") == ["--locale=C", "--lc-ctype=UTF-8"]


def test_a_program_named_by_the_environment_is_used_or_refused_but_never_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOCAL_PG_BINDIR", str(tmp_path))
    with pytest.raises(LocalError, match="LOCAL_PG_BINDIR"):
        postgres_bindir()
    (tmp_path / "initdb").touch(0o755)
    assert postgres_bindir() == tmp_path
    monkeypatch.setenv("LOCAL_REDIS_BIN", str(tmp_path / "redis-server"))
    with pytest.raises(LocalError, match="LOCAL_REDIS_BIN"):
        valkey_program()


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_with_the_fix(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(LocalError, match="make demo PORT="):
        Options.from_environ()


def test_the_words_of_make_demo_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8001")
    monkeypatch.setenv("RESET", "1")
    monkeypatch.setenv("CHECK", "")
    assert Options.from_environ() == Options(port=8001, reset=True, check=False)


def test_the_sign_ins_are_what_the_set_up_says_last() -> None:
    said = ["Applying 0001... OK", "sign in with the password of the demo as", "  maria@handrail.test"]
    assert sign_in_lines(said) == said[1:]
    assert sign_in_lines(["Applying 0001... OK"]) == []


def test_the_installer_itself_is_pinned_by_hash() -> None:
    pinned = bootstrap.uv_requirement((ROOT / "requirements.lock").read_text())
    assert pinned.startswith("uv==")
    assert pinned.count("--hash=sha256:") >= 2
    assert "==" not in pinned.split("\n", 1)[1]


def test_the_lock_pins_every_package_by_hash_and_names_no_server() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    packages = [line for line in lock.splitlines() if line and not line.startswith(" ")]
    assert packages
    assert all("==" in line and line.endswith("\\") for line in packages)
    assert "://" not in lock
