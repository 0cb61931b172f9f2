"""The ways in, out and back: first screen, menu, review, pause, a week away, a restart, settings, erasing."""


from pathlib import Path

import pytest

from sandbox import Person
from tests.journeys.applicants import CITIZEN, EVERY_FLAG, SCENARIO
from tests.journeys.results import CLEAR, COMPETITION, PLACE, RAISED, SCORE, USCE, VISA, about, levels
from tests.journeys.walking import asked, assert_clean, begins, gives, question_in, result_of, taps, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def _result(person: Person) -> str:
    await person.says("/result")
    return await person.text()


async def test_the_first_screen_says_what_this_is_for_whom_and_what_it_is_not(town: Town) -> None:
    ana = await town.person("Ana")

    await ana.says("/start")

    await ana.sees("international medical graduates (IMGs)", "backup specialty", "Match", "U.S. residency")
    await ana.sees("Educational only", "not affiliated with NRMP, ECFMG or AAMC", "no guarantee", "no immigration advice")
    await ana.sees("Free, no account")
    text = await ana.text()
    assert_clean(text)
    assert len(text) < 700, "row 001: one phone screen"
    assert (await ana.rows())[0] == ["Begin the assessment"]
    await ana.sees_not("maximize", "your chances", anywhere=True)


@_ONE_MODE
async def test_the_explanation_names_the_three_parts_of_a_backup_plan(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/start")

    await ana.presses("What is backup planning?")

    await ana.sees("1. A backup specialty", "2. Dual applying", "3. A Plan B for the year", "if you do not match")
    await ana.sees("not a lesser goal", "Your primary specialty stays in the plan", "not immigration advice")
    await ana.sees("Please never share exam content here")
    assert "Begin the assessment" in await ana.buttons()


@_ONE_MODE
async def test_the_menu_marks_what_is_done(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/menu")
    assert "Begin the assessment" in await ana.buttons()
    await begins(ana)
    await ana.presses("Menu")
    await ana.sees("1. Assess where you stand – not started")

    await ana.presses("Begin the assessment")
    await walk(ana, CITIZEN.answers, until="step2_ck")
    await ana.presses("Menu")
    await ana.sees("1. Assess where you stand – started", "You have answered 7 of")
    await ana.presses("Continue at question 8")
    rest = {key: answer for key, answer in CITIZEN.answers.items() if key in _from("step2_ck")}
    await walk(ana, rest)
    await ana.says("/menu")

    await ana.sees("1. Assess where you stand – done")
    assert "See my result" in await ana.buttons()


def _from(key: str) -> list[str]:
    order = list(CITIZEN.answers)
    return order[order.index(key) :]


async def test_changing_one_answer_changes_the_result_and_leaves_the_others(town: Town) -> None:
    """Rows 026 and 157: only what was named changes."""
    dora = await town.person("Dora")
    before = await result_of(dora, CITIZEN.answers)
    assert levels(before)[COMPETITION] == CLEAR

    await dora.presses("Review or change answers")
    review = await dora.text()
    await dora.presses("Change: Your aim")
    await dora.presses("First-choice field")
    assert "Keep: Family Medicine" in await dora.buttons()
    await gives(dora, taps("Dermatology"))

    assert question_in(await dora.text()) is None, "one change must not lead through the other questions again"
    after = await _result(dora)
    assert levels(after) == {**levels(before), COMPETITION: RAISED}
    for flag in (SCORE, USCE, VISA, PLACE):
        assert about(after, flag) == about(before, flag)
    await dora.says("/review")
    assert await dora.text() == review.replace("First-choice field: Family Medicine", "First-choice field: Dermatology")


@_ONE_MODE
async def test_keeping_an_answer_in_the_review_changes_nothing(town: Town) -> None:
    dora = await town.person("Dora")
    before = await result_of(dora, SCENARIO.answers)

    await dora.says("/review")
    review = await dora.text()
    await dora.presses("Change: Exams")
    await dora.presses("Step 2 CK score")
    await dora.presses("Keep: 229")
    await dora.says("/review")
    assert await dora.text() == review
    await dora.presses("Change: Exams")
    await dora.presses("Step 2 CK score")
    await dora.presses("◂ Back")

    assert await _result(dora) == before


async def test_answers_that_no_longer_apply_are_ignored_and_come_back(town: Town) -> None:
    """Devi becomes a citizen: no visa question, no H-1B flag; when she is none again, her answers are all there."""
    devi = await town.person("Devi")
    before = await result_of(devi, EVERY_FLAG.answers)
    assert levels(before)[VISA] == RAISED

    await _changes(devi, "About you", "U.S. citizen", "Yes")
    await devi.says("/review")
    await devi.sees("U.S. citizen: Yes", "3 earlier answers do not apply now. They are kept, but not used.")
    await devi.sees_not("Visa needed", "Right to work", "Step 3:")
    assert levels(await _result(devi))[VISA] == CLEAR
    await devi.sees_not("H-1B only")

    await _changes(devi, "About you", "U.S. citizen", "No")
    assert question_in(await devi.text()) is None, "the kept answers must not be asked again"
    assert await _result(devi) == before


async def _changes(person: Person, section: str, title: str, *labels: str) -> None:
    await person.says("/review")
    await person.presses(f"Change: {section}")
    await person.presses(title)
    await gives(person, taps(*labels))


@_ONE_MODE
async def test_a_change_that_opens_new_questions_asks_just_these(town: Town) -> None:
    dora = await town.person("Dora")
    await result_of(dora, CITIZEN.answers)

    await _changes(dora, "About you", "U.S. citizen", "No")
    assert (await asked(dora)).key == "work_right"
    await dora.presses("No")
    assert (await asked(dora)).key == "visa"
    await dora.presses("H-1B")
    assert (await asked(dora)).key == "step3"
    await dora.presses("Passed")

    assert question_in(await dora.text()) is None
    assert levels(await _result(dora))[VISA] == "borderline"


async def test_cancel_stops_keeps_the_answers_and_traps_nobody(town: Town) -> None:
    carl = await town.person("Carl")
    await carl.says("/cancel")
    await carl.says("/start")
    await begins(carl)
    await walk(carl, SCENARIO.answers, until="graduation_year")

    await carl.says("/cancel")
    await carl.sees("6 answers are kept")
    assert question_in(await carl.text()) is None
    await carl.says("/cancel")
    await carl.sees("Nothing is running", "Your answers are as they were")
    await carl.presses("Continue at question 7")

    assert (await asked(carl)).key == "graduation_year"


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "restarted meanwhile"])
async def test_after_a_week_one_may_go_on_at_the_same_question_or_start_over(town: Town, *, stopped: bool) -> None:
    mira = await town.person("Mira")
    await begins(mira)
    await walk(mira, SCENARIO.answers, until="visa")
    if stopped:
        await town.stop()
    town.jump(days=7)
    if stopped:
        await town.start()

    await mira.says("/start")
    await mira.sees("Welcome back", "away for 7 days", "question 6 of", "Visa needed")
    assert {"Continue at question 6", "Start over"} <= set(await mira.buttons())
    await mira.presses("Continue at question 6")
    assert (await asked(mira)).key == "visa"

    town.jump(days=7)
    await mira.says("/start")
    await mira.presses("Start over")
    await mira.presses("No, keep my answers")
    await mira.says("/start")
    await mira.sees("question 6 of")
    await mira.presses("Start over")
    await mira.presses("Yes, start over")
    question = await asked(mira)
    assert (question.key, question.number) == ("cycle", 1)
    await mira.says("/review")
    await mira.sees("Match cycle: not answered yet")


