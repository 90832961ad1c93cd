"""The newsroom: the store, the knowledge and the tools that a verb may reach; only here are implementations picked."""

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from newsletter.audience.tokens import Signer
from newsletter.collect.fetcher import Fetcher
from newsletter.collect.opml import feeds_of
from newsletter.config import Config
from newsletter.deliver.parcels import Holds, Log
from newsletter.deliver.transports import Transport, open_holds, open_log, open_transport
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Feed, FeedUrl
from newsletter.shipped import folders
from newsletter.store.engine import Store
from newsletter.store.opening import open_store
from newsletter.writer import Writer, open_writer

log = logging.getLogger(__name__)
_MARK = "secret mark"
_SECRET = "secret"  # noqa: S105 — the name of a row


_OTHER_KEY = (
    "{name} is not the key that this store was used with: links in letters already sent stop working, and addresses "
    "that were erased or bounced are not known again; put the old key back, or start newsletter run with the new one "
    "to keep it"
)


@dataclass(frozen=True)
class Newsroom:
    """Everything costly is made when it is first asked for."""

    config: Config
    store: Store

    @cached_property
    def lexicon(self) -> Lexicon:
        return open_lexicon(folders("feeds", self.config.folder))

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """What is subscribed: the user's OPML files where there are any, else the starter list."""
        return feeds_of(folders("feeds", self.config.folder))

    def read_feeds_again(self) -> tuple[Feed, ...]:
        """The feeds as the files say now: somebody may have edited them since."""
        self.__dict__.pop("feeds", None)
        self.__dict__.pop("_by_url", None)
        return self.feeds

    @cached_property
    def signer(self) -> Signer:
        """Signs the links of readers. The secret is the operator's, else one that the store keeps."""
        return Signer(os.environ.get(self.config.newsroom.secret_env) or self._own_secret())

    def feed(self, url: FeedUrl) -> Feed | None:
        return self._by_url.get(url)

    def feed_title(self, url: FeedUrl) -> str:
        known = self._by_url.get(url)
        return known.title if known else url.split("/")[2] if url.count("/") > 2 else url

    def fetcher(self) -> Fetcher:
        """A new one, to be used in `async with`."""
        return Fetcher(self.config.collect, site=self.config.newsroom.site)

    def writer(self) -> Writer | None:
        """The model that the config names, if any. Raises ConfigError for a missing key."""
        return open_writer(self.config.writer)

    def transport(self) -> Transport:
        """A new one of the kind that the config names. Raises ConfigError for a missing key or password."""
        return open_transport(self.config.deliver, folder=self.config.folder)

    def log(self) -> Log | None:
        """Where the provider of the config can be asked what became of a letter; None where it cannot."""
        return open_log(self.config.deliver)

    def holds(self) -> Holds | None:
        """Where the provider of the config holds letters back for a while; None where it does not."""
        return open_holds(self.config.deliver)

    @cached_property
    def _by_url(self) -> dict[FeedUrl, Feed]:
        return {feed.url: feed for feed in self.feeds}

    def keep_key(self) -> None:
        """Take the signing key of now for the one that this newsroom uses."""
        mark = self.signer.mark  # it may write, so it is not made first inside a transaction
        with self.store.write() as tx:
            tx.settings.put(_MARK, mark)

    def expect_key(self) -> None:
        """Warn where the signing key is another than the one in use: a job without the variable, or a new key."""
        mark = self.signer.mark
        with self.store.read() as tx:
            known = tx.settings.get(_MARK)
        if known is None:
            self.keep_key()
        elif known != mark:
            log.warning("%s", _OTHER_KEY.format(name=self.config.newsroom.secret_env))

    def _own_secret(self) -> str:
        with self.store.read() as tx:
            secret = tx.settings.get(_SECRET)
        if secret is not None:
            return secret
        with self.store.write() as tx:
            secret = tx.settings.get(_SECRET)
            if secret is None:
                secret = secrets.token_urlsafe(32)
                tx.settings.put(_SECRET, secret)
        return secret


@contextmanager
def open_newsroom(config: Config) -> Iterator[Newsroom]:
    """A newsroom for a config; its store is brought up to date and closed at the end."""
    store = open_store(config.store.url, config.folder)
    try:
        room = Newsroom(config, store)
        room.expect_key()  # a key that is made may be kept, which must not happen inside somebody's transaction
        yield room
    finally:
        store.close()
