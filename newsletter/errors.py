"""What a person can act on: every message says what, which and what next."""


class NewsletterError(Exception):
    """Shown to a person as one line; the command line ends with exit code 1."""


class ConfigError(NewsletterError):
    """All mistakes of a configuration, one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DataError(NewsletterError):
    """A file of feeds, entities, topics or readers that cannot be used as it stands."""


class StoreError(NewsletterError):
    """The store cannot be used now: busy, full, read-only or damaged. Nothing of the transaction was kept."""


class StaleError(NewsletterError):
    """Somebody else changed the thing since it was read: show both, write neither."""


class TransportError(NewsletterError):
    """The transport as a whole refuses (login, configuration): no single reader is at fault."""
