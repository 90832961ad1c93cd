"""Articles curated: time an article."""

from collections.abc import Iterator
from datetime import timedelta

from newsletter import pipeline
from tests.bench.figures import Figure, at_most, newsroom, seconds
from tests.builders import NOW, article


def curating() -> Iterator[Figure]:
    with newsroom() as room:
        known = [
            article(
                f"a{number}",
                f"Company {number} signs a {number + 10} MW data center power deal in county {number % 40}",
                summary=f"The deal brings {number + 10} MW to the site, says company {number}. Work begins in May.",
                published=NOW - timedelta(minutes=10 * number),
            )
            for number in range(1_000)
        ]
        with room.store.write() as tx:
            tx.articles.add(known)
        took = seconds(lambda: pipeline.curate(room, now=NOW), times=1)
    yield at_most("curate, an article in a window of 1,000", took * 1000 / len(known), 5, "ms")


MEASURES = (curating,)
