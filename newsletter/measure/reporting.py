"""What became of an issue, in numbers of readers; a share is None while nothing can be said."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.model import DeliveryState, IssueKey

_ARRIVED = (DeliveryState.DELIVERED, DeliveryState.COMPLAINED)
_HANDED_OVER = (
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
    DeliveryState.BLOCKED,
    DeliveryState.DROPPED,
    DeliveryState.BOUNCED,
    *_ARRIVED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    issue: IssueKey
    audience: int
    states: Mapping[DeliveryState, int]
    events: Mapping[str, int]
    """Readers who had an event of this kind, however often."""
    handed_over: int
    arrived: int | None
    """None when the provider tells nothing about arrival, as a mail relay does not."""
    bounced: float | None
    complained: float | None
    """Shares of what was handed over."""
    links: Mapping[str, int]
    """Readers who followed a link, most followed first."""


def report(
    issue: IssueKey,
    *,
    audience: int,
    states: Mapping[DeliveryState, int],
    events: Mapping[str, int],
    links: Mapping[str, int],
) -> Report:
    handed_over = sum(states.get(state, 0) for state in _HANDED_OVER)
    return Report(
        issue=issue,
        audience=audience,
        states=states,
        events=events,
        handed_over=handed_over,
        arrived=sum(states.get(state, 0) for state in _ARRIVED) if events else None,
        bounced=_share(states, DeliveryState.BOUNCED, handed_over),
        complained=_share(states, DeliveryState.COMPLAINED, handed_over),
        links=dict(sorted(links.items(), key=lambda link: (-link[1], link[0]))),
    )


def _share(states: Mapping[DeliveryState, int], state: DeliveryState, whole: int) -> float | None:
    return round(states.get(state, 0) / whole, 4) if whole else None
