"""Eleven applicants as data: what each presses or types, and what the result must say of them."""

from typing import Final

from tests.journeys.applicant import NOTHING_IN_THE_WAY, Applicant, but
from tests.journeys.results import (
    BORDERLINE,
    COMPETITION,
    FAILURES,
    FLAGS,
    GRADUATION,
    MANY_FLAGS,
    NO_FLAG,
    ONE_FLAG,
    PLACE,
    RAISED,
    SCORE,
    UNKNOWN,
    USCE,
    VISA,
)
from tests.journeys.walking import UNSURE, taps, types

CITIZEN: Final = Applicant(
    "Ada",
    NOTHING_IN_THE_WAY,
    said={
        SCORE: ("245", "Not below 230"),
        FAILURES: ("0 failed attempts",),
        GRADUATION: ("2024", "2 years since graduation, counted to autumn 2026"),
        VISA: ("no visa needed",),
        COMPETITION: ("Family Medicine",),
        PLACE: ("anywhere in the United States",),
    },
    sees=(NO_FLAG, "for the 2027 Match"),
    sees_not=(ONE_FLAG, *MANY_FLAGS, "Unknown is not fine", "NRMP counts only citizens", "significantly above average"),
    not_asked=("work_right", "visa", "step3"),
)

# The guide's worked scenario (row 093).
SCENARIO: Final = Applicant(
    "Bilal",
    but(
        NOTHING_IN_THE_WAY,
        "hands_on_months",
        "hands_on_fields",
        city=taps("Karachi"),
        citizenship=taps("No"),
        work_right=taps("No"),
        visa=taps("J-1"),
        graduation_year=types("2019"),
        step1_year=taps("2022"),
        step2_ck=types("229"),
        step2_year=taps("2023"),
        usce_kinds=taps("Observership", "Done"),
        observership_months=taps("12"),
        observership_fields=taps("Internal Medicine", "Psychiatry", "Done"),
        recent_activity=taps("Now and then"),
        letters=taps("No letters yet"),
        primary=taps("Psychiatry"),
    ),
    levels={SCORE: BORDERLINE, USCE: RAISED, GRADUATION: BORDERLINE},
    said={
        SCORE: ("229", "inside the threshold band of 225 to 230"),
        USCE: ("observership (12 months)", "No hands-on USCE"),
        GRADUATION: ("2019", "7 years since graduation, counted to autumn 2026", "5 to 7 years"),
        VISA: ("J-1", "does not raise this flag"),
    },
    sees=(ONE_FLAG, "Psychiatry, stays in your plan", "letters from Psychiatry are the most convincing"),
    not_asked=("step3",),
)

# The guide counts a green card as US IMG, NRMP counts only citizens (row 011).
GREEN_CARD: Final = Applicant(
    "Carmen",
    but(
        NOTHING_IN_THE_WAY,
        citizenship=taps("No"),
        work_right=taps("Yes, green card"),
        failures=taps("One"),
        failed_exams=taps("Step 2 CS", "Done"),
    ),
    levels={FAILURES: RAISED},
    said={FAILURES: ("1 failed attempt (Step 2 CS)",), VISA: ("no visa needed",)},
    sees=(ONE_FLAG, "you count as a US IMG", "figures for non-U.S. IMGs"),
    sees_not=(NO_FLAG, *MANY_FLAGS),
    not_asked=("visa", "step3"),
)

# Everything is against her at once (row 124).
EVERY_FLAG: Final = Applicant(
    "Devi",
    but(
        NOTHING_IN_THE_WAY,
        "hands_on_months",
        "hands_on_fields",
        citizenship=taps("No"),
        work_right=taps("Yes, temporary"),
        visa=taps("H-1B"),
        graduation_year=types("2009"),
        step1=taps("Passed, 3-digit score"),
        step1_score=types("201"),
        step1_year=types("2012"),
        step2_ck=types("211"),
        step2_year=types("2014"),
        failures=taps("Two or more"),
        failed_exams=taps("Step 1", "Step 2 CK", "Done"),
        step3=taps("Not taken"),
        ecfmg=taps("In progress"),
        usce_kinds=taps("No U.S. experience yet"),
        recent_activity=taps("No patient contact"),
        gaps=taps("Over 12 months"),
        letters=taps("No letters yet"),
        primary=taps("Dermatology"),
        geography=taps("One state only"),
        geography_reason=taps("Family"),
        program_types=taps("University only"),
    ),
    levels=dict.fromkeys(FLAGS, RAISED),
    said={
        SCORE: ("211", "below the threshold band of 225 to 230"),
        FAILURES: ("2 or more failed attempts (Step 1 and Step 2 CK)",),
        GRADUATION: ("2009", "17 years since graduation", "above the threshold band of 5 to 7 years"),
        USCE: ("none yet",),
        VISA: ("H-1B only", "only a few programs seem to sponsor H-1B", "our own estimate"),
        COMPETITION: ("Dermatology", "highly competitive"),
        PLACE: ("one state only (family)",),
    },
    sees=(
        "all flags are raised",
        *MANY_FLAGS,
        "A mentor",
        "Step 1 (2012) and Step 2 CK (2014) were some years ago",
        "your old score (201) stays on your record",
        "Dermatology, stays in your plan",
        "University programs only",
        "The certificate itself is needed before training starts",
    ),
    sees_not=(NO_FLAG, ONE_FLAG, "give up"),
)

