"""Each measure does real work on this machine; a ratio is taken in the same minute as its rival."""

from collections.abc import Callable, Iterator, Sequence

from tests.bench import collecting, curating, delivering, posting, ranking, rendering, starting
from tests.bench.figures import Figure

ROOMS: dict[str, tuple[Callable[[], Iterator[Figure]], ...]] = {
    "starting": starting.MEASURES,
    "collecting": collecting.MEASURES,
    "curating": curating.MEASURES,
    "ranking": ranking.MEASURES,
    "rendering": rendering.MEASURES,
    "delivering": delivering.MEASURES + posting.MEASURES,
}


def measures(rooms: Sequence[str]) -> list[Callable[[], Iterator[Figure]]]:
    """Those of the named rooms, else all."""
    unknown = [one for one in rooms if one not in ROOMS]
    if unknown:
        raise SystemExit(f"no measures of {', '.join(unknown)}; there are: {', '.join(ROOMS)}")
    return [measure for room in rooms or ROOMS for measure in ROOMS[room]]
