"""*Add to calendar*: the file and the private address as a phone takes them, after everything that changes a plan."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import aiohttp
import pytest

from sandbox import Person
from tests.bot.calendar_rules import Phone, faults, read
from tests.journeys.applicant import but
from tests.journeys.seasons import (
    PAKISTANI,
    SEASON,
    changes_city,
    changes_match,
    moves_to,
    plans,
    to_page,
    to_task,
    to_timeline,
    whole_season,
    without_reminders,
)
from tests.journeys.walking import taps
from tests.town import Town

_WEBHOOK = pytest.mark.parametrize("mode", ["webhook"])
_POLLING = pytest.mark.parametrize("mode", ["polling"])
_CALENDAR: Final = "Add to calendar"
_ADDRESS: Final = re.compile(r"https?://\S+/calendar/[A-Za-z0-9_-]+\.ics")
_OPEN: Final = {"open", "past its best time, still possible", "ahead", "going on now"}
_RANK_LIST: Final = datetime(2027, 3, 4, 2, tzinfo=UTC)  # 3 March at 21:00 in New York, in winter (UTC-5)
_MATCH_DAY: Final = datetime(2027, 3, 19, 16, tzinfo=UTC)  # 12:00 in New York, in summer (UTC-4)
_SECRETS: Final = (
    "psychiatry",
    "family medicine",
    "ob/gyn",
    "j-1",
    "h-1b",
    "j1",
    "h1b",
    "visa",
    "sponsor",
    "evsp",
    "score",
    "fail",
    "karachi",
)


async def _file(person: Person) -> bytes:
    """The calendar file, by taps from anywhere."""
    await to_page(person, _CALENDAR)
    await person.presses("Send me the file")
    document = await person.document()
    assert document["file_name"].endswith(".ics")
    assert document["mime_type"] == "text/calendar"
    content = await person.download(document)
    assert faults(content) == []
    return content


def _events(content: bytes) -> dict[str, Any]:
    """The entries by their titles, as vobject reads them."""
    events = {event.summary.value: event for event in read(content).vevent_list}
    assert len(events) == len(read(content).vevent_list), "two entries have one title"
    return events


def _uids(content: bytes) -> Mapping[str, str]:
    return {title: event.uid.value for title, event in _events(content).items()}


async def _adds_interview(person: Person) -> None:
    await to_page(person, "My own deadlines")
    await person.presses("Add a deadline")
    await person.says("Interview in Cleveland on 12 December 14:00 Central")
    await person.presses("Save")


async def _makes_address(person: Person) -> str:
    await to_page(person, _CALENDAR)
    await person.presses("Make a private address")
    found = _ADDRESS.search(await person.text())
    assert found is not None
    return found[0]


async def _gets(address: str) -> tuple[int, str, bytes]:
    """As a calendar app asks: status, kind and body."""
    async with aiohttp.ClientSession() as app, app.get(address) as answer:
        return answer.status, answer.headers["Content-Type"], await answer.read()


# -- the file ---------------------------------------------------------------------------------------------------------


async def test_the_file_holds_every_open_date_of_the_timeline_at_the_right_instant(town: Town) -> None:
    ana = await plans(town, "Ana", but(PAKISTANI, ecfmg=taps("In progress")), "Family Medicine")
    await _adds_interview(ana)
    lines = (await whole_season(ana)).values()
    wanted = {line.label for line in lines if line.state in _OPEN and line.rest != "date not known"}

    content = await _file(ana)

    await ana.sees(f"It holds {len(wanted)} dates.")
    events = _events(content)
    assert set(events) == wanted
    # A deadline is the end of its entry, so that an alert at its beginning comes in time; an event is the beginning.
    assert events["Certify your rank list"].dtend.value == _RANK_LIST
    assert events["Match Day"].dtstart.value == _MATCH_DAY
    assert events["Interview in Cleveland"].dtstart.value == datetime(2026, 12, 12, 20, tzinfo=UTC)
    # Only the day is published: an entry of the whole day, whose end is the day after (RFC 5545, 3.6.1).
    pathways = events["Pathways application"]
    assert (pathways.dtstart.value, pathways.dtend.value) == (date(2027, 1, 31), date(2027, 2, 1))


@_WEBHOOK
async def test_what_the_chat_says_without_an_hour_has_none_in_the_calendar(town: Town) -> None:
    """A day that is counted from another date has no published hour: the chat says only the day, so must the file."""
    ben = await plans(town, "Ben", PAKISTANI)
    lines = (await whole_season(ben)).values()
    days = {line.label for line in lines if line.state in _OPEN and line.rest.split(", estimated")[0].endswith("(ET)")}
    assert {"Say how the Match ended", "Training starts"} <= days

    events = _events(await _file(ben))

    with_hours = {title for title, event in events.items() if isinstance(event.dtstart.value, datetime)}
    assert days & with_hours == set()


@_WEBHOOK
async def test_no_entry_names_a_field_a_visa_a_score_or_a_place(town: Town) -> None:
    answers = but(
        PAKISTANI,
        visa=taps("J-1 or H-1B"),
        step3=taps("Not taken"),
        ecfmg=taps("In progress"),
        primary=taps("OB/GYN"),
        failures=taps("One"),
        failed_exams=taps("Step 1", "Done"),
        step2_ck=taps("Not taken yet"),
    )
    cem = await plans(town, "Cem", but(answers, "step2_year"), "Family Medicine")

    for match in (2027, 2028):
        await changes_match(cem, match)
        content = (await _file(cem)).replace(b"\r\n ", b"").decode().casefold()
        assert content.count("begin:vevent") > 20
        assert [word for word in _SECRETS if word in content] == []


@_WEBHOOK
async def test_a_second_file_changes_and_removes_entries_and_doubles_none(town: Town) -> None:
    dua = await plans(town, "Dua", PAKISTANI, "Family Medicine")
    await _adds_interview(dua)
    first = await _file(dua)
    phone = Phone()
    phone.imports(first)
    before = dict(phone.shown)
    assert len(before) == len(phone.shown)

    await to_task(dua, SEASON, "Register for the Match")
    await dua.presses("Mark as done")
    await changes_city(dua, "Tokyo")
    town.jump(hours=1)
    second = await _file(dua)

    await dua.sees("It also removes 2 entries of an earlier file")
    assert _uids(second) == _uids(first)
    old, new = _events(first), _events(second)
    gone = {"Register for the Match", "Last day to register"}  # who is registered has no last day to register
    for title, event in new.items():
        assert event.status.value == ("CANCELLED" if title in gone else "CONFIRMED"), title
        assert int(event.sequence.value) == int(old[title].sequence.value) + (title in gone), title
        assert event.dtstart.value == old[title].dtstart.value, "a new city moves no instant"
    phone.imports(second)
    assert dict(phone.shown) == {title: at for title, at in before.items() if title not in gone}
    assert len(phone.shown) == len(before) - len(gone)

    await to_task(dua, SEASON, "Register for the Match")
    await dua.presses("Not done after all")
    town.jump(hours=1)
    third = await _file(dua)
    phone.imports(third)
    assert dict(phone.shown) == before
    assert int(_events(third)["Register for the Match"].sequence.value) == 2


@_WEBHOOK
async def test_a_deleted_deadline_leaves_the_calendar_with_the_next_file(town: Town) -> None:
    eli = await plans(town, "Eli", PAKISTANI)
    await _adds_interview(eli)
    phone = Phone()
    phone.imports(await _file(eli))
    assert "Interview in Cleveland" in dict(phone.shown)
    await to_page(eli, "My own deadlines")
    await eli.presses("Interview in Cleveland")
    await eli.presses("Delete this deadline")
    await eli.presses("Yes, delete it")
    town.jump(hours=1)

    second = await _file(eli)

    assert "Cleveland" not in second.decode(), "what was deleted is not written down again"
    phone.imports(second)
    assert "Interview in Cleveland" not in dict(phone.shown)


@_WEBHOOK
async def test_another_match_moves_the_calendar_and_doubles_nothing(town: Town) -> None:
    """Who has chosen the wrong Match, and a file of it on the phone, has the dates of the right one afterwards."""
    fay = await plans(town, "Fay", PAKISTANI, "Family Medicine")
    await _adds_interview(fay)
    phone = Phone()
    phone.imports(await _file(fay))

    await changes_match(fay, 2028)
    town.jump(hours=1)
    phone.imports(await _file(fay))

    titles = [title for title, _ in phone.shown]
    assert titles.count("Interview in Cleveland") == 1, "their own deadline stands there twice"
    certify = [at for title, at in phone.shown if title == "Certify your rank list"]
    assert certify == [datetime(2028, 3, 2, 1, 30, tzinfo=UTC)]


@_WEBHOOK
async def test_without_a_timeline_no_file_is_offered(town: Town) -> None:
    gus = await plans(town, "Gus", but(PAKISTANI, cycle=taps("Not sure")))
    await gus.sees("say which Match you want to apply for")
    assert _CALENDAR not in await gus.buttons()


# -- the private address ----------------------------------------------------------------------------------------------


@_WEBHOOK
async def test_the_private_address_gives_the_plan_as_it_is_now(town: Town) -> None:
    hal = await plans(town, "Hal", PAKISTANI, "Family Medicine")
    address = await _makes_address(hal)
    status, kind, content = await _gets(address)
    assert (status, kind.partition(";")[0]) == (200, "text/calendar")
    assert faults(content) == []
    assert _events(content)["Certify your rank list"].dtend.value == _RANK_LIST

    await to_task(hal, SEASON, "Certify your rank list")
    await hal.presses("Mark as done")
    await _adds_interview(hal)
    town.jump(hours=1)

    status, _, content = await _gets(address)
    assert status == 200
    assert faults(content) == []
    subscribed = _events(content)  # an app takes what a subscription gives as the whole
    assert "Certify your rank list" not in subscribed
    assert subscribed["Interview in Cleveland"].dtstart.value == datetime(2026, 12, 12, 20, tzinfo=UTC)
    phone = Phone()
    phone.imports(await _file(hal))
    assert dict(phone.shown) == {title: event.dtstart.value for title, event in subscribed.items()}


@_WEBHOOK
async def test_the_address_lives_through_a_restart_and_follows_time(town: Town) -> None:
    ida = await plans(town, "Ida", PAKISTANI)
    address = await _makes_address(ida)
    await without_reminders(ida)
    await town.restart()
    assert (await _gets(address))[0] == 200

    moves_to(town, datetime(2027, 3, 20, 12, tzinfo=UTC))

    status, _, content = await _gets(address)
    assert status == 200
    assert faults(content) == []
    assert "Say how the Match ended" in _events(content)


@_WEBHOOK
async def test_a_stopped_address_is_gone_for_good_and_a_new_one_is_another(town: Town) -> None:
    jin = await plans(town, "Jin", PAKISTANI)
    address = await _makes_address(jin)
    await jin.presses("Stop this address")
    await jin.presses("No, keep it")
    await jin.sees(address)
    assert (await _gets(address))[0] == 200

    await jin.presses("Stop this address")
    await jin.presses("Yes, stop it")

    await jin.sees("The calendar address is invalid now.")
    await jin.sees_not(address)
    status, _, body = await _gets(address)
    assert status == 410
    assert b"VCALENDAR" not in body
    second = await _makes_address(jin)
    assert second != address
    assert (await _gets(second))[0] == 200
    assert (await _gets(address))[0] == 410


@_WEBHOOK
async def test_an_address_that_never_was_gives_nothing(town: Town) -> None:
    kay = await plans(town, "Kay", PAKISTANI)
    address = await _makes_address(kay)
    last = address[-5]
    wrong = f"{address[:-5]}{'a' if last != 'a' else 'b'}.ics"

    status, _, body = await _gets(wrong)

    assert status == 404
    assert b"VCALENDAR" not in body


@_WEBHOOK
async def test_one_persons_address_shows_nothing_of_another(town: Town) -> None:
    lin = await plans(town, "Lin", PAKISTANI)
    mia = await plans(town, "Mia", PAKISTANI)
    await _adds_interview(mia)
    one, other = await _makes_address(lin), await _makes_address(mia)
    assert one != other

    content = (await _gets(one))[2]

    assert b"Cleveland" not in content
    assert b"Cleveland" in (await _gets(other))[2]
    assert not set(_uids(content).values()) & set(_uids((await _gets(other))[2]).values())


@_WEBHOOK
async def test_erasing_everything_kills_the_address(town: Town) -> None:
    nia = await plans(town, "Nia", PAKISTANI)
    address = await _makes_address(nia)
    assert (await _gets(address))[0] == 200
    await nia.says("/delete")
    await nia.presses("Erase everything")
    await nia.presses("Yes, erase now")

    status, _, body = await _gets(address)

    assert status in (404, 410)
    assert b"VCALENDAR" not in body
    assert address.rpartition("/")[2].removesuffix(".ics") not in town.log


@_POLLING
async def test_without_a_public_address_only_the_file_is_offered(town: Town) -> None:
    oto = await plans(town, "Oto", PAKISTANI)

    await to_page(oto, _CALENDAR)

    await oto.sees("Only the file is offered here")
    assert "Send me the file" in await oto.buttons()
    assert "Make a private address" not in await oto.buttons()
    assert await town.knocks("GET", "/calendar/" + "a" * 52 + ".ics") == 404
    assert "My timeline" in await oto.buttons()
    await to_timeline(oto)
