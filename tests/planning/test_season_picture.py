"""The drawing of a season: today in its place, estimates in words, and no label over another on any day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Final
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outgoing.rendering import Renderer
from conversations.screen import Picture
from planning.facts import Facts, load
from planning.profile import Profile
from planning.season_picture import Box, SeasonPicture, season_picture
from planning.timeline import timeline
from planning.timeline_types import OwnDeadline, Progress, Where

FACTS: Final[Facts] = load()
RENDERER: Final = Renderer(FACTS)
SMALLEST: Final = 22 * 1000 / 1080
"""Units of text that is 22 pixels high when the picture is 1,080 wide."""
LETTER: Final = {"400": 0.5, "700": 0.6}
"""Width of a letter of Inter by weight, in heights, on the safe side: drawn lines measure 0.45 and 0.55."""

some_days = settings(deadline=None, max_examples=80, print_blob=True)
days = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
years = st.sampled_from((2027, 2028, 2029))


def drawn(now: datetime, year: int = 2027, zone: str = "Asia/Karachi", facts: Facts = FACTS) -> SeasonPicture:
    found = timeline(Profile(cycle=year, zone=zone, primary="urology"), ("psychiatry",), Progress(), facts, now)
    assert found is not None
    return season_picture(found)


def svg(picture: SeasonPicture) -> str:
    return RENDERER.svg(Picture("season", {"season": picture}))


def labels(picture: SeasonPicture) -> Iterator[Box]:
    yield from (mark.label for mark in picture.marks)
    yield picture.today_label
    yield from (band.name for band in picture.bands if band.name is not None)


def apart(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return beside or one.y + one.height <= other.y or other.y + other.height <= one.y


@some_days
@given(days, years)
def test_no_label_covers_another_and_all_are_inside(now: datetime, year: int) -> None:
    picture = drawn(now, year)
    for one, other in combinations(labels(picture), 2):
        assert apart(one, other)
    for box in (*labels(picture), *(band.box for band in picture.bands)):
        assert box.x >= 0
        assert box.x + box.width <= picture.width
        assert box.y > 0
        assert box.y + box.height < picture.height


@some_days
@given(days, years)
def test_today_stands_between_what_was_and_what_comes(now: datetime, year: int) -> None:
    picture = drawn(now, year)
    today = picture.today_label.middle
    assert all((mark.label.middle < today) == mark.past for mark in picture.marks)
    assert [mark.label.middle for mark in picture.marks] == sorted(mark.label.middle for mark in picture.marks)
    inside = {band.where for band in picture.bands if band.box.y <= today <= band.box.y + band.box.height}
    current = [band.where for band in picture.bands if band.current]
    assert current == ([] if picture.where is Where.BEFORE else [picture.where])
    assert set(current) <= inside


@some_days
@given(days, years)
def test_bands_follow_one_another_and_have_their_names(now: datetime, year: int) -> None:
    picture = drawn(now, year)
    assert [band.where for band in picture.bands] == list(Where)[1:]
    for earlier, later in pairwise(picture.bands):
        assert abs(earlier.box.y + earlier.box.height - later.box.y) < 0.01
    for band in picture.bands:
        assert band.name is not None
        assert band.box.y <= band.name.y
        assert band.name.y + band.name.height <= band.box.y + band.box.height


@some_days
@given(days, years)
def test_the_words_fit_their_room_and_are_big_enough(now: datetime, year: int) -> None:
    picture = drawn(now, year)
    boxes = []
    for text in ET.fromstring(svg(picture)).iter("{http://www.w3.org/2000/svg}text"):  # noqa: S314  # our own
        size, words = float(text.attrib["font-size"]), text.text or ""
        assert size >= SMALLEST
        width = len(words) * size * LETTER[text.get("font-weight", "400")]
        x = float(text.attrib["x"]) - (width / 2 if text.get("text-anchor") == "middle" else 0)
        boxes.append((words, Box(x, float(text.attrib["y"]) - 0.75 * size, width, size * 0.95)))
        assert x >= 14
        assert x + width <= 986, words
    for (words, one), (others, other) in combinations(boxes, 2):
        assert apart(one, other), (words, others)


def test_estimates_are_marked_by_a_word(facts: Facts) -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    published, estimated = drawn(now, 2027, facts=facts), drawn(now, 2028, facts=facts)
    assert {mark.kind for mark in published.marks if mark.estimated} == {"interviews_begin", "training_start"}
    assert all(mark.estimated for mark in estimated.marks)
    assert svg(published).count(", est.<") == 2
    assert svg(estimated).count(", est.<") == 10
    assert "est. = our estimate" in svg(published)


def test_the_main_dates_are_those_of_the_season(facts: Facts) -> None:
    marks = {mark.kind: mark.on for mark in drawn(datetime(2026, 11, 25, tzinfo=UTC), facts=facts).marks}
    assert marks == {
        "early_from": date(2025, 3, 2),
        "letters_from": date(2025, 12, 3),
        "letters_to": date(2026, 3, 3),
        "applications_open": date(2026, 6, 3),
        "submit": date(2026, 9, 2),
        "interviews_begin": date(2026, 10, 1),
        "rank_list_deadline": date(2027, 3, 3),
        "match_week": date(2027, 3, 15),
        "match_day": date(2027, 3, 19),
        "training_start": date(2027, 7, 1),
    }


def test_today_is_the_person_s_own_day() -> None:
    now = datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert "Today: Thu 26 Nov 2026" in svg(drawn(now))
    assert "Today: Wed 25 Nov 2026" in svg(drawn(now, zone="America/New_York"))


def test_the_very_instant_of_a_date_comes_after_it() -> None:
    deadline = datetime(2027, 3, 4, 2, tzinfo=UTC)
    at, before = drawn(deadline), drawn(deadline - timedelta(seconds=1))
    assert (at.where, before.where) == (Where.RANKED, Where.SEASON)
    assert {mark.kind: mark.past for mark in at.marks}["rank_list_deadline"]
    assert not {mark.kind: mark.past for mark in before.marks}["rank_list_deadline"]


def test_nothing_in_it_tells_about_the_person(facts: Facts) -> None:
    """Field, own deadlines and the rest stay in the chat: only the day and the Match are in the drawing."""
    now = datetime(2026, 11, 25, tzinfo=UTC)
    own = OwnDeadline(1, "Interview at Lakeside", now + timedelta(days=3), "UTC", has_time=True)
    eye = timeline(Profile(cycle=2027, primary="ophthalmology"), (), Progress(own=(own,)), facts, now)
    nobody = timeline(Profile(cycle=2027), (), Progress(), facts, now)
    assert eye is not None
    assert nobody is not None
    assert season_picture(eye) == season_picture(nobody)
    words = " ".join(re.findall(r">([^<>]+)<", svg(season_picture(eye)))).casefold()
    assert not [one.name for one in facts.specialties if one.name.casefold() in words]


def test_a_season_without_an_optional_date_is_drawn_without_it(facts: Facts) -> None:
    cycle = facts.cycle(2027)
    assert cycle is not None
    fewer = {kind: one for kind, one in cycle.dates.items() if kind != "interviews_begin"}
    picture = drawn(datetime(2026, 11, 25, tzinfo=UTC), facts=replace(facts, cycles=(replace(cycle, dates=fewer),)))
    assert len(picture.marks) == 9
    assert "Interviews" not in svg(picture)
