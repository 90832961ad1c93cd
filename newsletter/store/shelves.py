"""The shelves of one transaction, each opened when it is first asked for."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from newsletter.store.archive import ArchiveShelf
from newsletter.store.articles import ArticleShelf
from newsletter.store.deliveries import DeliveryShelf
from newsletter.store.desk import DeskShelf
from newsletter.store.events import EventShelf
from newsletter.store.feeds import FeedShelf
from newsletter.store.freezing import FreezeShelf
from newsletter.store.handed import HandedShelf
from newsletter.store.issues import IssueShelf
from newsletter.store.occurrences import OccurrenceShelf
from newsletter.store.settings import SettingShelf
from newsletter.store.stories import StoryShelf
from newsletter.store.subscribers import SubscriberShelf
from newsletter.store.verdicts import VerdictShelf
from newsletter.store.writings import WritingShelf


@dataclass(frozen=True)
class Shelves:
    connection: Connection

    @cached_property
    def settings(self) -> SettingShelf:
        return SettingShelf(self.connection)

    @cached_property
    def feeds(self) -> FeedShelf:
        return FeedShelf(self.connection)

    @cached_property
    def articles(self) -> ArticleShelf:
        return ArticleShelf(self.connection)

    @cached_property
    def archive(self) -> ArchiveShelf:
        return ArchiveShelf(self.connection)

    @cached_property
    def stories(self) -> StoryShelf:
        return StoryShelf(self.connection)

    @cached_property
    def verdicts(self) -> VerdictShelf:
        return VerdictShelf(self.connection)

    @cached_property
    def writings(self) -> WritingShelf:
        return WritingShelf(self.connection)

    @cached_property
    def issues(self) -> IssueShelf:
        return IssueShelf(self.connection)

    @cached_property
    def subscribers(self) -> SubscriberShelf:
        return SubscriberShelf(self.connection)

    @cached_property
    def deliveries(self) -> DeliveryShelf:
        return DeliveryShelf(self.connection)

    @cached_property
    def freezes(self) -> FreezeShelf:
        return FreezeShelf(self.connection)

    @cached_property
    def handed(self) -> HandedShelf:
        return HandedShelf(self.connection)

    @cached_property
    def events(self) -> EventShelf:
        return EventShelf(self.connection)

    @cached_property
    def occurrences(self) -> OccurrenceShelf:
        return OccurrenceShelf(self.connection)

    @cached_property
    def desk(self) -> DeskShelf:
        return DeskShelf(self.connection)