async def test_a_restart_in_the_middle_of_a_question_loses_nothing(town: Town) -> None:
    """Row 155: a half-made list too, and the buttons from before the restart still work."""
    omid = await town.person("Omid")
    await begins(omid)
    await walk(omid, SCENARIO.answers, until="usce_kinds")
    await omid.presses("Observership")

    await town.restart()
    await omid.presses("Externship")
    assert {"✓ Observership", "✓ Externship", "Done (2 chosen)"} <= set(await omid.buttons())
    await town.restart()
    await omid.presses("Done")

    assert (await asked(omid)).key == "observership_months"
    await omid.says("/review")
    await omid.sees("Step 2 CK score: 229", "Year of graduation: 2019", "City: Karachi")


async def test_what_is_written_while_the_bot_is_down_is_taken_in_order_afterwards(town: Town) -> None:
    """Bar 6: twenty-three hours, the answers of a whole section, and taps that nobody can answer any more."""
    town.allows("query is too old")
    yara = await town.person("Yara")
    await begins(yara)
    await walk(yara, SCENARIO.answers, until="step2_ck")
    old = await yara.screen()
    await town.stop()

    for text in ("229", "2023", "none", "certified", "observership"):
        await yara.says(text, settle=False)
    tap = await yara.presses_old(old["message_id"], _data(old, "Not taken yet"), settle=False)
    town.jump(minutes=1)
    await town.start()
    last = await yara.says("12")
    assert last.update_id is not None
    if tap.update_id is not None:
        await town.settled(tap.update_id)

    assert (await asked(yara)).key == "observership_fields"
    await yara.says("/review")
    await yara.sees("Step 2 CK year: 2023", "Failed attempts: No failed attempt", "ECFMG certification: Certified")
    await yara.sees("Observership: months: 12 months")