# A low score beside declared strengths (row 028), in a field named by rows 019 and 024.
STRENGTHS: Final = Applicant(
    "Emeka",
    but(
        NOTHING_IN_THE_WAY,
        "hands_on_months",
        "hands_on_fields",
        city=types("Lagos, Nigeria"),
        citizenship=taps("No"),
        work_right=taps("No"),
        visa=taps("J-1 or H-1B, either"),
        step1_year=taps("2025"),
        step2_ck=types("224"),
        step2_year=taps("2025"),
        step3=taps("Scheduled"),
        usce_kinds=taps("Observership", "Elective", "Done"),
        observership_months=taps("2"),
        observership_fields=taps("No particular field"),
        elective_months=types("8 weeks"),
        elective_fields=taps("Radiology", "Done"),
        publications=types("7"),
        abstracts=taps("3"),
        posters=taps("2"),
        projects=taps("1"),
        research_fields=taps("Neurology", "Radiology", "Done"),
        letters=taps("Radiology", "Done"),
        primary=taps("Radiology"),
        strengths=taps("Strong research", "PhD, MPH or similar", "Done"),
        geography=taps("Several regions"),
        geography_reason=taps("Visa or immigration"),
    ),
    levels={SCORE: BORDERLINE, COMPETITION: RAISED, PLACE: BORDERLINE},
    said={
        SCORE: ("224", "softened this flag from raised to borderline", "research and an advanced degree"),
        USCE: ("observership (2 months), elective (2 months)",),
        VISA: ("J-1 or H-1B", "is open to you"),
        PLACE: ("several regions (visa)",),
    },
    sees=(
        ONE_FLAG,
        "IMGs often need a Step 2 CK score significantly above average",
        "seriously consider a backup",
        "Research weighs especially in Radiology",
        "You named 13 pieces of research",
        "Good that Step 3 is scheduled",
    ),
)

# Eight years back, but seeing patients most weeks (row 030); the strengths are not known.
ACTIVE: Final = Applicant(
    "Farah",
    but(
        NOTHING_IN_THE_WAY,
        graduation_year=types("2018"),
        step2_ck=types("224"),
        strengths=UNSURE,
        home_experience=taps("Residency", "Work as a doctor", "Done"),
        home_fields=taps("Pediatrics", "Done"),
        primary=taps("Pediatrics"),
    ),
    levels={SCORE: UNKNOWN},
    said={
        SCORE: ("224", "You were not sure about yours"),
        GRADUATION: ("8 years since graduation", "regular clinical work balances it"),
    },
    sees=("Unknown is not fine", "Exceptional strengths"),
)

# The same eight years without patients (row 030); H-1B alone in a field where it is no rarity (row 032).
INACTIVE: Final = Applicant(
    "Gul",
    but(
        NOTHING_IN_THE_WAY,
        citizenship=taps("No"),
        work_right=taps("No"),
        visa=taps("H-1B"),
        graduation_year=types("2018"),
        step2_ck=types("227"),
        step3=taps("Passed"),
        hands_on_months=types("2 weeks"),
        recent_activity=taps("Now and then"),
        primary=taps("Psychiatry"),
        gaps=taps("6 to 12 months"),
        letters=taps("Psychiatry", "Psychiatry: 1", "Psychiatry: 2", "Neurology", "Done"),
    ),
    levels={SCORE: BORDERLINE, GRADUATION: RAISED, USCE: BORDERLINE, VISA: BORDERLINE},
    said={
        SCORE: ("227",),
        GRADUATION: ("8 years since graduation", "above the threshold band of 5 to 7 years", "limited recent clinical"),
        USCE: ("hands-on role (0.5 months)", "less than one month"),
        VISA: ("H-1B only", "Only a caution"),
    },
    sees=(
        ONE_FLAG,
        "Three are borderline",
        "the gap in your CV (6 to 12 months)",
        "Research weighs especially in Psychiatry",
    ),
    sees_not=("Advisers say to pass Step 3",),
)

