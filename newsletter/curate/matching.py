"""A story keeps its name from one curating to the next, so that editors' work and readers' links keep their story.

A story is always named after one of its articles: two stories can never claim one name, and an old address still
leads to the story that the article is in now.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from newsletter.model import Article, ArticleId, StoryId


def name(group: Sequence[Article], before: Mapping[ArticleId, StoryId], held: Collection[StoryId] = ()) -> StoryId:
    """The name that most of these articles' story had, those that issues or edits hold first; else the first arrival's.

    `before` tells in which story each article was. A late article never renames: a new name is only for what had none.
    """
    known = Counter(before[one.id] for one in group if one.id in before)
    arrived = sorted(group, key=lambda one: (one.first_seen, one.published, one.id))
    own = [StoryId(one.id) for one in arrived if StoryId(one.id) in known]
    if own:
        return max(own, key=lambda story: (story in held, known[story], -own.index(story)))
    return StoryId(arrived[0].id)
