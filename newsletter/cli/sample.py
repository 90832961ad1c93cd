"""The bundled week as a newsroom of its own: feeds on a port of this machine, a config and their list."""

from pathlib import Path

from newsletter.shipped import shipped

SAMPLE_PORT = 8901
_PLACE = "sample:///"
_CONFIG = """\
# The sample week. Its feeds are served on this machine at the address that feeds/sample.opml names.

[newsroom]
name = "AI Infrastructure Weekly"
site = "http://127.0.0.1:8000"
postal_address = "1 Sample Street, 12345 Sampletown"

[store]
url = "sqlite:///newsletter.db"

[collect]
allow_private = ["127.0.0.1/32"]
ports = [{port}]
min_interval = "520w"   # the week never changes: newsletter run has no need to ask again

[[editions]]
key = "weekly-en"
title = "AI Infrastructure Weekly"
language = "en"
timezone = "UTC"
schedule = "wed 09:00"
window = "9d"
from = "AI Infrastructure Weekly <weekly@newsletter.example>"
twin = "weekly-zh"

[[editions]]
key = "weekly-zh"
title = "AI 基建周报"
language = "zh"
timezone = "Asia/Shanghai"
schedule = "wed 17:00"
window = "9d"
from = "AI 基建周报 <zhoubao@newsletter.example>"
twin = "weekly-en"

[desk]
test_to = ["editor@newsletter.example"]

[deliver]
transport = "outbox"

[deliver.outbox]
folder = "outbox"

[web]
address = "127.0.0.1:8000"
"""


def write_sample(folder: Path, *, port: int) -> None:
    """config.toml, feeds/sample.opml and the feeds themselves, below a folder that exists."""
    (folder / "config.toml").write_text(_CONFIG.format(port=port), "utf-8")
    listed = (shipped("feeds") / "sample" / "feeds.opml").read_text("utf-8")
    (folder / "feeds").mkdir(exist_ok=True)
    (folder / "feeds" / "sample.opml").write_text(listed.replace(_PLACE, f"http://127.0.0.1:{port}/"), "utf-8")
    (folder / "sample").mkdir(exist_ok=True)
    for name, body in sample_feeds().items():
        (folder / "sample" / name).write_bytes(body)


def sample_feeds() -> dict[str, bytes]:
    folder = shipped("feeds") / "sample"
    return {
        path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".xml", ".atom", ".json")
    }
