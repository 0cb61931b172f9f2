"""What was written about a share, in the conversations' own type."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.store.comments import KeptComment
from conversations.desk import Comment
from planning.summary_types import Section

_SECTIONS = frozenset(Section)


def talk_shown(kept: Iterable[KeptComment], sections: Collection[Section]) -> tuple[Comment, ...]:
    """What readers of a share see of its comments: words on a part that is switched off may tell what stood there."""
    return tuple(one for one in talk(kept) if one.section is None or one.section in sections)


def talk(kept: Iterable[KeptComment]) -> tuple[Comment, ...]:
    """Stored comments in their order; a section that this release does not know counts as the whole."""
    return tuple(
        Comment(
            one.number,
            one.share,
            Section(one.section) if one.section in _SECTIONS else None,
            own=one.own,
            text=one.text,
            at=one.created_at,
            unread=one.seen_at is None,
        )
        for one in kept
    )
