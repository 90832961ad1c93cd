"""A PostgreSQL server of the tests' own: a throw-away cluster behind a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SPEED = "fsync=off synchronous_commit=off full_page_writes=off shared_buffers=64MB max_connections=60"


def programs() -> Path | None:
    """Where initdb and pg_ctl lie, the newest version first; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    at = str(found[-1]) if found else shutil.which("initdb")
    return Path(at).parent if at else None


@contextmanager
def cluster(place: Path) -> Iterator[str]:
    """The address of a running server, without a database; it is gone afterwards."""
    # A socket's path may have about a hundred characters, and pytest's folders are longer than that.
    folder = Path(tempfile.mkdtemp(prefix="newsletter-pg-"))
    try:
        as_whom = _owner(folder)
        data, log = folder / "data", folder / "log"
        _call(as_whom, place / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        options = [f"-k {folder}", "-h ''", *(f"-c {one}" for one in _SPEED.split())]
        _call(as_whom, place / "pg_ctl", "-D", data, "-l", log, "-o", " ".join(options), "-w", "-t", "60", "start")
        try:
            yield f"postgresql://tester@/{{}}?host={folder}"
        finally:
            _call(as_whom, place / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _call(as_whom: dict[str, object], program: Path, *arguments: object) -> None:
    command = [str(program), *map(str, arguments)]
    # To a file: the server inherits a pipe and would keep it open for ever.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(  # type: ignore[call-overload]
            command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", timeout=120, check=False, **as_whom
        )
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{said.read().decode(errors='replace')}")