def _data(message: dict[str, object], label: str) -> str:
    markup = message["reply_markup"]
    assert isinstance(markup, dict)
    for row in markup["inline_keyboard"]:
        for button in row:
            if button["text"] == label:
                return str(button["callback_data"])
    raise AssertionError(f"no button {label}")


async def test_an_old_button_explains_itself_and_changes_nothing(town: Town) -> None:
    petra = await town.person("Petra")
    await begins(petra)
    first = await petra.screen()
    await walk(petra, SCENARIO.answers, until="graduation_year")

    await petra.presses_old(first["message_id"], _data(first, "Match 2028"))

    await petra.sees("You have already answered that question")
    assert (await asked(petra)).key == "graduation_year"
    toast = await petra.toast()
    assert toast is not None
    assert "already answered" in str(toast.get("text"))
    await petra.says("/review")
    await petra.sees("Match cycle: Match 2027")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/help", ("Back", "Not sure", "/delete", "never share exam content")),
        ("/privacy", ("Who can see it", "encrypted", "How long", "Your rights", "Contact", "Telegram keeps its own copy")),
        ("/settings", ("Time zone", "Match cycle")),
        ("/review", ("Your answers",)),
        ("/menu", ("Assess where you stand",)),
        ("/delete", ("Erase everything?",)),
    ],
)
@_ONE_MODE
async def test_a_command_in_the_middle_of_a_question_leads_back_to_it(
    town: Town, command: str, says: tuple[str, ...]
) -> None:
    rana = await town.person("Rana")
    await begins(rana)
    await walk(rana, SCENARIO.answers, until="letters")
    before = await asked(rana)

    await rana.says(command)
    await rana.sees(*says)
    assert_clean(await rana.text())
    if command == "/delete":
        await rana.presses("No, keep my data")
    await rana.presses(f"Continue at question {before.number}")

    assert await asked(rana) == before


@_ONE_MODE
@pytest.mark.parametrize("stage", ["new", "in the middle", "erased"])
async def test_the_privacy_policy_is_shown_to_anybody(town: Town, stage: str) -> None:
    """Bar 51 in small: before any answer, in the middle and after an erasure."""
    zoe = await town.person("Zoe")
    if stage != "new":
        await begins(zoe)
        await walk(zoe, SCENARIO.answers, until="visa")
    if stage == "erased":
        await zoe.says("/delete")
        await zoe.presses("Erase everything")
        await zoe.presses("Yes, erase now")

    await zoe.says("/privacy")

    await zoe.sees("What is kept.", "Why.", "How long.", "Who can see it.", "Your rights", "Contact.", "Telegram.")


