"""Who holds a row: a name for this process, and whether a process of this machine is gone for good."""

import hashlib
import os
import secrets
import socket
from pathlib import Path

_START = 19


def worker_name() -> str:
    """Machine, process, when it started, and a random part, for one process may deliver twice at once."""
    pid = os.getpid()
    return f"{_machine()}.{pid}.{_started(pid)}.{secrets.token_hex(4)}"


def is_gone(worker: str) -> bool:
    """True only for a process of this machine that has surely ended; of others a lease alone can tell."""
    machine, _, rest = worker.partition(".")
    pid, _, rest = rest.partition(".")
    started = rest.partition(".")[0]
    if machine != _machine() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    fields = _fields(int(pid))
    return bool(fields and started) and (fields[0] in "ZX" or fields[_START] != started)


def _machine() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]


def _started(pid: int) -> str:
    """The start of a process in clock ticks since boot, "" where the system does not tell: a pid is used again."""
    fields = _fields(pid)
    return fields[_START] if fields else ""


def _fields(pid: int) -> list[str]:
    """What Linux says of a process behind its name, its state first (proc(5), stat); nothing on other systems."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []
    return fields if len(fields) > _START else []
