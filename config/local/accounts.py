"""Which system account runs the engines. PostgreSQL refuses uid 0; as root both run as `nobody`.

No account is created, and no mode outside our own directories is changed: a checkout below a 0700
directory (/root) stays closed, its server programs are copied out once instead.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import LocalError

Account = pwd.struct_passwd | None
"""`None`: the account that runs us."""

SHARED = Path("/var/tmp")  # survives a reboot, unlike /tmp; everybody may write here, so ownership is checked
PASSED_ON = ("PATH", "TZ", "TMPDIR", "DYLD_LIBRARY_PATH")


def engine_account() -> Account:
    """`None` unless we are root; then LOCAL_RUN_AS or `nobody`. Raises LocalError when root has neither."""
    if os.geteuid() != 0:
        return None
    for name in filter(None, (os.environ.get("LOCAL_RUN_AS"), "nobody")):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LocalError(
        "You are root, PostgreSQL will not run as root, and this system has no `nobody` account.\n"
        "  Fix: run as a normal user, or set LOCAL_RUN_AS=<an unprivileged account>."
    )


def spawn_options(account: Account) -> dict[str, Any]:
    """Keyword arguments for subprocess: a small, known environment, and the account when it is not ours."""
    env = {key: value for key, value in os.environ.items() if key in PASSED_ON}
    env |= {"LC_ALL": "C", "HOME": "/", "PATH": env.get("PATH", "/usr/bin:/bin")}
    options: dict[str, Any] = {"env": env, "cwd": "/"}
    if account:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def run_as(account: Account, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run to the end and return the result, whatever its exit status."""
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, **spawn_options(account)
    )


def give(path: Path, account: Account) -> None:
    """Hand a file or directory over to the account; nothing to do when it is ours."""
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)


def private_directory(base: Path, name: str, account: Account) -> Path:
    """A 0700 directory that the account owns and can reach: `base/name`, or one below /var/tmp."""
    directory = base / name
    directory.mkdir(parents=True, exist_ok=True)
    give(directory, account)
    if account and run_as(account, ["test", "-w", directory]).returncode:
        shared = _root_owned(SHARED / f"handrail-data-{_tag(base)}")
        directory = shared / name
        directory.mkdir(exist_ok=True)
        give(directory, account)
    directory.chmod(0o700)
    return directory


def forget_shared_data(base: Path) -> None:
    """Remove what `private_directory` may have put below /var/tmp for this `base`."""
    shared = SHARED / f"handrail-data-{_tag(base)}"
    if os.geteuid() == 0 and shared.is_dir() and not shared.is_symlink():
        shutil.rmtree(shared)


def runnable(program: Path, account: Account) -> Path:
    """The program, or a root-owned copy of its wheel where the account can reach it. Raises LocalError."""
    if _runs(program, account):
        return program
    if account is None:
        raise LocalError(
            f"{program} cannot be executed.\n  Fix: is this directory mounted noexec? Move the checkout."
        )
    site = next((parent for parent in program.parents if parent.name == "site-packages"), None)
    copied = site and _copy_wheel(site, program) / program.relative_to(site)
    if copied and _runs(copied, account):
        return copied
    raise LocalError(
        f"The account {account.pw_name} may not run {program}.\n"
        "  Fix: put the checkout outside /root, run as a normal user,\n"
        "       or set LOCAL_RUN_AS=<an account that may>."
    )


def _runs(program: Path, account: Account) -> bool:
    try:
        return run_as(account, [program, "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError, NotADirectoryError):
        return False


def _copy_wheel(site: Path, program: Path) -> Path:
    """Copy the package that holds `program` (and the libraries it brings along) to a world-readable place."""
    package = site / program.relative_to(site).parts[0]
    found = program.stat()
    target = _root_owned(SHARED / f"handrail-programs-{_tag(program, found.st_size, found.st_mtime_ns)}")
    finished = target / ".done"
    if finished.exists():
        return target
    for source in (package, site / f"{package.name}.libs"):
        if source.is_dir():
            shutil.copytree(source, target / source.name, symlinks=True, dirs_exist_ok=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    finished.touch()
    return target


def _root_owned(directory: Path) -> Path:
    """Create it, or accept it only as root's own: never a directory or link that somebody planted."""
    try:
        directory.mkdir(mode=0o755)
    except FileExistsError:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
            raise LocalError(
                f"{directory} exists and is not root's own directory.\n"
                "  Fix: remove it, or put the checkout outside /root."
            ) from None
    return directory


def _tag(*parts: object) -> str:
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:12]
