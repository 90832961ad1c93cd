"""Where the files that ship with the package lie: a wheel carries them inside, a checkout beside the package."""

from pathlib import Path

_INSIDE = Path(__file__).parent / "_shipped"
_BESIDE = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """The shipped `templates`, `feeds` or `config.toml`."""
    inside = _INSIDE / name
    return inside if inside.exists() else _BESIDE / name


def folders(name: str, own: Path) -> tuple[Path, ...]:
    """Where to look for files of a kind, first match wins: the folder beside config.toml, then the shipped one."""
    found = [path for path in (own / name, shipped(name)) if path.is_dir()]
    return tuple(dict.fromkeys(path.resolve() for path in found))
