"""Sharing by tapping: a share is put together, looked over, made, changed and ended, in the conversations alone."""

import random
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.outgoing.rendering import Renderer
from bot.store.codes import is_code
from conversations.answers import Json
from conversations.asks import CloseLinks, ExtendLinks, GiveCode, OpenLink
from conversations.buttons import packed
from conversations.catalogue import engine as build_engine
from conversations.desk import CHAT, PAGE, Claim, Desk
from conversations.engine import Engine
from conversations.events import Command
from conversations.mentoring import all_readings, readings_of
from conversations.session import Place, Session, recovered_session
from conversations.shares import MOST_DAYS, MOST_OPEN, Share, default_sections, draft_of, share_of, shares_of
from conversations.sharing import code_from, sheet_address
from planning.facts import Facts
from planning.summary_types import Section
from tests.conversations.sharing_talk import SITE, PaperMint, drafted, made, session_of
from tests.conversations.somebody import somebody
from tests.conversations.talk import NOW, Talk
from tests.conversations.wording import holds


@pytest.mark.parametrize("selects", ["No", "Yes", "Not sure"])
def test_what_is_shown_at_first_depends_on_whether_the_mentor_selects_residents(applicant: Talk, selects: str) -> None:
    draft = draft_of(session_of(drafted(applicant, selects)))
    assert draft is not None
    off = {Section.VISA, Section.FAILURES, Section.FEELINGS, Section.OWN}
    if selects != "No":
        off |= {Section.BACKUPS, Section.FLAGS, Section.PLAN}
    assert set(Section) - draft.sections == off


def test_a_share_is_pseudonymous_until_a_name_is_typed(applicant: Talk) -> None:
    draft = draft_of(session_of(drafted(applicant)))
    assert draft is not None
    assert draft.who.startswith("Applicant ")
    assert draft.name not in draft.who
    applicant.presses("Your name on it").presses("A name that I type").says("  Sana   A. ")
    changed = draft_of(session_of(applicant))
    assert changed is not None
    assert changed.who == "Sana A."
    applicant.presses("Your name on it").presses("A made-up label")
    again = draft_of(session_of(applicant))
    assert again is not None
    assert again.who.startswith("Applicant ")


def test_changing_who_it_is_for_keeps_what_was_ticked_and_asked(applicant: Talk) -> None:
    drafted(applicant).presses("Change the parts").presses("Visa: off").presses("◂ Look it over")
    before = draft_of(session_of(applicant))
    applicant.presses("For whom").says("Prof. Lee")
    after = draft_of(session_of(applicant))
    assert before is not None
    assert after is not None
    assert Section.VISA in after.sections
    assert after == replace(before, name="Prof. Lee")


def test_saying_that_the_mentor_selects_residents_after_all_takes_the_careful_parts_off(applicant: Talk) -> None:
    drafted(applicant).presses("Selects residents?").presses("Yes")
    draft = draft_of(session_of(applicant))
    assert draft is not None
    assert draft.sections == default_sections(selects=True)


def test_making_a_link_asks_for_a_page_and_a_chat_secret_and_keeps_neither(applicant: Talk) -> None:
    made(applicant)
    (share,) = shares_of(session_of(applicant))
    assert applicant.step.session is not None
    page, chat = applicant.step.session.asks
    assert isinstance(page, OpenLink)
    assert isinstance(chat, OpenLink)
    assert (page.kind, chat.kind) == (PAGE, CHAT)
    assert page.until == chat.until == share.until == NOW + timedelta(days=14)
    stored = str(session_of(applicant).to_json())
    assert page.token not in stored
    assert chat.token not in stored
    assert repr(page).count(page.token) == 0
    assert len({page.token, chat.token}) == 2
    assert f"{SITE}/s#{page.token}" in str(applicant.screen.context["address"])


def test_a_second_share_has_other_secrets(applicant: Talk) -> None:
    first = made(applicant).step.session
    second = made(applicant).step.session
    assert first is not None
    assert second is not None
    tokens = {ask.token for ask in (*first.asks, *second.asks) if isinstance(ask, OpenLink)}
    assert len(tokens) == 4