# Nothing is known (row 025): unknown is never cleared.
UNSURE_OF_ALL: Final = Applicant(
    "Hugo",
    dict.fromkeys(
        [
            "cycle",
            "city",
            "citizenship",
            "work_right",
            "visa",
            "graduation_year",
            "step1",
            "step2_ck",
            "failures",
            "step3",
            "ecfmg",
            "usce_kinds",
            "home_experience",
            "recent_activity",
            "gaps",
            "publications",
            "abstracts",
            "posters",
            "projects",
            "letters",
            "primary",
            "strengths",
            "geography",
            "program_types",
        ],
        UNSURE,
    ),
    levels=dict.fromkeys(FLAGS, UNKNOWN),
    said=dict.fromkeys(FLAGS, ("not known yet",)),
    sees=("Seven are unknown", "Unknown is not fine", "Find one answer that is still unknown", "Match cycle; City;"),
    sees_not=("\nClear\n", "That is a good base"),
)

# A final-year student whose field is not in the list, and who has not sat Step 2 CK (rows 007, 013, 022).
STUDENT: Final = Applicant(
    "Inés",
    but(
        NOTHING_IN_THE_WAY,
        "step1_year",
        "step2_year",
        "hands_on_months",
        "hands_on_fields",
        citizenship=UNSURE,
        work_right=taps("No"),
        visa=taps("H-1B"),
        graduation_year=taps("2027"),
        step1=taps("Not taken yet"),
        step2_ck=taps("Not taken yet"),
        step3=taps("Not taken"),
        ecfmg=taps("Not started"),
        usce_kinds=taps("Elective", "Done"),
        elective_months=UNSURE,
        elective_fields=UNSURE,
        letters=taps("No letters yet"),
        primary=taps("Another field"),
        primary_other=types("Sports Medicine"),
    ),
    levels={SCORE: UNKNOWN, USCE: UNKNOWN, VISA: UNKNOWN, COMPETITION: UNKNOWN},
    said={
        SCORE: ("not taken yet",),
        USCE: ("elective (months not known yet)", "we do not know for how long"),
        VISA: ("H-1B only", "Sports Medicine"),
        COMPETITION: ("Sports Medicine", "Unknown, not fine"),
        GRADUATION: ("2027",),
    },
    sees=(NO_FLAG, "by what we know so far", "Plan your Step 2 CK exam", "Sports Medicine, stays in your plan"),
    sees_not=("Dermatology",),
)

# Two flags, with J-1 in the field where H-1B would be one more (row 032), six years back (row 030).
TWO_FLAGS: Final = Applicant(
    "Jun",
    but(
        NOTHING_IN_THE_WAY,
        "hands_on_months",
        "hands_on_fields",
        citizenship=taps("No"),
        work_right=taps("No"),
        visa=taps("J-1"),
        graduation_year=taps("2020"),
        recent_activity=taps("No patient contact"),
        usce_kinds=taps("Observership", "Done"),
        observership_months=taps("1"),
        observership_fields=taps("Dermatology", "Done"),
        primary=taps("Dermatology"),
    ),
    levels={GRADUATION: BORDERLINE, USCE: RAISED, COMPETITION: RAISED},
    said={
        GRADUATION: ("6 years since graduation", "inside the threshold band of 5 to 7 years"),
        VISA: ("J-1",),
    },
    sees=("two flags are raised", *MANY_FLAGS, "significantly above average"),
    sees_not=(NO_FLAG, ONE_FLAG),
)

# Some things are known, some are not: one flag is raised, and two cannot be told (rows 025, 034).
UNDECIDED: Final = Applicant(
    "Kofi",
    but(
        NOTHING_IN_THE_WAY,
        cycle=UNSURE,
        failures=UNSURE,
        geography=taps("One state only"),
        geography_reason=UNSURE,
    ),
    levels={GRADUATION: UNKNOWN, FAILURES: UNKNOWN, PLACE: RAISED},
    said={
        GRADUATION: ("We do not know for which Match you apply",),
        PLACE: ("one state only",),
    },
    sees=(ONE_FLAG, "Two are unknown", "Match cycle; Failed attempts; Why this limit"),
)

APPLICANTS: Final = (
    CITIZEN,
    SCENARIO,
    GREEN_CARD,
    EVERY_FLAG,
    STRENGTHS,
    ACTIVE,
    INACTIVE,
    UNSURE_OF_ALL,
    STUDENT,
    TWO_FLAGS,
    UNDECIDED,
)