async def test_settings_change_the_city_and_the_cycle_and_keep_the_rest(town: Town) -> None:
    nils = await town.person("Nils")
    before = await result_of(nils, SCENARIO.answers)

    await nils.says("/settings")
    await nils.sees("Karachi", "Wednesday 17:00", "Match 2027")
    await nils.presses("Change city")
    await nils.presses("New York")
    await nils.sees("Is it now Wednesday 07:00 where you are?")
    await nils.presses("Yes, that is right")
    await nils.says("/settings")
    await nils.sees("New York", "Wednesday 07:00")
    town.jump(days=120)  # past the change of the clocks in March: 12:00 UTC is then 8:00 in New York
    await nils.says("/settings")
    await nils.sees("Thursday 08:00")

    await nils.presses("Change cycle")
    await nils.presses("Match 2028")
    await nils.says("/settings")
    await nils.sees("Match 2028")
    after = await _result(nils)
    await nils.sees("for the 2028 Match", "8 years since graduation, counted to autumn 2027")
    assert about(after, SCORE) == about(before, SCORE)


async def test_erasing_takes_two_taps_and_leaves_no_trace(town: Town) -> None:
    """Row 163 so far, bar 54: the file's bytes, a /start as new, and buttons from before that explain themselves."""
    city, field = "Zanzibarcanary", "Canary Medicine of Erasure"
    ella = await town.person("Ella")
    await begins(ella)
    other = {**SCENARIO.answers, "primary": taps("Another field")}
    await walk(ella, other, until="city")
    await ella.says(city)
    await walk(ella, other, until="primary_other")
    await ella.says(field)
    question = await ella.screen()
    file = Path(town.database_url.removeprefix("sqlite:///"))
    assert _holds(file, ella.id), "the row must be found while it is there, or this test proves nothing"

    await ella.says("/delete")
    await ella.sees("Erase everything?")
    await ella.presses("Erase everything")
    await ella.sees("cannot be undone")
    assert _holds(file, ella.id)
    await ella.presses("Yes, erase now")
    await ella.sees("Everything is erased")

    assert not _holds(file, ella.id)
    for path in file.parent.iterdir():
        content = path.read_bytes()
        for trace in (city.encode(), field.encode(), str(ella.id).encode()):
            assert trace not in content, path.name
    await ella.presses_old(question["message_id"], _data(question, "Strong research"))
    await ella.sees_not("Strong research", "Canary")
    await ella.says("/start")
    await ella.sees("Educational only")
    assert (await ella.rows())[0] == ["Begin the assessment"]
    await ella.says("/review")
    await ella.sees_not("Canary", "229")


def _holds(file: Path, person_id: int) -> bool:
    """Whether the person's id stands anywhere in the database's bytes, as SQLite writes a row's key: 7 bits a byte."""
    raw = bytes([person_id & 0x7F])
    while person_id := person_id >> 7:
        raw = bytes([person_id & 0x7F | 0x80]) + raw
    return any(raw in path.read_bytes() for path in file.parent.iterdir())


async def test_erasing_twice_or_typing_the_label_does_no_harm(town: Town) -> None:
    town.allows("message is not modified")  # erased twice, shown twice: the same words under the same message
    ella, otto = await town.person("Ella"), await town.person("Otto")
    for person in (ella, otto):
        await begins(person)
        await walk(person, SCENARIO.answers, until="visa")
    await ella.says("/delete")
    await ella.presses("Erase everything")
    screen = await ella.screen()

    await ella.says("yes, erase now")
    await ella.sees_not("Everything is erased")
    await ella.presses("No, keep my data")
    await ella.presses_old(screen["message_id"], _data(screen, "Yes, erase now"))
    await ella.sees_not("Everything is erased")
    assert "Continue at question 6" in await ella.buttons(), "a tap on an outdated question must not erase"

    await ella.says("/delete")
    await ella.presses("Erase everything")
    last = await ella.screen()
    await ella.presses("Yes, erase now")
    await ella.presses_old(last["message_id"], _data(last, "Yes, erase now"))
    await ella.sees("Everything is erased")
    await ella.says("/delete")
    await ella.sees("Everything is erased")
    await otto.says("/menu")
    assert "Continue at question 6" in await otto.buttons()


