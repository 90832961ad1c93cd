"""A page as a test reads it."""

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Page(LexborHTMLParser):
    def first(self, selector: str) -> LexborNode:
        """The first match, which must exist."""
        found = self.css_first(selector)
        assert found is not None, f"nothing matches {selector}"
        return found

    def attribute(self, selector: str, name: str) -> str:
        """Of the first match; "" for one without a value."""
        attributes = self.first(selector).attributes
        assert name in attributes, f"{selector} has no {name}"
        return attributes[name] or ""