def test_a_double_tap_on_making_makes_one_link(applicant: Talk) -> None:
    drafted(applicant)
    data = applicant.data("Make the link")
    applicant.presses_data(data).presses_data(data)
    assert len(shares_of(session_of(applicant))) == 1
    assert applicant.step.session is not None
    assert applicant.step.session.asks == ()


def test_no_more_than_so_many_links_are_open_at_once(applicant: Talk) -> None:
    for _ in range(MOST_OPEN):
        made(applicant)
    assert not [label for label in applicant.says("/share").labels if label.startswith("New link")]
    applicant.waits(days=15).says("/share").presses("New link")


def test_a_link_can_be_let_open_for_longer_and_never_for_more_than_a_month(applicant: Talk) -> None:
    made(applicant).waits(days=10).presses("Open for longer").presses("31 days")
    share = share_of(session_of(applicant), 1)
    assert share is not None
    assert share.until == NOW + timedelta(days=10 + MOST_DAYS)
    assert applicant.step.session is not None
    assert applicant.step.session.asks == (ExtendLinks(1, share.until),)


def test_stopping_asks_once_and_then_closes_the_links(applicant: Talk) -> None:
    made(applicant).presses("Stop sharing").presses("No, keep it")
    assert shares_of(session_of(applicant))[0].open_at(NOW)
    applicant.presses("Stop sharing").presses("Yes")
    assert applicant.step.session is not None
    assert applicant.step.session.asks == (CloseLinks(1),)
    assert not shares_of(session_of(applicant))[0].open_at(NOW)
    assert "Copy the link" not in applicant.labels


def test_an_ended_link_is_made_anew_with_the_same_settings_and_another_secret(applicant: Talk) -> None:
    made(applicant).presses("Change the parts").presses("Visa: off").presses("No, leave it off")
    applicant.presses("Visa: off").presses("Yes, show it").presses("◂ This link")
    first = str(applicant.screen.context["address"])
    applicant.waits(days=20).says("/share").presses("Dr. Khan").presses("A new link like").presses("Make the link")
    assert str(applicant.screen.context["address"]) != first
    old, new = shares_of(session_of(applicant))
    assert (old.name, old.sections, old.questions, old.who) == (new.name, new.sections, new.questions, new.who)


def test_an_expired_link_offers_nothing_that_opens_it(applicant: Talk) -> None:
    made(applicant).waits(days=15).says("/share").presses("Dr. Khan")
    assert not {"Copy the link", "QR code", "Code to read out", "Link for the bot itself"} & set(applicant.labels)
    token = applicant.screen.token
    for action in ("d:code.1", "d:extend.1.14", "d:share_make"):
        applicant.presses_data(packed(token, action, keep=False))
        assert applicant.step.session is not None
        assert applicant.step.session.asks == ()
        token = applicant.screen.token


def test_the_last_part_cannot_be_switched_off(applicant: Talk) -> None:
    drafted(applicant).presses("Change the parts")
    for label in [label for label in applicant.labels if label.startswith("✓")]:
        applicant.presses(label)
    draft = draft_of(session_of(applicant))
    assert draft is not None
    assert len(draft.sections) == 1
    assert applicant.note == "parts_one"


def test_questions_are_proposed_changed_and_written(applicant: Talk) -> None:
    drafted(applicant)
    draft = draft_of(session_of(applicant))
    assert draft is not None
    assert 2 <= len(draft.questions) <= 3
    applicant.presses("My questions").presses("Change 1").says("Is   my letter\nstrong?")
    assert share_words(applicant)[0] == "Is my letter strong?"
    applicant.presses("Take out 2").presses("Write my own").says("x" * 201)
    assert applicant.note == "text_long"
    applicant.says("y" * 200)
    assert share_words(applicant)[-1] == "y" * 200


def share_words(talk: Talk) -> list[str]:
    draft = draft_of(session_of(talk))
    assert draft is not None
    return [question.text or question.id for question in draft.questions]


