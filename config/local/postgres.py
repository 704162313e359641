"""A private PostgreSQL cluster."""

import shutil
import signal
import sys
import time
from pathlib import Path

from .accounts import give, run_as, runnable
from .engine import Engine
from .errors import LocalError
from .processes import alive
from .programs import postgres_bindir

USER, DATABASE = "app", "handrail"
READY_LINE = 7  # of postmaster.pid, counted from 0


class Postgres(Engine):
    """`USER` is the cluster's superuser: here it owns everything, and tests create their own databases."""

    name, variable = "postgres", "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast" shutdown: roll back, checkpoint, exit

    @property
    def url(self) -> str:
        """Address of the application's database."""
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def find_program(self) -> Path:
        """See Engine."""
        return runnable(postgres_bindir() / "postgres", self.account)

    def prepare(self) -> None:
        """Make the cluster unless it is there. Raises LocalError when another major version made it."""
        self._stop_leftover()
        marker = self.directory / "PG_VERSION"
        if not marker.exists():
            self._create_cluster()
        elif (made_by := int(marker.read_text())) != (major := self._major()):
            raise LocalError(
                f"The database in {self.directory} was made by PostgreSQL {made_by}; "
                f"the programs are {major}.\n"
                "  Fix: make demo RESET=1 (throws the demo data away),\n"
                "       or LOCAL_PG_BINDIR=<the old version's bin directory>"
            )

    def command(self) -> list[str | Path]:
        """No Unix socket, so that the length of the checkout's path does not matter."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "log_min_messages": "warning",
            "log_checkpoints": "off",
            "jit": "off",  # compiling costs more than every statement of ours
        }
        if self.throwaway:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [self.program, "-D", self.directory, *settings]

    def answers(self) -> bool:
        """The server itself writes "ready" into its pid file."""
        try:
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        ours = self.process is not None and lines[:1] == [str(self.process.pid)]
        return ours and len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"

    def start(self, port: int | None = None) -> None:
        """Start, and create the application's database when it is missing."""
        super().start(port)
        import psycopg  # here, so that pure helpers of this package import without the driver

        with psycopg.connect(self.url.removesuffix(DATABASE) + "postgres", autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                self.new = True
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _major(self) -> int:
        return int(self.version().split()[2].split(".")[0])

    def _create_cluster(self) -> None:
        for leftover in self.directory.iterdir():  # an initdb that was interrupted
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        password_file = self.directory.with_name(self.directory.name + ".pw")
        password_file.touch(0o600)
        password_file.write_text(self.password + "\n")
        give(password_file, self.account)
        command: list[str | Path] = [
            self.program.with_name("initdb"),
            "-D",
            self.directory,
            "-U",
            USER,
            "-E",
            "UTF8",
        ]
        command += [
            "-A",
            "scram-sha-256",
            f"--pwfile={password_file}",
            *locale_options(self._major(), sys.platform),
        ]
        if self.throwaway:
            command.append("--no-sync")
        result = run_as(self.account, command)
        password_file.unlink()
        if result.returncode:
            raise LocalError(f"initdb failed in {self.directory}:\n{result.stderr.strip()}")

    def _stop_leftover(self) -> None:
        """A server whose supervisor was killed still owns the directory: end exactly that one."""
        try:
            pid = int((self.directory / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        control = self.program.with_name("pg_ctl")
        if run_as(self.account, [control, "status", "-D", self.directory]).returncode == 0:
            run_as(self.account, [control, "stop", "-D", self.directory, "-m", "fast", "-t", "20"])
            deadline = time.monotonic() + 20
            while alive(pid) and time.monotonic() < deadline:
                time.sleep(0.05)


def locale_options(major: int, platform: str) -> list[str]:
    """initdb options for UTF-8 text in code point order, the same on every platform.

    PostgreSQL 17 brought such a collation of its own; before, the C library's has to do.
    """
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"] if platform == "linux" else ["--locale=C", "--lc-ctype=UTF-8"]
