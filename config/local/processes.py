"""Start, find and end processes, with the standard library only (slim Linux has no `ps`, macOS no /proc)."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

PR_SET_PDEATHSIG = 1


class ProcessInfo(NamedTuple):
    """One running process: its id, its process group, its command line."""

    pid: int
    group: int
    command: str


def die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the kernel sends `sig` to the child when its parent thread ends, even by kill -9.

    Linux only. Elsewhere the next start finds what was left (`supervisor.end_leftovers`). Use it from the
    main thread, because the signal is tied to the starting thread and not to the process.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(sig))


def running_processes() -> Iterator[ProcessInfo]:
    """Every process this account may see."""
    if Path("/proc/self").is_dir():
        yield from _from_proc()
        return
    listing = subprocess.run(["ps", "-axo", "pid=,pgid=,args="], capture_output=True, text=True, check=False)
    for line in listing.stdout.splitlines():
        pid, group, command = [*line.split(None, 2), ""][:3]
        yield ProcessInfo(int(pid), int(group), command)


def _from_proc() -> Iterator[ProcessInfo]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            yield ProcessInfo(int(entry.name), os.getpgid(int(entry.name)), command)
        except OSError:  # it ended while we looked
            continue


def alive(pid: int) -> bool:
    """Whether a process with this id exists, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago; the caller retries when it lost the race."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