def test_a_code_to_read_out_lives_for_ten_minutes(applicant: Talk) -> None:
    made(applicant).presses("Code to read out")
    assert applicant.step.session is not None
    (ask,) = applicant.step.session.asks
    assert isinstance(ask, GiveCode)
    assert is_code(ask.code)
    assert ask.until == NOW + timedelta(minutes=10)
    session = replace(session_of(applicant), desk=Desk(codes=frozenset({1})))
    assert str(applicant.engine.screen(session, NOW).context["code"]).replace(" ", "") == ask.code
    assert applicant.engine.screen(session, NOW + timedelta(minutes=10)).context["code"] is None
    used = replace(session, desk=Desk())
    assert applicant.engine.screen(used, NOW).context["code"] is None


def test_codes_use_every_sign_about_as_often() -> None:
    chance = random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    signs = "".join(code_from(lambda: "".join(chance.choices(letters, k=4))) for _ in range(2000))
    counts = [signs.count(sign) for sign in set(signs)]
    assert len(counts) == 31
    assert min(counts) > 0.8 * len(signs) / 31
    assert max(counts) < 1.2 * len(signs) / 31


def test_the_share_sheet_gets_the_address_as_one_value() -> None:
    address = "https://plan.example/s#a-_b?x=1&y=2+3 %"
    share = Share(1, "Dr. Khan", False, "K", 14, frozenset(), (), NOW, NOW + timedelta(days=14))
    found = parse_qs(urlsplit(sheet_address(address, share, "Asia/Karachi")).query)
    assert found["url"] == [address]
    assert "15 September 2026" in found["text"][0]
    assert "Khan" not in found["text"][0]


def test_without_a_web_address_the_link_opens_the_bot(facts: Facts) -> None:
    talk = Talk(build_engine(facts, None, lambda: "plan_bot", PaperMint()), somebody("home"))
    drafted(talk)
    assert {"File: web page", "File: PDF", "Make the link"} <= set(talk.labels)
    talk.presses("Make the link")
    assert talk.step.session is not None
    assert [ask.kind for ask in talk.step.session.asks if isinstance(ask, OpenLink)] == [CHAT]
    assert "QR code" not in talk.labels


def test_without_any_address_there_are_only_files(facts: Facts) -> None:
    talk = Talk(build_engine(facts), somebody("home"))
    talk.says("/share").presses("A file for a mentor").says("Dr. Khan").presses("No").presses("7 days")
    talk.presses("A made-up label")
    assert {"File: web page", "File: PDF"} <= set(talk.labels)
    assert "Make the link" not in talk.labels


def test_a_link_whose_key_is_gone_is_not_shown_again_and_can_be_stopped(applicant: Talk, facts: Facts) -> None:
    class OtherMint(PaperMint):
        key = "11111111"

    session = session_of(made(applicant))
    talk = Talk(build_engine(facts, SITE, lambda: "plan_bot", OtherMint()), session)
    assert talk.screen.context["address"] is None
    assert "Stop sharing" in talk.labels


def test_a_session_of_a_newer_release_keeps_its_shares(applicant: Talk) -> None:
    stored = session_of(made(applicant)).to_json()
    kept = stored["kept"]
    assert isinstance(kept, dict)
    shares = kept["shares"]
    assert isinstance(shares, dict)
    rows = shares["rows"]
    assert isinstance(rows, list)
    rows.append({"n": 9, "strange": True})
    again = recovered_session(stored, lambda: "abcd")
    assert [share.number for share in shares_of(again)] == [1]


@pytest.mark.parametrize("page", ["link", "parts", "ask", "preview", "file", "extend", "code", "qr", "comment", "say"])
def test_a_page_of_a_share_that_is_not_there_says_so_and_goes_on(
    sharing: Engine, renderer: Renderer, page: str
) -> None:
    for subject in ("", "7", "new", "x.y.z", "7.html", "-1"):
        screen = sharing.screen(somebody(page, subject), NOW)
        holds(renderer.html(screen))
        assert screen.rows