async def test_two_people_at_once_never_see_each_other(town: Town) -> None:
    """Row 154, bar 42: answers interleave one by one; each has canaries that only the own chat may show."""
    ines = await town.person("Ines", username="canary_ines")
    hugo = await town.person("Hugo", username="canary_hugo")
    alike = {**SCENARIO.answers, "primary": taps("Another field")}
    canaries = {ines.id: ("Inesology", "231"), hugo.id: ("Hugology", "233")}
    for person in (ines, hugo):
        await begins(person)
    typed = {"step2_ck": 1, "primary_other": 0}
    while (question := question_in(await ines.text())) is not None:
        assert (await asked(hugo)).key == question.key
        for person in (ines, hugo):
            if question.key in typed:
                await person.says(canaries[person.id][typed[question.key]])
            else:
                await gives(person, alike[question.key])
    for person in (ines, hugo):
        await person.presses("See my result")
        await person.presses("Review or change answers")

    for person, other in ((ines, hugo), (hugo, ines)):
        await person.sees(f"Name of the field: {canaries[person.id][0]}", f"Step 2 CK score: {canaries[person.id][1]}")
        await person.sees_not(*canaries[other.id], "canary_", anywhere=True)
        sent = " ".join(str(call.params) for call in town.sent_to(person.id))
        assert all(canary not in sent for canary in canaries[other.id])
        assert other.first_name not in sent
        assert str(other.id) not in sent


@_ONE_MODE
async def test_an_unknown_command_says_so_and_the_question_stays(town: Town) -> None:
    lars = await town.person("Lars")
    await begins(lars)
    await walk(lars, SCENARIO.answers, until="visa")

    for command in ("/frobnicate", "/HELPME now", "/start_over@parallel_plan_bot"):
        await lars.says(command)
        await lars.sees("I do not know this command")
        assert (await asked(lars)).key == "visa"


@_ONE_MODE
async def test_the_menu_of_commands_and_the_descriptions_are_set(town: Town) -> None:
    state = await town.asks("GET", "/sandbox/state")

    commands = {command["command"] for command in state["bot"]["commands"]}
    assert commands >= {"start", "menu", "help", "settings", "privacy", "cancel", "delete"}
    assert "Educational only" in state["bot"]["description"]
    assert "not affiliated with NRMP, ECFMG or AAMC" in state["bot"]["description"]
    assert state["bot"]["short_description"]


@pytest.mark.parametrize("database", ["postgres"])
@_ONE_MODE
async def test_the_ways_back_work_on_postgresql_too(town: Town) -> None:
    tova = await town.person("Tova")
    await begins(tova)
    await walk(tova, SCENARIO.answers, until="usce_kinds")
    await tova.presses("Observership")
    town.jump(days=7)
    await town.restart()

    await tova.says("/start")
    await tova.sees("away for 7 days")
    await tova.presses("Continue")
    await tova.presses("Not sure")
    assert (await asked(tova)).key == "home_experience"
    await tova.says("/delete")
    await tova.presses("Erase everything")
    await tova.presses("Yes, erase now")
    await tova.says("/start")

    assert (await tova.rows())[0] == ["Begin the assessment"]


async def test_a_press_is_answered_before_telegram_forgets_it(town: Town) -> None:
    """Bar 25: the spinner stops on every press, also where nothing changes."""
    kai = await town.person("Kai")
    await begins(kai)
    for label in ("Match 2027", "Why do you ask?", "Hide why", "Menu", "Continue", "Karachi", "◂ Back", "Keep"):
        await kai.presses(label)
        assert await kai.toast() is not None, f"{label} is left spinning"


