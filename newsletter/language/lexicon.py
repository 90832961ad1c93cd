"""All that is known about names and topics, and how a tag is shown to a reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from newsletter.errors import DataError
from newsletter.language.gazetteer import Gazetteer, load_gazetteer
from newsletter.language.segmenting import know
from newsletter.language.taxonomy import Taxonomy, load_taxonomy
from newsletter.model import TagLabel

ENTITY = "e:"
_ACTORS = ("company", "unit", "product", "person")


@dataclass(frozen=True, slots=True)
class Lexicon:
    gazetteer: Gazetteer
    taxonomy: Taxonomy

    def label(self, tag: str, language: str) -> str:
        """The name of a topic (`data-centres`) or an entity (`e:nvidia`); an unknown tag is its own name."""
        known = tag.removeprefix(ENTITY)
        if tag.startswith(ENTITY):
            return self.gazetteer.name(known, language) if known in self.gazetteer else known
        return self.taxonomy.name(tag, language) if tag in self.taxonomy else tag

    @property
    def actors(self) -> frozenset[str]:
        """The tags of those who do things: companies, their units, products and people, not places and agencies."""
        return frozenset(ENTITY + one.id for one in self.gazetteer if one.kind in _ACTORS)

    def labels(self, tags: Sequence[str], language: str, *, limit: int) -> tuple[TagLabel, ...]:
        """The most special tags first: a topic whose child is there too is said by the child."""
        topics = [tag for tag in tags if not tag.startswith(ENTITY)]
        implied = {parent for tag in topics if tag in self.taxonomy for parent in self.taxonomy.ancestors(tag)}
        special = [tag for tag in topics if tag not in implied]
        entities = [tag for tag in tags if tag.startswith(ENTITY)]
        half = max(1, limit // 2)
        shown = [*special[:half], *entities, *special[half:]][:limit]
        return tuple(TagLabel(key=tag, name=self.label(tag, language)) for tag in shown)


def open_lexicon(folders: Sequence[Path]) -> Lexicon:
    """The files of these folders, an earlier folder's entries first. Teaches the Chinese names to the segmenter.

    The same files are read once a process, and again when they have changed.
    Raises DataError when no folder has a taxonomy or none has a gazetteer.
    """
    names, topics = _existing(folders, "gazetteer.toml"), _existing(folders, "taxonomy.toml")
    return _read(tuple(names), tuple(topics), tuple(path.stat().st_mtime_ns for path in (*names, *topics)))


@lru_cache(maxsize=4)
def _read(names: tuple[Path, ...], topics: tuple[Path, ...], _changed: tuple[int, ...]) -> Lexicon:
    gazetteer = load_gazetteer(names)
    know(gazetteer.han_names())
    return Lexicon(gazetteer, load_taxonomy(topics))


def _existing(folders: Sequence[Path], name: str) -> list[Path]:
    """Later files override, so the first folder's comes last."""
    found = [folder / name for folder in reversed(folders) if (folder / name).is_file()]
    if not found:
        where = ", ".join(str(folder) for folder in folders)
        raise DataError(f"no {name} in {where}; copy the one that ships with the newsletter into one of them")
    return found
