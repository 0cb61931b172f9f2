"""Messages about comments that come by themselves: a mentor's words to the owner of a share, an answer to a mentor.

Their buttons only go somewhere, so that they work however old the message is; and the message stays when they are
pressed, because it is what somebody wrote.
"""

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from conversations.applicant import profile_of
from conversations.desk import Comment
from conversations.mentoring import WHOLE, Reading
from conversations.pages import Visit
from conversations.reminder_settings import settings_in
from conversations.screen import Button, Screen
from conversations.session import Session
from planning.wall_clock import is_quiet

_NO_ZONE: Final = "UTC"
"""The zone of a person whose city is not known: the same as for reminders (`planning.timeline_types.Timeline.zone`)."""


def comment_screen(session: Session, comment: Comment, share_name: str, *, repeat: bool) -> Screen:
    """A mentor's comment, to the owner of the share.

    ``session`` is the owner's; ``share_name`` is the owner's own word for whom the link is. ``repeat``: an earlier send
    of the same had no known result.
    """
    n = comment.number
    rows = (
        (Button("Answer", f"g:answer.{n}"), Button("Make it a task", f"g:comment_task.{n}")),
        (Button("All comments", f"g:comments.{comment.share}"),),
    )
    return _message("messages/comment", session, comment, share_name, rows, repeat=repeat)


def answer_screen(session: Session, comment: Comment, reading: Reading, name: str, *, repeat: bool) -> Screen:
    """The owner's words, to a mentor who reads the summary in the bot.

    ``session`` and ``reading`` are the mentor's; ``name`` is how the owner wants to be called.
    """
    n, part = reading.number, comment.section.value if comment.section else WHOLE
    rows = ((Button("Open the summary", f"g:shared.{n}"), Button("Write again", f"g:say.{n}.{part}")),)
    answer = _message("messages/answer", session, comment, name, rows, repeat=repeat)
    return replace(answer, protect=True)


def is_quiet_for(visit: Visit) -> bool:
    """Whether it is quiet time at the visit's instant where the person lives: a comment then comes without a sound."""
    zone = ZoneInfo(profile_of(visit).zone or _NO_ZONE)
    return is_quiet(visit.now.astimezone(zone).hour, settings_in(visit).quiet)


def _message(
    template: str, session: Session, comment: Comment, name: str, rows: tuple[tuple[Button, ...], ...], *, repeat: bool
) -> Screen:
    context = {"comment": comment, "name": name, "repeat": repeat}
    # The token of the moment: a second tap at once on the same button is then known as a double tap.
    return Screen(template, context, rows, session.token, fresh=True, keep=True)
