"""Every flaw in names and topics is a sentence; sound files have none."""

from pathlib import Path

import pytest

from newsletter.language.validating import flaws_of

TAXONOMY = """
[[topic]]
key = "chips"
name = { en = "Chips", zh-Hans = "芯片", zh-Hant = "晶片" }
strong = ["chip"]
"""
NVIDIA = """
[[entity]]
id = "nvidia"
kind = "company"
name = { en = "Nvidia", zh-Hans = "英伟达", zh-Hant = "輝達" }
ticker = ["NASDAQ:NVDA"]
topics = ["chips"]
"""


def flaws(folder: Path, names: str = "", topics: str = "") -> tuple[str, ...]:
    (folder / "gazetteer.toml").write_text(NVIDIA + names, encoding="utf-8")
    (folder / "taxonomy.toml").write_text(TAXONOMY + topics, encoding="utf-8")
    return flaws_of([folder])


def test_sound_files_have_no_flaw(tmp_path: Path) -> None:
    assert flaws(tmp_path) == ()


ENTITY = '\n[[entity]]\nid = "{id}"\nkind = "{kind}"\nname = "{name}"\n{more}\n'


def another(more: str = "", *, id: str = "other", kind: str = "company", name: str = "Other Name") -> str:
    return ENTITY.format(id=id, kind=kind, name=name, more=more)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (another(id="nvidia"), "nvidia stands there 2 times"),
        (another(kind="planet"), "kind 'planet' is unknown"),
        (another('parents = ["nobody"]'), "no entity 'nobody'"),
        (another('topics = ["poetry"]'), "no topic 'poetry'"),
        (another('parents = ["other"]'), "other → other: a circle"),
        (
            another('parents = ["third"]') + another('parents = ["other"]', id="third", name="Third"),
            "circle of parents",
        ),
        (another('aliases = ["英偉達"]'), "shared by nvidia and other"),
        (another('ticker = ["NASDAQ:NVDA"]'), "ticker NASDAQ:NVDA is claimed by nvidia and other"),
        (another("ambiguous = true"), "never found"),
        (another('aliases = ["超"]'), "too short"),
        (another().replace('"Other Name"', '{ en = "Other", zh-Hans = "别的" }'), "no name in zh-Hant"),
        ("\nnot toml [", "cannot be read"),
        ("\n[[entity]]\nid = 'x'\n", "lacks or garbles"),
    ],
)
def test_a_flaw_in_names_is_told(tmp_path: Path, names: str, says: str) -> None:
    (flaw,) = flaws(tmp_path, names)
    assert says in flaw


@pytest.mark.parametrize(
    ("topics", "says"),
    [
        (TAXONOMY, "chips stands there 2 times"),
        (TAXONOMY.replace('"chips"', '"gpu"') + 'parents = ["nothing"]\n', "unknown parents"),
        (TAXONOMY.replace('"chips"', '"gpu"') + 'parents = ["gpu"]\n', "gpu → gpu: a circle"),
        (TAXONOMY.replace('"chips"', '"gpu"') + 'against = ["Chip"]\n', "'chip' speaks for it and against it"),
        ('\n[[topic]]\nkey = "gpu"\nname = { en = "GPU", zh-Hans = "GPU" }\n', "no name in zh-Hant"),
        ('\n[[section]]\nkey = "one"\nname = { en = "One" }\ntopics = ["nothing"]\n', "no topic 'nothing'"),
        ('\n[[vocabulary]]\ngroup = "mood"\nkey = "sad"\nstrong = ["sad"]\n', "read by nobody"),
    ],
)
def test_a_flaw_in_topics_is_told(tmp_path: Path, topics: str, says: str) -> None:
    (flaw,) = flaws(tmp_path, topics=topics)
    assert says in flaw


def test_a_form_that_two_share_is_fine_where_context_tells_them_apart(tmp_path: Path) -> None:
    shared = 'aliases = ["超微"]\ncontext_any = ["服务器"]'
    both = another(shared) + another(shared.replace("服务器", "处理器"), id="third", name="Third One")
    assert flaws(tmp_path, both) == ()
