"""The words of the season: each task has its own, what rings tells nobody anything, and each screen fits."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

import pytest

from bot.outgoing.chunks import LIMIT, plain
from bot.outgoing.rendering import Renderer
from conversations.moments import Line, When, line_of
from conversations.season import Season
from planning.facts import Facts, load
from planning.profile import Profile, Visa
from planning.task_types import Nature, Task
from planning.timeline import timeline
from planning.timeline_types import Item, OwnDeadline, Progress, Timeline
from tests.conversations.wording import holds

FACTS: Final = load()
TASKS: Final = {task.id: task for task in FACTS.tasks}
SEASON: Final = Season(
    started=True, off=False, done={}, muted=frozenset(), snoozed={}, own=(), outcomes={}, unseen=()
)  # fmt: skip
NOWS: Final = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        "2025-01-01T00:00",
        "2026-01-15T00:00",
        "2026-05-01T00:00",
        "2026-11-25T21:00",
        "2027-03-03T22:00",
        "2027-03-04T02:30",
        "2027-03-15T13:30",
        "2027-06-01T00:00",
    )
)
SECRET: Final = (
    r"J-?1|H-?1B|visas?|green card|scores?|\d{3}|fail\w*|unmatched|not match(?:ed)?|rejected|"
    r"red flags?|attempts?"
)
"""Words of visas, scores and failures, beside the names of fields."""
PLAIN_WORDS: Final = frozenset(
    {"family", "general practice", "imaging", "gas", "medicine", "children", "surg", "dr", "im"}
)
"""Short names of fields that are common words or parts of one: they are looked for as they are written."""


def people() -> Iterator[Timeline]:
    """Seasons of people whose fields and visas touch every task."""
    backups = ("ophthalmology", "obstetrics-gynecology")
    for profile in (
        Profile(cycle=2027),
        Profile(cycle=2027, primary="urology", visa=Visa.EITHER, zone="Asia/Karachi", letters={"urology": 1}),
        Profile(cycle=2028, primary="general-surgery", visa=Visa.H1B, zone="America/New_York", letters={}),
        Profile(cycle=2027, primary="psychiatry", visa=Visa.J1, zone="Asia/Kolkata"),
        Profile(cycle=2029, primary="general-surgery", us_citizen=True, zone="Africa/Cairo"),
    ):
        for chosen in ((), backups):
            for now in NOWS:
                found = timeline(profile, chosen, Progress(), FACTS, now)
                assert found is not None
                yield found


@cache
def seasons() -> tuple[Timeline, ...]:
    return tuple(people())


def everywhere() -> Iterator[tuple[Timeline, Item, Line]]:
    for season in seasons():
        for item in season.items:
            yield season, item, line_of(item, season, SEASON)


def tasks_page(renderer: Renderer, season: Timeline, item: Item, line: Line) -> str:
    context = {
        "line": line,
        "values": item.values,
        "year": season.cycle.year,
        "guide": line.guide,
        "note": None,
        "undated": (),
    }
    return renderer.page("chat/pages/task.html.j2", context)


def notice(renderer: Renderer, **said: object) -> str:
    nothing = {"repeat": False, "digest": False, "coming": [], "passed": [], "moved": [], "late": [], "late_more": 0}
    return renderer.page("chat/messages/notice.html.j2", {**nothing, "passed_more": 0, "back_after": False, **said})


def macro(renderer: Renderer, call: str, **values: object) -> str:
    source = '{% import "guidance/tasks.html.j2" as say %}{{ ' + call + " }}"
    return renderer.environment.from_string(source).render(values).strip()


# -- every task has words ---------------------------------------------------------------------------------------------


def test_these_people_meet_every_task() -> None:
    assert {item.id for _, item, _ in everywhere()} == set(TASKS)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.id)
def test_every_task_says_what_to_do_and_has_a_sentence_for_its_reminder(renderer: Renderer, task: Task) -> None:
    values = {"fields": ("psychiatry", "neurology"), "visa": "unknown"}
    what = plain(macro(renderer, "say.what(id, values)", id=task.id, values=values))
    assert len(what) > 80, task.id
    assert "How to begin:" in what
    nudge = plain(macro(renderer, "say.nudge(id)", id=task.id))
    assert nudge[-1] in ".?"
    assert 1 <= len(re.findall(r"[.?!:](?:\s|$)", nudge)) <= 5
    assert plain(macro(renderer, "say.passed(id)", id=task.id))


def test_no_task_that_is_gone_keeps_its_words(renderer: Renderer) -> None:
    said: set[str] = set()
    for part in ("early", "letters", "season", "gates", "match_week"):
        module = renderer.environment.get_template(f"guidance/tasks/{part}.html.j2").module
        said |= {name for name, one in vars(module).items() if type(one).__name__ == "Macro" and name[0] != "_"}
    nudges = vars(renderer.environment.get_template("guidance/tasks/nudges.html.j2").module)
    assert said - {"names", "read_in", "if_j1"} == set(TASKS)
    assert set(nudges["nudges"]) == set(TASKS)
    assert set(nudges["passed_words"]) <= set(TASKS)
    assert set(nudges["telling"]) <= set(TASKS)


def test_a_task_page_fits_and_says_its_date_and_where_it_was_read(renderer: Renderer) -> None:
    for season, item, line in everywhere():
        html = tasks_page(renderer, season, item, line)
        assert holds(html) <= 1500, f"{item.id} is long"
        text = plain(html)
        if line.when is None:
            assert "no date is known" in text
        else:
            assert line.when.et in text
            assert "Confirm" in text, item.id
            assert ("Estimated, not published" in text) == (line.when.status == "estimated")


def test_what_names_the_fields_and_the_visa_that_were_chosen(renderer: Renderer) -> None:
    """Rows 129 to 132, 134, 140 and 141."""
    values = {"fields": ("psychiatry", "neurology"), "visa": "h1b"}
    for task in ("check_visa_policies", "rotations", "projects", "letters_count", "statements", "practice_answers"):
        what = macro(renderer, "say.what(id, values)", id=task, values=values)
        assert "Psychiatry" in what, task
        assert "Neurology" in what, task
    assert "You said: H-1B" in macro(renderer, "say.what('check_visa_policies', values)", values=values)
    have = {**values, "have": {"psychiatry": 1, "neurology": None}, "need": 2}
    letters = macro(renderer, "say.what('letters_count', values)", values=have)
    assert "Psychiatry: 1 of 2" in letters
    assert "Neurology: not known" in letters
    assert macro(renderer, "say.what('long_term_goals', values)", values=values).count("in ten years, and") == 2


@pytest.mark.parametrize(
    ("visa", "words"), [("unknown", "If you need J-1"), ("either", "If you need J-1"), ("j1", "For your J-1")]
)
def test_steps_of_one_visa_say_if_while_it_is_open(renderer: Renderer, visa: str, words: str) -> None:
    for task in ("statement_of_need", "evsp"):
        assert words in macro(renderer, "say.what(id, values)", id=task, values={"fields": (), "visa": visa})


# -- what a lock screen shows -----------------------------------------------------------------------------------------


def telling() -> re.Pattern[str]:
    """Finds whatever would tell a bystander a field, a visa, a score or a failure."""
    loud, exact = [SECRET], list[str]()
    for field in FACTS.specialties:
        for name in {field.name, field.short, *field.aliases}:
            short = len(name) <= 3 or name.casefold() in PLAIN_WORDS
            (exact if short and name != name.lower() else loud if not short else exact).append(re.escape(name))
    hidden = [name for name in exact if name.lower() != name]
    return re.compile(rf"(?i:\b(?:{'|'.join(loud)})\b)|\b(?:{'|'.join(hidden)})\b")


TELLING: Final = telling()


def test_the_search_finds_what_it_looks_for() -> None:
    for words in (
        "Family Medicine interview",
        "your FM statement",
        "the psychiatry letter",
        "J-1 file",
        "a score of 231",
    ):
        assert TELLING.search(words), words
    assert not TELLING.search("Certify your rank list: rank in the order that you truly want, whatever the specialty.")


def without_dates(html: str, *whens: When | None) -> str:
    """The text without its dates: years and the names of weekdays are no secrets."""
    text = plain(html)
    for when in whens:
        if when is not None:
            text = text.replace(when.et, "").replace(when.local, "")
    return re.sub(r"\bin \d+ days\b|\b\d+ days ago\b|\b(?:19|20)\d\d(?:-\d\d)*\b|\b364 days\b", "", text)


def test_no_reminder_names_a_field_a_visa_a_score_or_a_failure(renderer: Renderer) -> None:
    for season, item, line in everywhere():
        messages = [notice(renderer, coming=[line]), notice(renderer, passed=[line], back_after=True, repeat=True)]
        for what in ("done", "undone", "snoozed", "muted", "unmuted", "snooze", "pick", "shown"):
            context = {"line": line, "what": what, "until": None}
            messages.append(renderer.page("chat/messages/settled.html.j2", context))
        for html in messages:
            assert holds(html) <= LIMIT
            found = TELLING.search(without_dates(html, line.when))
            assert not found, f"{found and found.group()!r} in the reminder of {item.id}, {season.now}:\n{plain(html)}"


def test_the_reminder_of_the_rank_list_says_how_to_rank(renderer: Renderer) -> None:
    """Rows 142 and 143: the two are told with it."""
    nudge = macro(renderer, "say.nudge('certify_list')")
    assert "order that you truly want, whatever the specialty" in nudge
    assert "Do not play games: the algorithm favors your genuine preferences" in nudge
    assert {task.told_with for task in TASKS.values()} <= {None, "certify_list"}


def test_a_reminder_says_the_days_left_both_clocks_and_where_to_confirm(renderer: Renderer) -> None:
    """3 March 2027, 21:00 in New York is 4 March, 07:00 in Karachi: ten hours and a calendar day apart."""
    now = datetime(2027, 3, 2, 4, tzinfo=UTC)
    found = timeline(Profile(cycle=2027, zone="Asia/Karachi"), (), Progress(), FACTS, now)
    item = found.item("certify_list") if found else None
    assert found is not None
    assert item is not None
    html = notice(renderer, coming=[line_of(item, found, SEASON)])
    text = plain(html)
    for words in (
        "in 2 days",
        "Wed 3 March 2027, 21:00 ET",
        "your time: Thu 4 March 2027, 07:00",
        "Confirm at: Match Week",
    ):
        assert words in text, text
    at = int(datetime(2027, 3, 4, 2, tzinfo=UTC).timestamp())
    assert f'<tg-time unix="{at}" format="wDt">Thu 4 March 2027, 07:00</tg-time>' in html


def test_a_day_without_an_hour_is_never_given_to_the_phone_to_move(renderer: Renderer) -> None:
    for season, item, line in everywhere():
        if line.when is not None and not line.when.has_time:
            assert "<tg-time" not in tasks_page(renderer, season, item, line), item.id


# -- the longest screens fit ------------------------------------------------------------------------------------------


def own(count: int) -> tuple[OwnDeadline, ...]:
    begin = datetime(2026, 12, 1, 20, tzinfo=UTC)
    return tuple(
        OwnDeadline(n, f"{n:02} " + "w" * 77, begin + timedelta(days=n), "America/Chicago", has_time=True)
        for n in range(1, count + 1)
    )


@pytest.mark.parametrize("count", [0, 1, 10, 11, 30])
def test_pages_with_many_own_deadlines_fit(renderer: Renderer, count: int, facts: Facts) -> None:
    profile = Profile(cycle=2027, primary="urology", visa=Visa.EITHER, zone="Asia/Karachi")
    chosen = ("general-surgery", "obstetrics-gynecology")
    for now in NOWS:
        season = timeline(profile, chosen, Progress(own=own(count)), facts, now)
        assert season is not None
        lines = [line_of(item, season, SEASON) for item in season.items]
        mine = [line for line in lines if line.id.startswith("own.")]
        assert (
            holds(renderer.page("chat/pages/own.html.j2", {"lines": mine, "note": None, "full": True, "limit": 30}))
            <= LIMIT
        )
        for phase in {line.phase for line in lines}:
            some = [line for line in lines if line.phase == phase]
            context = {"phase": phase, "lines": some, "done": 0, "total": len(some), "year": 2027, "note": None}
            assert holds(renderer.page("chat/pages/phase.html.j2", context)) <= LIMIT
        coming = [line_of(item, season, SEASON) for item in season.coming()]
        late = [line_of(item, season, SEASON) for item in season.late]
        for line in mine[:1]:
            assert "You added this date yourself." in plain(notice(renderer, coming=[line]))
            assert holds(notice(renderer, passed=[line])) <= LIMIT
        for size in (2, 5, 8, 9, 20):
            said = {"coming": coming[:size], "late": late[:5], "late_more": 3}
            if coming or late:
                assert holds(notice(renderer, digest=True, **said)) <= LIMIT


def test_the_timeline_says_where_today_stands_and_what_comes(renderer: Renderer) -> None:
    for season in seasons():
        done, total = season.guide_done
        late, coming = season.late, season.coming()
        context = {
            "year": season.cycle.year,
            "where": season.where.value,
            "today": "Wednesday 25 November 2026",
            "done": done,
            "total": total,
            "late": [line_of(item, season, SEASON) for item in late[:4]],
            "late_more": max(0, len(late) - 4),
            "coming": [line_of(item, season, SEASON) for item in coming[:5]],
            "zone_known": season.zone_known,
            "reminders_on": True,
            "estimated": season.cycle.submit.estimated,
            "outcome": None,
            "in_soap": False,
            "note": None,
        }
        html = renderer.page("chat/pages/timeline.html.j2", context)
        assert holds(html) <= 1600
        assert "of the guide's 18 tasks" in html
        assert ("are our estimates" in html) == season.cycle.submit.estimated
        assert "You can still do it" in html or not late


def test_nothing_of_the_season_blames_anybody(renderer: Renderer) -> None:
    blame = re.compile(
        r"\byou (?:have )?(?:failed|missed|forgot|should have|did not manage)|too late|your fault", re.IGNORECASE
    )
    for season, item, line in everywhere():
        for html in (tasks_page(renderer, season, item, line), notice(renderer, passed=[line], coming=[line])):
            found = blame.search(plain(html))
            assert not found, f"{found and found.group()!r} in {item.id}"


def test_a_late_task_says_that_it_can_still_be_done(renderer: Renderer) -> None:
    met = False
    for season, item, line in everywhere():
        if line.state == "late":
            met = True
            assert "You can still do it." in plain(tasks_page(renderer, season, item, line))
            assert "You can still do it." in plain(notice(renderer, coming=[line]))
        if line.state == "passed" and line.nature == Nature.DEADLINE:
            assert "What you can still do:" in plain(tasks_page(renderer, season, item, line))
    assert met
