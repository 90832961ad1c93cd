"""What a mail program would drop is named; what our own letters use is not."""

import pytest

from newsletter.compose.supporting import unsupported
from tests.test_rendering import LANGUAGES, rendered, whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 60])
def test_our_letters_use_nothing_that_is_dropped(language: str, count: int) -> None:
    assert unsupported(rendered(whole(count, language), why=True).html) == ()


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<p style="position: absolute">x</p>', "position (dropped by Gmail and Outlook)"),
        ('<div style="display:flex">x</div>', "display: flex (dropped by Outlook on Windows)"),
        ("<section>x</section>", "<section> (dropped by Gmail and Yahoo)"),
        ("<marquee>x</marquee>", "<marquee> (not known to work in mail)"),
        ("<style>.a { color: red; gap: 4px }</style>", "gap (dropped by Gmail and Outlook)"),
        ("<style>@media (400px<=width){a{color:red}}</style>", "@media (400px<=width) (not known to work in mail)"),
        ('<td style="background: url(a.png)">x</td>', "background with an image (dropped by Outlook on Windows)"),
    ],
)
def test_what_some_drop_is_named_once_with_those_that_do(html: str, said: str) -> None:
    assert unsupported(html * 2) == (said,)


def test_what_only_outlook_reads_is_outlooks() -> None:
    assert unsupported("<!--[if mso]><v:rect style='position:absolute'></v:rect><![endif]--><p>x</p>") == ()
