"""Templates in a sandbox; one of an operator's own that breaks leaves its place to the shipped one, and is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from newsletter.compose import setting
from newsletter.errors import NewsletterError
from newsletter.language.script import language_tag

NAMES = ("letter.css", "letter.html", "letter.txt")
# What Jinja tells, and what expressions of a template may do beside: divide by zero, add a text to a number.
_BREAKS = (
    TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The two parts of a letter; `faults` are templates that could not be used, each with file, line and reason."""

    html: str
    text: str
    faults: tuple[str, ...] = ()


def printed(folders: Sequence[Path], context: Mapping[str, Any]) -> Printed:
    """Templates of an earlier folder come first, those of the last are ours.

    Raises NewsletterError naming file and line when one of ours cannot be used.
    """
    pages: dict[str, str] = {}
    faults: list[str] = []
    for name in NAMES:
        try:
            pages[name] = _page(tuple(folders), name, context)
        except _BREAKS as error:
            fault = _fault(error, name)
            if len(folders) < 2:
                raise NewsletterError(fault) from None
            faults.append(fault)
            pages[name] = _shipped(folders[-1], name, context)
    html = _inlined(pages["letter.html"], pages["letter.css"])
    return Printed(html=html, text=pages["letter.txt"].strip() + "\n", faults=tuple(faults))


def _shipped(folder: Path, name: str, context: Mapping[str, Any]) -> str:
    try:
        return _page((folder,), name, context)
    except _BREAKS as error:
        raise NewsletterError(_fault(error, name)) from None


def _page(folders: tuple[Path, ...], name: str, context: Mapping[str, Any]) -> str:
    return _environment(folders).get_template(name).render(context)


def _fault(error: BaseException, name: str) -> str:
    where, line = _place(error, name)
    reason = " ".join(str(getattr(error, "message", None) or error or type(error).__name__).split())
    return f"{where}, line {line}: {reason}"


def _place(error: BaseException, name: str) -> tuple[str, int]:
    """File and line of the template at fault: a syntax error knows them, others left them in the traceback."""
    line = getattr(error, "lineno", None)
    if line is not None:
        return getattr(error, "filename", None) or getattr(error, "name", None) or name, line
    found = (f"email/{name}", 0)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".html", ".txt", ".css")):
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return found


@cache
def _environment(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader([folder / "email" for folder in folders]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        finalize=setting.fit,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Callable[..., Any]] = {
        "href": setting.href,
        "name": setting.name,
        "label": setting.label,
        "unbroken": setting.unbroken,
        "wrapped": setting.wrapped,
        "tongue": language_tag,
    }
    environment.filters.update(filters)
    return environment


def _inlined(html: str, css: str) -> str:
    """The rules of letter.css go into the tags; `<style>` blocks of the page stay as they are, in the head."""
    inliner = css_inline.CSSInliner(
        inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, minify_css=True, extra_css=css
    )
    return str(inliner.inline(html))
