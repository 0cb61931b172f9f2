"""What changed since a mentor last looked: real changes, told once, and not what time alone does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from planning.facts import Facts
from planning.interests import Fit, IfMatched, Preferences
from planning.profile import Ecfmg, Experience, Profile, UsceKind
from planning.summary import summary
from planning.summary_changes import changes, lines_of, looked
from planning.summary_types import OFF, AskedOf, Change, Look, Material, Section, Summary
from planning.timeline_types import OwnDeadline, Progress
from tests.planning.applicants import CALM
from tests.planning.seasons import NOVEMBER

ALL: Final = frozenset(Section)
USUAL: Final = ALL - OFF
INTERVIEW: Final = OwnDeadline(3, "Interview", datetime(2026, 12, 3, 17, tzinfo=UTC), "America/New_York", has_time=True)
BEFORE: Final = Material(
    replace(CALM, primary="psychiatry", step2_ck=226),
    Preferences(fit={"family-medicine": Fit(if_matched=IfMatched.RELIEF)}),
    ("family-medicine",),
    Progress(frozenset({"nrmp_register"}), (INTERVIEW,)),
    (AskedOf("list_balance"), AskedOf(text="What would you leave out?")),
)


@pytest.fixture
def seen(facts: Facts) -> dict[str, str]:
    """What the mentor saw in November."""
    return lines_of(summary(BEFORE, ALL, facts, NOVEMBER))


def now(facts: Facts, material: Material, sections: frozenset[Section] = ALL, at: datetime = NOVEMBER) -> Summary:
    return summary(material, sections, facts, at)


def told(found: tuple[Change, ...]) -> dict[str, tuple[str | None, str | None]]:
    """Before and after by key; no key is told twice."""
    by_key = {change.key: (change.before, change.after) for change in found}
    assert len(by_key) == len(found)
    return by_key


def having(**answers: object) -> Material:
    """The same person with other answers."""
    return replace(BEFORE, profile=replace(BEFORE.profile, **answers))  # type: ignore[arg-type]  # each test names its own


def test_lines_are_short_canonical_values(seen: dict[str, str]) -> None:
    assert seen["scores.step2_ck"] == "226"
    assert seen["scores.step1"] == "passed"
    assert seen["failures.count"] == "0"
    assert seen["visa.us_citizen"] == "no"
    assert seen["visa.needed"] == "j1"
    # 226 lies in the guide's band of 225 to 230
    assert seen["flags.step2_ck"] == "borderline"
    assert seen["standing.primary"] == "psychiatry"
    assert seen["backups.1"] == "family-medicine"
    assert seen["profile.graduation_year"] == "2024"
    assert seen["profile.usce"] == "hands_on"
    assert seen["profile.usce.hands_on"] == "3"
    assert seen["profile.letters.Family Medicine"] == "3"
    assert seen["profile.letters_elsewhere"] == "0"
    assert seen["profile.strengths"] == "none"
    assert seen["plan.nrmp_register"] == "done"
    assert seen["plan.certify_list"] == "open"
    assert seen["timeline.year"] == "2027"
    # The rank order list of the 2027 Match is due on 3 March 2027 (facts/cycles.yaml, from NRMP).
    assert seen.get("timeline.certify_list", "2027-03-03") == "2027-03-03"
    assert seen["own.3"] == "2026-12-03 Interview"
    assert seen["feelings.fit.Family Medicine"] == "thirty_years=?,aligned=?,if_matched=relief"
    assert (seen["questions.1"], seen["questions.2"]) == ("list_balance", "What would you leave out?")
    assert "profile.years_since_graduation" not in seen, "it follows from the year"


def test_a_new_score_is_told_with_the_flag_that_it_settles(facts: Facts) -> None:
    seen = lines_of(now(facts, BEFORE, USUAL))
    found = told(changes(seen, now(facts, having(step2_ck=245), USUAL)))
    assert found["scores.step2_ck"] == ("226", "245")
    assert found["flags.step2_ck"] == ("borderline", "clear")
    assert set(found) - {"backups.dual.family-medicine"} == {"scores.step2_ck", "flags.step2_ck"}


def test_an_answer_that_is_new_had_nothing_before_and_one_that_went_has_nothing_after(facts: Facts) -> None:
    unknown = lines_of(now(facts, having(gaps=None)))
    known = now(facts, BEFORE)
    assert told(changes(unknown, known)) == {"profile.gaps": (None, "none")}
    assert told(changes(lines_of(known), now(facts, having(gaps=None)))) == {"profile.gaps": ("none", None)}


def test_experience_and_letters_are_told_by_kind_and_field(facts: Facts, seen: dict[str, str]) -> None:
    usce = {
        UsceKind.HANDS_ON: Experience(4.5, frozenset({"family-medicine"})),
        UsceKind.ELECTIVE: Experience(None, frozenset({"psychiatry"})),
    }
    grown = having(usce=usce, letters={"family-medicine": 3, "psychiatry": 1})
    found = told(changes(seen, now(facts, grown, frozenset({Section.PROFILE, Section.STANDING, Section.BACKUPS}))))
    found = {key: value for key, value in found.items() if key.startswith("profile")}
    assert found == {
        "profile.usce": ("hands_on", "elective,hands_on"),
        "profile.usce.elective": (None, "?"),
        "profile.usce.hands_on": ("3", "4.5"),
        "profile.letters.Psychiatry": ("0", "1"),
    }


def test_a_section_that_was_not_shown_before_is_one_change(facts: Facts) -> None:
    before = lines_of(now(facts, BEFORE, USUAL - {Section.BACKUPS}))
    found = changes(before, now(facts, BEFORE, USUAL))
    assert [change for change in found if change.section is Section.BACKUPS] == [
        Change(Section.BACKUPS, "backups", None, "shown")
    ]


def test_a_section_that_is_not_shown_any_more_says_nothing(facts: Facts, seen: dict[str, str]) -> None:
    assert changes(seen, now(facts, BEFORE, frozenset({Section.SCORES, Section.VISA, Section.OWN}))) == ()


@pytest.mark.parametrize("switched", Section)
def test_switching_a_section_off_or_on_tells_nothing_of_the_others(facts: Facts, switched: Section) -> None:
    asking = replace(
        having(letters={"psychiatry": 1, "family-medicine": 1}),
        questions=(AskedOf("failed_words"), AskedOf("backup_sincere"), AskedOf("visa_programs")),
    )
    less, all_ = now(facts, asking, ALL - {switched}), now(facts, asking)
    assert changes(lines_of(all_), less) == ()
    assert changes(lines_of(less), all_) == (Change(switched, switched.value, None, "shown"),)


def test_a_question_that_only_moved_up_is_no_news(facts: Facts, seen: dict[str, str]) -> None:
    fewer = replace(BEFORE, questions=(AskedOf(text="What would you leave out?"),))
    assert told(changes(seen, now(facts, fewer))) == {"questions.1": ("list_balance", None)}
    other = replace(BEFORE, questions=(AskedOf("cv_read"), BEFORE.questions[1]))
    assert told(changes(seen, now(facts, other))) == {"questions.1": ("list_balance", "cv_read")}


def test_a_task_is_told_when_it_is_done_and_when_it_is_open_again(facts: Facts, seen: dict[str, str]) -> None:
    done = replace(BEFORE, progress=Progress(frozenset({"nrmp_register", "check_documents"}), (INTERVIEW,)))
    assert told(changes(seen, now(facts, done))) == {"plan.check_documents": ("open", "done")}
    again = lines_of(now(facts, done))
    assert told(changes(again, now(facts, BEFORE))) == {"plan.check_documents": ("done", "open")}


def test_tasks_that_come_or_go_with_an_answer_are_told_by_that_answer_only(facts: Facts, seen: dict[str, str]) -> None:
    waiting = having(ecfmg=Ecfmg.IN_PROGRESS)
    assert "plan.certification" in lines_of(now(facts, waiting))
    assert "plan.certification" not in seen
    assert told(changes(seen, now(facts, waiting))) == {"profile.ecfmg": ("certified", "in_progress")}


@pytest.mark.parametrize("days", [1, 8, 40, 70, 99, 115, 200, 400])
def test_days_that_go_by_change_nothing(facts: Facts, seen: dict[str, str], days: int) -> None:
    assert changes(seen, now(facts, BEFORE, at=NOVEMBER + timedelta(days=days))) == ()


def test_own_deadlines_are_told_when_they_come_move_or_are_done_before_their_day(
    facts: Facts, seen: dict[str, str]
) -> None:
    second = OwnDeadline(4, "Send CV", datetime(2026, 12, 9, 17, tzinfo=UTC), "America/New_York", has_time=True)
    moved = replace(INTERVIEW, at=datetime(2026, 12, 4, 17, tzinfo=UTC))

    def with_own(*own: OwnDeadline, done: frozenset[str] = frozenset()) -> Material:
        return replace(BEFORE, progress=Progress(BEFORE.progress.done | done, own))

    assert told(changes(seen, now(facts, with_own(INTERVIEW, second)))) == {"own.4": (None, "2026-12-09 Send CV")}
    assert told(changes(seen, now(facts, with_own(moved)))) == {
        "own.3": ("2026-12-03 Interview", "2026-12-04 Interview")
    }
    gone = {"own.3": ("2026-12-03 Interview", None)}
    assert told(changes(seen, now(facts, with_own(INTERVIEW, done=frozenset({"own.3"}))))) == gone
    assert told(changes(seen, now(facts, with_own()))) == gone
    on_its_day = datetime(2026, 12, 3, 18, tzinfo=UTC)
    assert changes(seen, now(facts, with_own(), at=on_its_day)) == (), "it may just have passed"


def test_a_date_is_told_when_it_moved(facts: Facts, seen: dict[str, str]) -> None:
    shown = now(facts, BEFORE)
    first = next(key for key in seen if key.startswith("timeline.") and key != "timeline.year")
    moved = {**seen, first: "2020-01-01"}
    assert told(changes(moved, shown)) == {first: ("2020-01-01", seen[first])}


def test_in_another_year_only_the_year_is_told_of_the_season(facts: Facts, seen: dict[str, str]) -> None:
    found = told(changes(seen, now(facts, having(cycle=2028))))
    seasonal = {key: value for key, value in found.items() if key.startswith(("plan", "timeline"))}
    assert seasonal == {"plan.year": ("2027", "2028"), "timeline.year": ("2027", "2028")}


def test_changes_stand_in_the_order_of_the_page(facts: Facts, seen: dict[str, str]) -> None:
    other = replace(having(step2_ck=245, gaps=None, primary="neurology"), backups=("internal-medicine",))
    found = changes(seen, now(facts, other))
    places = [list(Section).index(change.section) for change in found]
    assert places == sorted(places)
    assert Change(Section.BACKUPS, "backups.1", "family-medicine", "internal-medicine") in found
    assert Change(Section.STANDING, "standing.primary", "psychiatry", "neurology") in found


# -- looks ------------------------------------------------------------------------------------------------------------


def look_at(facts: Facts, minutes: int, profile: Profile = BEFORE.profile) -> Summary:
    """What is seen so many minutes after the first look."""
    return now(facts, replace(BEFORE, profile=profile), at=NOVEMBER + timedelta(minutes=minutes))


def test_the_first_look_has_nothing_to_compare_with(facts: Facts) -> None:
    first = look_at(facts, 0)
    assert looked((), first) == ((Look(NOVEMBER, lines_of(first)),), None)


def test_who_comes_back_at_once_still_reads_the_first_time(facts: Facts) -> None:
    looks, _ = looked((), look_at(facts, 0))
    again = look_at(facts, 29)
    looks, compared = looked(looks, again)
    assert compared is None
    assert looks == (Look(again.now, lines_of(again)),)


def test_the_next_look_is_compared_with_the_last_and_stays_so_while_it_lasts(facts: Facts) -> None:
    better = replace(BEFORE.profile, step2_ck=245)
    looks, _ = looked((), look_at(facts, 0))
    first = looks[0]
    looks, compared = looked(looks, look_at(facts, 30, better))
    assert compared == first
    assert [look.at for look in looks] == [NOVEMBER, NOVEMBER + timedelta(minutes=30)]
    looks, compared = looked(looks, look_at(facts, 55, better))
    assert compared == first, "a page that is loaded again still tells what changed"
    assert [look.at for look in looks] == [NOVEMBER, NOVEMBER + timedelta(minutes=55)]
    third = look_at(facts, 85, better)
    looks, compared = looked(looks, third)
    assert compared is not None
    assert compared.lines["scores.step2_ck"] == "245"
    assert changes(compared.lines, third) == ()
    assert len(looks) == 2


def test_a_clock_that_went_back_begins_no_new_look(facts: Facts) -> None:
    looks, _ = looked((), look_at(facts, 60))
    looks, compared = looked(looks, look_at(facts, 0))
    assert compared is None
    assert len(looks) == 1
