"""PgBouncer in front of a test's database, where the program is installed."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

__all__ = ("PROGRAM", "VERSION", "bouncer")

#: Debian keeps it where the PATH of normal users does not lead.
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_PORT = 6432


def _version() -> tuple[int, int]:
    if PROGRAM is None:
        return (0, 0)
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)", said)
    assert found is not None
    return int(found[1]), int(found[2])


VERSION = _version()


@contextmanager
def bouncer(folder: Path, database: str, **settings: object) -> Iterator[str]:
    """The URL of `database` behind a PgBouncer of its own, with these settings of its `pgbouncer.ini`."""
    assert PROGRAM is not None
    parsed = make_url(database)
    server = Path(str(parsed.query["host"]))
    folder.mkdir()
    settings = {"unix_socket_dir": folder, "listen_port": _PORT, "auth_type": "any", **settings}
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    ini, log = folder / "pgbouncer.ini", folder / "log"
    ini.write_text(f"[databases]\n* = host={server} user={parsed.username}\n[pgbouncer]\n{lines}")
    with (
        log.open("w") as said,
        subprocess.Popen(
            [PROGRAM, str(ini)], stdout=said, stderr=said, **_as_owner(server, folder)
        ) as process,
    ):
        try:
            deadline = time.monotonic() + 30
            while not _answers(folder / f".s.PGSQL.{_PORT}"):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.01)
            yield f"postgresql://{parsed.username}:@/{parsed.database}?host={folder}&port={_PORT}"
        finally:
            process.kill()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as knocking, suppress(OSError):
        knocking.connect(str(path))
        return True
    return False


def _as_owner(server: Path, folder: Path) -> dict[str, Any]:
    """Whoever runs Postgres, for PgBouncer refuses to be root, and nobody else may enter its folder."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwuid(server.stat().st_uid)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
