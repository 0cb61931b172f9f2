"""Comments of mentors in the chat: read, answered, made a task, deleted; every page about a share fits."""

from dataclasses import replace

import pytest

from bot.outgoing.rendering import Renderer
from conversations.asks import DropComment, OwnerSays, ReadComments
from conversations.buttons import packed
from conversations.desk import Comment, Desk, LinkSeen
from conversations.engine import Engine
from conversations.events import Pressed, Typed
from conversations.session import Place, Session
from conversations.share_comments import TITLE, title_of
from planning.summary_types import Section
from tests.conversations.sharing_talk import made, session_of
from tests.conversations.talk import NOW, Talk
from tests.conversations.wording import holds

# -- comments: what the store says lies on the desk --------------------------------------------------------------------


def with_comments(session: Session, *comments: Comment) -> Session:
    return replace(session, desk=Desk({1: LinkSeen(3, NOW, in_chat=False)}, comments))


def told(text: str, number: int = 4, **more: bool) -> Comment:
    return Comment(number, 1, Section.SCORES, own=False, text=text, at=NOW, unread=True, **more)


def act(engine: Engine, session: Session, action: str, comment: Comment) -> Session:
    shown = with_comments(session, comment)
    data = packed(session.token, action, keep=False)
    step = engine.step(session, Pressed(data), NOW, lambda: "abcd", shown.desk)
    assert step.session is not None
    return step.session


def test_opening_a_comment_marks_it_as_read(sharing: Engine, applicant: Talk) -> None:
    session = session_of(made(applicant))
    assert act(sharing, session, "g:comment.4", told("Well done.")).asks == (ReadComments((4,)),)
    assert act(sharing, session, "g:comments.1", told("Well done.")).asks == (ReadComments((4,)),)
    assert act(sharing, session, "g:comment.5", told("Well done.")).asks == ()


def test_an_answer_belongs_to_the_comments_section(sharing: Engine, applicant: Talk) -> None:
    session = replace(session_of(made(applicant)), place=Place(page="answer", subject="4"))
    step = sharing.step(session, Typed("I will."), NOW, lambda: "abcd", with_comments(session, told("Do it.")).desk)
    assert step.session is not None
    assert OwnerSays(1, Section.SCORES, "I will.") in step.session.asks


def test_a_comment_becomes_a_deadline_of_ones_own(sharing: Engine, applicant: Talk) -> None:
    session = session_of(made(applicant))
    after = act(sharing, session, "d:task_in.4.7", told("Ask Dr. Lee\nfor a letter"))
    assert after.place.page == "task"
    assert "Ask Dr. Lee for a letter" in str(after.kept["timeline"])
    asked = act(sharing, session, "d:task_on.4", told("Ask"))
    assert asked.place.flow == "deadline"
    assert sharing.screen(asked, NOW).template == "deadline/day"


def test_deleting_a_comment_asks_the_store_for_that_one(sharing: Engine, applicant: Talk) -> None:
    session = session_of(made(applicant))
    assert DropComment(4) in act(sharing, session, "d:comment_drop.4", told("x")).asks
    assert act(sharing, session, "d:comment_drop.5", told("x")).asks == ()


@pytest.mark.parametrize("text", ["short", "word " * 40, "x" * 2000, "\U0001f600" * 100])
def test_the_title_of_a_task_is_short_and_begins_as_the_comment(text: str) -> None:
    title = title_of(told(text))
    assert len(title) <= TITLE
    assert " ".join(text.split()).startswith(title.rstrip("…"))


PAGES_WITH_COMMENTS = ["share.", "link.1", "comments.", "comments.1", "comment.4", "answer.4", "comment_task.4"]


@pytest.mark.parametrize("place", [*PAGES_WITH_COMMENTS, "comment_drop.4", "bot_link.1", "code.1", "extend.1"])
@pytest.mark.parametrize("text", ["Ask <b>Dr. Lee</b> & co. at https://x.example", "\U0001f600" * 2000])
def test_every_page_about_a_share_fits_and_is_well_said(
    sharing: Engine, applicant: Talk, renderer: Renderer, place: str, text: str
) -> None:
    page, _, subject = place.partition(".")
    session = replace(session_of(made(applicant)), place=Place(page=page, subject=subject), note=None)
    screen = sharing.screen(with_comments(session, told(text)), NOW)
    assert holds(renderer.html(screen), text[:160], text[:600], text) <= 8192  # two messages at most
    for _, data in [pair for row in renderer.rows(screen) for pair in row]:
        assert len(data.encode()) <= 64 or data.startswith(("https://", "copy:"))


def test_an_answer_about_a_part_that_is_off_stands_with_the_whole(sharing: Engine, applicant: Talk) -> None:
    made(applicant).presses("Change the parts").presses("✓ Exam scores")
    session = replace(session_of(applicant), place=Place(page="answer", subject="4"))
    step = sharing.step(session, Typed("I will."), NOW, lambda: "abcd", with_comments(session, told("Do it.")).desk)
    assert step.session is not None
    assert OwnerSays(1, None, "I will.") in step.session.asks
