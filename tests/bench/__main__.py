"""`python -m tests.bench [ROOM ...]`: a table on stdout, the same figures in bench.json."""

import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measures import measures


def main() -> int:
    found = []
    for measure in measures(sys.argv[1:]):
        for figure in measure():
            found.append(figure)
            mark = {True: "ok", False: "MISSED", None: ""}[figure.within]
            print(f"{figure.what:54} {figure.value:>12,.4g} {figure.unit:12} {figure.wanted:22} {mark}", flush=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [asdict(one) for one in found],
    }
    Path("bench.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
