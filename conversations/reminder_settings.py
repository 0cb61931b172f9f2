"""How somebody wants to be reminded, as five questions that each can be changed by itself."""

from collections.abc import Mapping
from typing import Final

from conversations.answers import Answers, Json
from conversations.conditions import Is
from conversations.flow import Flow, Question
from conversations.lists import ManyOf
from conversations.pages import Visit
from conversations.questions import Choice, Option
from planning.reminder_types import Mode, Preferences

SETTINGS: Final = "reminders"
DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A week, two days and the day itself: what a residency adviser sets for rank lists (docs/decisions/0013-reminders.md).
DEFAULTS: Final[Mapping[str, Json]] = {
    "mode": Mode.EACH.value,
    "leads": ["7", "2", "0"],
    "hour": "9",
    "quiet": "21-8",
    "weekday": "0",
}
_SECTION: Final = "Reminders"
_HOURS: Final = (6, 7, 8, 9, 10, 12, 15, 18, 20)

FLOW: Final = Flow(
    SETTINGS,
    done="reminders",
    questions=(
        Question(
            "mode",
            _SECTION,
            "How they come",
            Choice(
                (
                    Option(Mode.EACH, "Each one by itself", ("each", "single")),
                    Option(Mode.DAILY, "One message a day", ("daily", "every day", "day")),
                    Option(Mode.WEEKLY, "One message a week", ("weekly", "every week", "week")),
                )
            ),
            unsure=False,
            template="reminding/mode",
        ),
        Question(
            "leads",
            _SECTION,
            "How early",
            ManyOf(
                (
                    Option("14", "14 days before"),
                    Option("7", "7 days before", ("a week",)),
                    Option("3", "3 days before"),
                    Option("2", "2 days before"),
                    Option("1", "The day before"),
                    Option("0", "On the day", ("the day", "same day")),
                ),
                none_label="Only on the day",
                columns=2,
            ),
            unsure=False,
            template="reminding/leads",
        ),
        Question(
            "hour",
            _SECTION,
            "At what hour",
            Choice(tuple(Option(str(hour), f"{hour:02}:00", (str(hour),)) for hour in _HOURS), columns=3),
            unsure=False,
            template="reminding/hour",
        ),
        Question(
            "quiet",
            _SECTION,
            "Quiet hours",
            Choice(
                (
                    Option("21-8", "21:00 to 08:00"),
                    Option("22-7", "22:00 to 07:00"),
                    Option("23-6", "23:00 to 06:00"),
                    Option("20-9", "20:00 to 09:00"),
                    Option("none", "No quiet hours", ("none", "no")),
                )
            ),
            unsure=False,
            template="reminding/quiet",
        ),
        Question(
            "weekday",
            _SECTION,
            "On which day",
            Choice(tuple(Option(str(i), name) for i, name in enumerate(DAY_NAMES)), columns=2),
            when=Is("mode", (Mode.WEEKLY.value,)),
            unsure=False,
            template="reminding/weekday",
        ),
    ),
)


def settings_in(visit: Visit) -> Preferences:
    """The settings as planning reads them; what was never chosen, or cannot be read, is the standard one."""
    return _read(visit.route(SETTINGS).answers)


def _read(answers: Answers) -> Preferences:
    standard = Preferences()
    mode, hour, quiet, weekday = (answers.word(q) for q in ("mode", "hour", "quiet", "weekday"))
    leads = answers.words("leads")
    chosen = standard.leads if leads is None else tuple(sorted({int(x) for x in leads if x.isdigit()}, reverse=True))
    return Preferences(
        mode=Mode(mode) if mode and mode in Mode._value2member_map_ else standard.mode,
        leads=chosen or (0,),
        hour=int(hour) if hour and hour.isdigit() and int(hour) < 24 else standard.hour,
        quiet=_quiet(quiet, standard.quiet),
        weekday=int(weekday) if weekday and weekday in "0123456" else standard.weekday,
    )


def _quiet(word: str | None, standard: tuple[int, int] | None) -> tuple[int, int] | None:
    if word == "none":
        return None
    begin, _, end = (word or "").partition("-")
    if not (begin.isdigit() and end.isdigit()):
        return standard
    return int(begin), int(end)
