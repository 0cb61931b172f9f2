"""Step 1 of the guide, "honestly assess your competitiveness", one question a screen (acceptance rows 007-026).

To add a question: one ``Question`` below, one template ``templates/chat/assessment/<id>.html.j2``, one line in
``applicant.profile_from``; then record the new fingerprint (CONTRIBUTING.md says how).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from conversations.applicant import ASSESSMENT
from conversations.conditions import AllOf, AnyOf, Chosen, Condition, Is, Known, Not, Numeric, Unsure
from conversations.fields import field_options
from conversations.flow import Flow, Question
from conversations.lists import ManyOf, Tally
from conversations.numbers import Months, Number, Year
from conversations.places import Place
from conversations.questions import Choice, Option, Scene, Text
from conversations.screen import Note
from planning.facts import Facts
from planning.profile import OTHER_SPECIALTY

# USMLE results are reported on a scale that ends at 300; the guide asks for three digits (row 007).
SCORE: Final = (100, 300)
# USMLE began in 1992; nobody can have sat a Step before.
FIRST_USMLE: Final = 1992
OLDEST_GRADUATION: Final = 1960
CITIES: Final = (
    ("Karachi", "Pakistan", "Asia/Karachi"),
    ("Delhi", "India", "Asia/Kolkata"),
    ("Cairo", "Egypt", "Africa/Cairo"),
    ("Lagos", "Nigeria", "Africa/Lagos"),
    ("Manila", "Philippines", "Asia/Manila"),
    ("New York", "United States", "America/New_York"),
)


def _cycles(scene: Scene) -> tuple[Option, ...]:
    years = open_cycles(scene.facts, scene.now) or (scene.now.year + 1, scene.now.year + 2)
    return tuple(Option(str(year), f"Match {year}") for year in years)


def open_cycles(facts: Facts, now: datetime) -> tuple[int, ...]:
    """Match years whose rank lists have not closed at ``now`` (aware UTC), soonest first."""
    return tuple(cycle.year for cycle in facts.cycles_ahead(now))


def _specialties(scene: Scene) -> tuple[Option, ...]:
    return field_options(scene.facts)


def _specialties_and_other(scene: Scene) -> tuple[Option, ...]:
    return (*_specialties(scene), Option(OTHER_SPECIALTY, "Another field", ("other", "something else")))


def _latest_cycle(scene: Scene) -> int:
    return scene.cycle or max(open_cycles(scene.facts, scene.now), default=scene.now.year + 3)


def _this_year(scene: Scene) -> int:
    return scene.now.year


def _next_year(scene: Scene) -> int:
    return scene.now.year + 1


def _clock(scene: Scene) -> Mapping[str, object]:
    city = scene.answers.known("city")
    if not isinstance(city, dict):
        return {"city": "", "local_time": ""}
    local = scene.now.astimezone(ZoneInfo(str(city["zone"])))
    return {"city": str(city["name"]), "local_time": f"{local:%A %H:%M}"}


def _failable(scene: Scene) -> tuple[Option, ...]:
    """The exams that somebody with these answers can have failed."""
    answers = scene.answers
    return tuple(
        option
        for option, possible in (
            (Option("step1", "Step 1"), answers.word("step1") != "not_taken"),
            (Option("step2_ck", "Step 2 CK", ("step 2",)), answers.word("step2_ck") != "not_taken"),
            (Option("step2_cs", "Step 2 CS", ("cs",)), True),
            (Option("step3", "Step 3"), True),
        )
        if possible
    )


def _years_counted(scene: Scene) -> Note | None:
    year, cycle = scene.answers.whole("graduation_year"), scene.cycle
    if year is None or cycle is None or year > cycle - 1:
        return None
    return Note("years_counted", {"years": cycle - 1 - year, "year": year, "applying_year": cycle - 1})


def _fields(question: str, title: str, section: str, when: Condition, **values: str) -> Question:
    return Question(
        question,
        section,
        title,
        ManyOf(_specialties, none_label="No particular field", columns=2, page=8, missing="no_specialty"),
        when=when,
        template=values.pop("template", ""),
        values=values,
    )


def _counts(question: str, title: str, highest: int = 500) -> Question:
    return Question(question, "Research", title, Number(0, highest, quick=(0, 1, 2, 3, 5, 10)))


def _usce(kind: str, noun: str) -> tuple[Question, ...]:
    has = Chosen("usce_kinds", (kind,))
    return (
        Question(
            f"usce_{kind}_months",
            "Clinical experience",
            f"{noun}: months",
            Months(),
            when=has,
            template="usce_months",
            values={"kind": kind},
        ),
        _fields(
            f"usce_{kind}_fields", f"{noun}: fields", "Clinical experience", has, template="usce_fields", kind=kind
        ),
    )


_NOT_CITIZEN = AnyOf((Is("citizenship", ("no",)), Unsure("citizenship")))
_MAY_NEED_VISA = AllOf((_NOT_CITIZEN, Not(Is("work_right", ("permanent",)))))
_STEP1_TAKEN = Is("step1", ("passed", "failed", "scored"))
_RESEARCH = AnyOf(tuple(Numeric(q, 1) for q in ("publications", "abstracts", "posters", "projects")))


def _choice(question: str, section: str, title: str, *options: Option, when: Condition | None = None) -> Question:
    kind = Choice(options)
    return Question(question, section, title, kind, when=when) if when else Question(question, section, title, kind)


YES_NO: Final = (Option("yes", "Yes", ("y", "yeah", "yep")), Option("no", "No", ("n", "nope")))

FLOW: Final = Flow(
    ASSESSMENT,
    done="review",
    questions=(
        Question("cycle", "Your Match", "Match cycle", Choice(_cycles)),
        Question("city", "Your Match", "City", Place(CITIES), resets=("clock",)),
        Question(
            "clock",
            "Your Match",
            "Local clock",
            Choice(
                (Option("yes", "Yes, that is right", ("y", "yes", "right")), Option("no", "No, choose again", ("n",)))
            ),
            when=Known("city"),
            computed=_clock,
            reopens={"no": ("city", "city_again")},
        ),
        _choice("citizenship", "About you", "U.S. citizen", *YES_NO),
        _choice(
            "work_right",
            "About you",
            "Right to work in the U.S.",
            Option("permanent", "Yes, green card", ("green card", "permanent resident", "permanent", "yes")),
            Option("temporary", "Yes, temporary", ("temporary", "ead", "work permit")),
            Option("none", "No", ("n", "none")),
            when=_NOT_CITIZEN,
        ),
        _choice(
            "visa",
            "About you",
            "Visa needed",
            Option("j1", "J-1", ("j1", "j 1")),
            Option("h1b", "H-1B", ("h1b", "h 1b", "h1 b")),
            Option("either", "J-1 or H-1B, either", ("either", "both", "any")),
            Option("none", "No visa needed", ("no", "none")),
            when=_MAY_NEED_VISA,
        ),
        Question(
            "graduation_year",
            "About you",
            "Year of graduation",
            Year(lambda _: OLDEST_GRADUATION, _latest_cycle, _next_year),
            remark=_years_counted,
        ),
        _choice(
            "step1",
            "Exams",
            "Step 1",
            Option("passed", "Passed (pass/fail)", ("pass", "passed", "p")),
            Option("scored", "Passed, 3-digit score", ("score", "scored", "3 digit score", "three digit score")),
            Option("failed", "Failed, not passed yet", ("fail", "failed")),
            Option("not_taken", "Not taken yet", ("not taken", "no", "not yet")),
        ),
        Question("step1_score", "Exams", "Step 1 score", Number(*SCORE), when=Is("step1", ("scored",))),
        Question(
            "step1_year",
            "Exams",
            "Step 1 year",
            Year(lambda _: FIRST_USMLE, _this_year, _this_year),
            when=_STEP1_TAKEN,
        ),
        Question(
            "step2_ck",
            "Exams",
            "Step 2 CK score",
            Number(*SCORE, others=(Option("not_taken", "Not taken yet", ("not taken", "no", "not yet")),)),
        ),
        Question(
            "step2_year",
            "Exams",
            "Step 2 CK year",
            Year(lambda _: FIRST_USMLE, _this_year, _this_year),
            when=Numeric("step2_ck", 1),
        ),
        _choice(
            "failures",
            "Exams",
            "Failed attempts",
            Option("0", "No failed attempt", ("0", "no", "none", "zero")),
            Option("1", "One", ("1",)),
            Option("2+", "Two or more", (*"23456789", "two", "three", "four", "more", "2 or more")),
        ),
        Question(
            "failed_exams",
            "Exams",
            "Which exam",
            ManyOf(
                _failable,
                none_label="Another exam",
                columns=2,
            ),
            when=Is("failures", ("1", "2+")),
        ),
        _choice(
            "step3",
            "Exams",
            "Step 3",
            Option("passed", "Passed", ("pass", "yes")),
            Option("scheduled", "Scheduled", ("booked", "planned")),
            Option("not_taken", "Not taken", ("no", "not yet")),
            Option("failed", "Failed", ("fail",)),
            when=AnyOf((Is("visa", ("h1b", "either")), Unsure("visa"))),
        ),
        _choice(
            "ecfmg",
            "Exams",
            "ECFMG certification",
            Option("certified", "Certified", ("yes", "done")),
            Option("in_progress", "In progress", ("started", "pending")),
            Option("not_started", "Not started", ("no", "not yet")),
        ),
        Question(
            "usce_kinds",
            "Clinical experience",
            "U.S. clinical experience",
            ManyOf(
                (
                    Option("observership", "Observership", ("observer", "observerships", "shadowing")),
                    Option("externship", "Externship", ("externships",)),
                    Option("elective", "Elective (student)", ("elective", "electives", "clerkship")),
                    Option("hands_on", "Hands-on role", ("hands on", "sub internship", "subi", "sub-i", "job")),
                ),
                none_label="No U.S. experience yet",
            ),
        ),
        *_usce("observership", "Observership"),
        *_usce("externship", "Externship"),
        *_usce("elective", "Elective"),
        *_usce("hands_on", "Hands-on role"),
        Question(
            "home_experience",
            "Clinical experience",
            "Experience elsewhere",
            ManyOf(
                (
                    Option("internship", "Internship", ("house job", "intern")),
                    Option("residency", "Residency", ("resident",)),
                    Option("specialist", "Specialist training", ("specialist",)),
                    Option("practice", "Work as a doctor", ("practice", "gp", "medical officer")),
                ),
                none_label="No experience yet",
            ),
        ),
        _fields(
            "home_fields",
            "Field of that training",
            "Clinical experience",
            Chosen("home_experience", ("residency", "specialist")),
        ),
        _choice(
            "recent_activity",
            "Clinical experience",
            "Last 12 months",
            Option("regular", "Patients most weeks", ("regular", "active", "yes", "full time")),
            Option("limited", "Now and then", ("limited", "some", "part time")),
            Option("none", "No patient contact", ("none", "no")),
        ),
        _choice(
            "gaps",
            "Clinical experience",
            "Longest gap",
            Option("none", "No gap", ("none", "no", "0")),
            Option("under_6", "Under 6 months", ("less than 6 months",)),
            Option("6_to_12", "6 to 12 months", ("6 12 months",)),
            Option("over_12", "Over 12 months", ("more than a year", "over a year", "more than 12 months")),
        ),
        _counts("publications", "Publications"),
        _counts("abstracts", "Abstracts"),
        _counts("posters", "Posters and talks"),
        _counts("projects", "Projects under way", 100),
        _fields("research_fields", "Field of research", "Research", _RESEARCH),
        Question("letters", "Letters", "Letters in hand", Tally(_specialties, none_label="No letters yet")),
        Question(
            "primary",
            "Your aim",
            "First-choice field",
            Choice(_specialties_and_other, columns=2, page=8, missing="no_specialty", several="many_specialties"),
        ),
        Question("primary_other", "Your aim", "Name of the field", Text(60), when=Is("primary", (OTHER_SPECIALTY,))),
        Question(
            "strengths",
            "Your aim",
            "Exceptional strengths",
            ManyOf(
                (
                    Option("research", "Strong research", ("publications",)),
                    Option("us_letters", "Strong U.S. letters", ("us letters", "letters")),
                    Option("prior_training", "Finished residency", ("prior training", "board certified")),
                    Option("advanced_degree", "PhD, MPH or similar", ("phd", "mph", "advanced degree", "masters")),
                    Option("service", "Years of service", ("service", "rural work", "volunteering")),
                    Option("language", "Needed languages", ("languages", "language", "spanish")),
                    Option("leadership", "Leadership", ("leader",)),
                ),
                none_label="Nothing exceptional",
            ),
        ),
        _choice(
            "geography",
            "Your aim",
            "Where you can train",
            Option("any", "Anywhere in the U.S.", ("any", "anywhere", "all")),
            Option("regions", "Several regions", ("some states", "regions", "several states")),
            Option("one_state", "One state only", ("one state", "one", "single state")),
        ),
        _choice(
            "geography_reason",
            "Your aim",
            "Why this limit",
            Option("family", "Family"),
            Option("visa", "Visa or immigration", ("visa",)),
            Option("other", "Another reason", ("other",)),
            when=Is("geography", ("regions", "one_state")),
        ),
        _choice(
            "program_types",
            "Your aim",
            "Program types",
            Option("community_too", "Community is fine too", ("both", "any", "community", "all")),
            Option("university_only", "University only", ("university", "academic only")),
        ),
    ),
)