# -- what a fresh reader found ---------------------------------------------------------------------------------------


def test_saying_who_selects_residents_switches_nothing_on(applicant: Talk) -> None:
    drafted(applicant).presses("Change the parts").presses("✓ Exam scores").presses("◂ Look it over")
    applicant.presses("Selects residents?").presses("Yes").presses("Selects residents?").presses("No")
    draft = draft_of(session_of(applicant))
    assert draft is not None
    assert Section.SCORES not in draft.sections


def test_a_made_up_label_takes_the_place_of_a_typed_name_that_looks_like_one(applicant: Talk) -> None:
    drafted(applicant)
    for typed in ("Applicant Ana Khan", "Applicant ABCD"):
        applicant.presses("Your name on it").presses("A name that I type").says(typed)
        applicant.presses("Your name on it").presses("A made-up label")
        draft = draft_of(session_of(applicant))
        assert draft is not None
        assert draft.who.startswith("Applicant ")
        assert draft.who != typed


def test_open_for_longer_never_shortens(applicant: Talk) -> None:
    made(applicant).presses("Open for longer")
    assert [label for label in applicant.labels if label.endswith("from now")] == ["31 days from now"]
    applicant.presses_data(packed(applicant.screen.token, "d:extend.1.7", keep=False))
    share = share_of(session_of(applicant), 1)
    assert share is not None
    assert share.until == NOW + timedelta(days=14)


def test_links_with_the_same_name_can_be_told_apart(applicant: Talk) -> None:
    made(made(applicant)).says("/share")
    assert {"Dr. Khan #1", "Dr. Khan #2"} <= set(applicant.labels)


def test_a_mentor_without_a_plan_has_the_way_back_to_what_was_shared(sharing: Engine) -> None:
    kept: dict[str, Json] = {"mentoring": {"last": 1, "rows": [{"n": 1, "link": "00", "name": "Applicant K"}]}}
    talk = Talk(sharing, Session("abcd", place=Place(page="welcome"), kept=kept))
    assert "Shared with me" in talk.labels


def test_careful_parts_alone_leave_nothing_on_for_somebody_who_selects(applicant: Talk) -> None:
    drafted(applicant).presses("Change the parts").presses("Visa: off")
    for label in [label for label in applicant.labels if label.startswith("✓") and label != "✓ Visa"]:
        applicant.presses(label)
    applicant.presses("◂ Look it over").presses("Selects residents?").presses("Yes")
    draft = draft_of(session_of(applicant))
    assert draft is not None
    assert draft.sections == frozenset()
    applicant.presses("Make the link")
    assert applicant.note == "parts_none"
    assert shares_of(session_of(applicant)) == ()


def test_a_code_that_works_is_shown_again_and_not_ended_by_a_new_one(sharing: Engine, applicant: Talk) -> None:
    session = session_of(made(applicant).presses("Code to read out").presses("◂ This link"))
    for codes, action in ((frozenset({1}), "g:code.1"), (frozenset[int](), "d:code.1")):
        rows = sharing.screen(replace(session, desk=Desk(codes=codes)), NOW).rows
        assert action in [button.action for row in rows for button in row if button.label == "Code to read out"]


def test_what_was_taken_off_the_list_stays_bound_and_comes_back_with_its_link(sharing: Engine) -> None:
    kept: dict[str, Json] = {"mentoring": {"last": 1, "rows": [{"n": 1, "link": "00"}]}}
    session = Session("abcd", place=Place(page="shared_drop", subject="1"), kept=kept)
    talk = Talk(sharing, session).presses("Yes, take it off")
    assert readings_of(session_of(talk)) == ()
    assert [one.link for one in all_readings(session_of(talk))] == ["00"]
    desk = Desk(claim=Claim("yours", "00"))
    step = sharing.step(session_of(talk), Command("start", "m"), NOW, lambda: "abcd", desk)
    assert step.session is not None
    assert [one.number for one in readings_of(step.session)] == [1]
