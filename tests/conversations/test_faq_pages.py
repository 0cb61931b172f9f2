"""The FAQ and the glossary: every answer complete, sourced and short; from the middle of a question and back once."""

import re
from dataclasses import replace

import pytest

from bot.outgoing.rendering import Renderer
from conversations import catalogue
from conversations.citations import cited
from conversations.engine import Engine
from conversations.faq import TOPICS, Topic
from conversations.glossary import PAGES_OF_LIST, PER_PAGE, TERMS, Term, meant
from planning.facts import Facts
from tests import telegram_parser
from tests.conversations.talk import Talk

WHERE = "Where is this from?"
# Names that hold a digit are no figures.
_NAMES = re.compile(r"Step [123]|PGY-[12]|J-1|H-1B|Question \d+ of \d+")
_FORBIDDEN = re.compile(r"(?i:maximi|your chances?\b|probability|guaranteed to)|\bNone\b|\{\{|\}\}|%")


def opened(talk: Talk, place: str) -> Talk:
    """The page of that place, by a button that leads there."""
    return talk.presses_data(f"{talk.screen.token}:g:{place}")


def text_of(talk: Talk, renderer: Renderer) -> str:
    """The screen as Telegram reads it."""
    text, _ = telegram_parser.parse(renderer.html(talk.screen))
    return text


def answer(talk: Talk, renderer: Renderer, topic: str) -> str:
    return text_of(opened(talk, f"faq.{topic}"), renderer)


# -- the guide's four questions ----------------------------------------------------------------------------------------


def test_one_field_only_is_risky_with_three_reasons_and_six_fields(talk: Talk, renderer: Renderer) -> None:
    """Row 145."""
    text = answer(talk, renderer, "one_field")
    assert "For most IMGs, yes, it is risky" in text
    for reason in (
        "score is not clearly above average",
        "you need a visa",
        "older YOG",
        "little U.S. clinical experience",
    ):
        assert reason in text
    listed = next(line for line in text.splitlines() if "six highly competitive fields" in line)
    for field in ("Dermatology", "Plastic Surgery", "Orthopedic Surgery", "ENT", "Neurosurgery", "Radiology"):
        assert field in listed.partition(": for these")[0]
    assert "exceptional strength or a well-designed backup plan" in listed
    assert "more likely to go unmatched" in text
    assert "Your primary specialty stays in your plan" in text


def test_programs_do_not_see_the_other_field_but_can_guess_it_and_may_not_ask(talk: Talk, renderer: Renderer) -> None:
    """Row 146, with what programs may not ask."""
    text = answer(talk, renderer, "programs_know")
    assert "Not automatically. In ERAS, programs do not see" in text
    for way in ("• your CV", "• letters from doctors of another specialty", "• your answers in interviews"):
        assert way in text
    assert "one story that fits both fields" in text
    assert "be open about your reasons" in text
    assert "Programs may not ask you where else you applied" in text
    assert "You may say it if you want to. [NRMP, read 2026]" in text
    assert "Policy FAQs: applicant (NRMP, read 2026)" in text.partition(WHERE)[2]


def test_five_fields_are_the_friendliest_and_the_program_counts_more_than_the_label(
    talk: Talk, renderer: Renderer
) -> None:
    """Row 147."""
    text = answer(talk, renderer, "open_fields")
    bullets = [line.removeprefix("• ") for line in text.splitlines() if line.startswith("• ")]
    assert bullets == [
        "Internal Medicine, especially at community programs",
        "Family Medicine",
        "Pediatrics",
        "Psychiatry",
        "Neurology",
    ]
    assert "some programs are highly competitive and some are very IMG-friendly" in text
    assert "choose by the data of each program, not by the name of the field" in text


def test_a_switch_is_possible_not_guaranteed_and_depends_on_four_things(talk: Talk, renderer: Renderer) -> None:
    """Row 148."""
    text = answer(talk, renderer, "switch_later")
    assert "possible, but not guaranteed" in text
    bullets = [line for line in text.splitlines() if line.startswith("• ")]
    assert len(bullets) == 4
    for bullet, word in zip(bullets, ("open positions", "performance", "leadership", "immigration"), strict=True):
        assert word in bullet
    assert "a backup that you could accept as your permanent work" in text


# -- what IMGs ask besides ---------------------------------------------------------------------------------------------


def test_fields_outside_eras_are_those_of_the_facts(talk: Talk, renderer: Renderer, facts: Facts) -> None:
    text = answer(talk, renderer, "outside_eras")
    outside = {field.name for field in facts.specialties if field.service != "ERAS"}
    assert {"Obstetrics and Gynecology", "Emergency Medicine", "Ophthalmology"} <= outside
    named = {line.removeprefix("• ").partition(":")[0] for line in text.splitlines() if line.startswith("• ")}
    assert named == outside | {"Urology"}


def test_nobody_may_contact_a_program_in_soap_also_not_a_mentor(talk: Talk, renderer: Renderer) -> None:
    text = answer(talk, renderer, "mentor_contact")
    assert "Nobody may reach out to a program for you" in text
    assert "This includes your mentor" in text


def test_soap_is_said_in_two_sentences(talk: Talk, renderer: Renderer) -> None:
    paragraphs = answer(talk, renderer, "soap").split("\n\n")
    said = next(paragraph for paragraph in paragraphs if paragraph.startswith("SOAP ("))
    assert len(re.findall(r"\.(?: |$)", said)) == 2


def test_a_score_of_229_is_inside_the_band_and_no_chance_is_computed(talk: Talk, renderer: Renderer) -> None:
    text = answer(talk, renderer, "score")
    assert text.startswith("Is a Step 2 CK score like 229 too low?")
    assert "225 to 229: borderline" in text
    assert "We do not compute what a score means for matching" in text


def test_figures_and_rules_follow_the_facts(facts: Facts) -> None:
    band = replace(facts.flags["step2_ck"], low=231.0, high=236.0)
    rule = replace(facts.rules["soap-45"], words="ERAS allows 7 applications in SOAP.", in_flux=True, as_of="2031")
    newer = replace(facts, flags={**facts.flags, "step2_ck": band}, rules={**facts.rules, "soap-45": rule})
    talk, renderer = Talk(catalogue.engine(newer)).says("/faq"), Renderer(newer)
    assert "9. Is a Step 2 CK score like 235 too low?" in text_of(talk, renderer)
    assert "231 to 235: borderline" in answer(talk, renderer, "score")
    soap = answer(talk, renderer, "soap")
    assert "ERAS allows 7 applications in SOAP. [Residency Advisor (blog), 2031; second-hand]" in soap
    assert "This is changing: check it again before you rely on it." in soap


def test_a_rule_that_is_changing_says_so(talk: Talk, renderer: Renderer, facts: Facts) -> None:
    assert facts.rules["h1b-payment"].in_flux
    text = text_of(opened(talk, "glossary.h1b"), renderer)
    assert "This is changing" in text
    assert "Ask a lawyer" in text


# -- what every answer promises ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_an_answer_is_short_begins_with_the_next_step_and_names_its_sources(
    topic: Topic, talk: Talk, renderer: Renderer, facts: Facts
) -> None:
    text = answer(talk, renderer, topic.id)
    body, _, where = text.partition(WHERE)
    assert len(body) <= 1200
    assert len(text) <= 1500
    assert body.split("\n\n")[1].startswith("Next step: ")
    assert not _FORBIDDEN.search(text), text
    sources = cited(facts, rules=topic.rules, sources=topic.sources)
    assert sources
    for source in sources:
        assert f"{source.title} ({source.publisher}, {source.when})" in where
        assert ("second-hand" in where) or source.kind != "secondary"
    for label in ("All questions", "Glossary", "Menu", "Begin the assessment"):
        assert label in talk.labels


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.id)
def test_a_term_is_short_valid_and_leads_on(term: Term, talk: Talk, renderer: Renderer, facts: Facts) -> None:
    text = text_of(opened(talk, f"glossary.{term.id}"), renderer)
    heading, _, rest = text.partition("\n\n")
    body, _, where = rest.partition(WHERE)
    assert heading.casefold().startswith(term.label.casefold().split()[0])
    assert 30 <= len(body) <= 500
    assert not _FORBIDDEN.search(text), text
    for source in cited(facts, rules=term.rules, sources=term.sources):
        assert f"{source.title} ({source.publisher}, {source.when})" in where
    if re.search(r"\d", _NAMES.sub("", body)):
        assert where, f"a figure without a source: {body}"
    for label in ("All words", "FAQ", "Menu", "Begin the assessment"):
        assert label in talk.labels


def test_a_rule_that_an_answer_says_is_among_its_sources(talk: Talk, renderer: Renderer, facts: Facts) -> None:
    shown = 0
    for place, own in [
        *((f"faq.{topic.id}", topic.rules) for topic in TOPICS),
        *((f"glossary.{term.id}", term.rules) for term in TERMS),
    ]:
        text = text_of(opened(talk, place), renderer)
        said = {rule.id for rule in facts.rules.values() if rule.words in text}
        assert said <= set(own), place
        shown += len(said)
    assert shown > len(TOPICS)


# -- moving about ------------------------------------------------------------------------------------------------------


def test_next_and_previous_lead_through_all_questions(talk: Talk) -> None:
    opened(talk, f"faq.{TOPICS[0].id}")
    seen = []
    while True:
        seen.append(talk.screen.context["topic"])
        if "Next ▸" not in talk.labels:
            break
        talk.presses("Next ▸")
    assert seen == list(TOPICS)
    for topic in reversed(TOPICS[:-1]):
        assert talk.presses("◂ Previous").screen.context["topic"] == topic
    assert "◂ Previous" not in talk.labels
    assert talk.presses("All questions").screen.context["topic"] is None


def test_each_question_has_a_button_and_a_number_to_type(talk: Talk) -> None:
    for number, topic in enumerate(TOPICS, 1):
        assert talk.says("/faq").presses(f"{number}. {topic.label}").screen.context["topic"] == topic
        assert talk.says("/faq").says(str(number)).screen.context["topic"] == topic
    for nothing in ("0", str(len(TOPICS) + 1), "999"):
        assert talk.says("/faq").says(nothing).note == "no_answer", nothing


def test_a_word_typed_on_the_faq_opens_the_glossary_and_nonsense_is_answered_there(
    talk: Talk, renderer: Renderer
) -> None:
    assert talk.says("/faq").says("what is SOAP?").page == "glossary"
    assert talk.says("/faq").says("<b>xyzzy</b>").page == "faq"
    assert "I have no answer to “<b>xyzzy</b>” here" in text_of(talk, renderer)


@pytest.mark.parametrize("page", ["faq", "glossary"])
@pytest.mark.parametrize("subject", ["", ".nothing", ".0", ".999999999999", ".²", ".faq.soap"])
def test_a_place_that_this_release_does_not_know_shows_the_list(
    page: str, subject: str, talk: Talk, renderer: Renderer
) -> None:
    opened(talk, f"{page}{subject}")
    assert talk.page == page
    assert talk.screen.context["topic" if page == "faq" else "term"] is None
    assert text_of(talk, renderer)


def test_the_glossary_shows_every_term_once_eight_a_page(talk: Talk) -> None:
    talk.says("/glossary")
    labels: list[str] = []
    for number in range(1, PAGES_OF_LIST + 1):
        assert talk.screen.context["page"] == number
        shown = [label for label in talk.labels if label in {term.label for term in TERMS}]
        assert len(shown) == PER_PAGE or number == PAGES_OF_LIST
        labels += shown
        if number < PAGES_OF_LIST:
            talk.presses("Later words ▸")
    assert labels == [term.label for term in TERMS]
    assert "Later words ▸" not in talk.labels
    assert talk.presses("◂ Earlier words").screen.context["page"] == PAGES_OF_LIST - 1


def test_all_words_leads_back_to_the_page_of_the_term(talk: Talk) -> None:
    for term in TERMS:
        opened(talk, f"glossary.{term.id}").presses("All words")
        assert term.label in talk.labels


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("SOAP", "SOAP"),
        ("what is SOAP", "SOAP"),
        ("What's SOAP?", "SOAP"),
        ("what does SOAP mean?", "SOAP"),
        ("what does rol stand for", "ROL"),
        ("whats a sub-I", "Sub-internship"),
        ("define: the Match", "Match"),
        ("h1b", "H-1B"),
        ("H-1B visa", "H-1B"),
        ("j 1", "J-1"),
        ("pgy 1", "PGY-1"),
        ("step 2", "Step 2 CK"),
        ("step", "Step 1"),
        ("observerships", "Observership"),
        ("Externshp", "Externship"),
        ("letters of recommendation", "LoR"),
        ("residency", "Residency"),
        ("residency cas", "ResidencyCAS"),
        ("cap exempt", "Cap-exempt"),
        ("non-US IMG", "US IMG"),
        ("plan b", "Parallel plan"),
        ("who is the program director", "PD"),
    ],
)
def test_a_typed_word_finds_its_term(typed: str, label: str, talk: Talk) -> None:
    assert talk.says("/glossary").says(typed).page == "glossary"
    term = talk.screen.context["term"]
    assert isinstance(term, Term)
    assert term.label == label


@pytest.mark.parametrize("typed", ["", "?", "astrology", "what is", "xx", "🙂", "soap " * 30, "a" * 2000])
def test_what_is_no_term_finds_none_and_the_list_stays(typed: str, talk: Talk) -> None:
    assert meant(typed) is None
    talk.says("/glossary").says(typed)
    assert talk.page == "glossary"
    assert talk.screen.context["term"] is None
    assert talk.note in {"no_term", "not_understood"}


def test_every_label_and_other_name_finds_its_own_term() -> None:
    for term in TERMS:
        for name in (term.label, *term.also):
            assert meant(name) is term, name


def test_every_label_fits_on_a_phone_and_every_term_to_read_next_exists() -> None:
    ids = {term.id for term in TERMS}
    assert len(ids) == len(TERMS)
    for term in TERMS:
        assert len(term.label) <= 20
        assert term.near
        assert set(term.near) <= ids - {term.id}
        assert not term.id.isdigit()


# -- from the middle of something and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["/faq", "/glossary"])
@pytest.mark.parametrize("question", ["city", "visa", "usce_kinds", "gaps", "program_types"])
def test_from_a_question_one_returns_once_to_the_same_question(command: str, question: str, asked: Talk) -> None:
    """Row 149."""
    asked.answers_until(question)
    before, text = dict(asked.answered), asked.screen
    asked.says(command)
    opened(asked, "faq.soap").presses("Next ▸").presses("Glossary").says("what is ERAS")
    asked.presses("Continue at question")
    assert asked.question == question
    assert asked.answered == before
    assert asked.screen.context == text.context
    asked.says("not sure") if question != "city" else asked.says("Karachi")
    assert asked.question != question
    assert asked.page == ("review" if question == "program_types" else "")


def test_from_an_answer_under_change_one_returns_to_it_and_then_to_the_review(done: Talk) -> None:
    done.presses_data(f"{done.screen.token}:q:assessment.gaps")
    assert done.question == "gaps"
    done.says("/faq").presses("9. Is my score too low?").presses("Continue at question")
    assert done.question == "gaps"
    assert done.presses("Keep").page == "review"


def test_the_menu_and_the_help_lead_to_both_and_the_commands_are_offered(asked: Talk) -> None:
    asked.answers_until("visa")
    for start in ("/menu", "/help"):
        assert asked.says(start).presses("FAQ").page == "faq"
        assert asked.says(start).presses("Glossary").page == "glossary"
    assert "faq" in dict(catalogue.MENU)
    assert {"faq", "glossary"} <= set(catalogue.COMMANDS)


def test_after_the_assessment_every_page_offers_the_result(done: Talk) -> None:
    for place in ("faq", "faq.soap", "glossary", "glossary.soap"):
        assert opened(done, place).presses("See my result").page == "result"


def test_somebody_new_may_begin_with_the_faq(engine: Engine) -> None:
    new = Talk(engine).says("/faq")
    assert new.page == "faq"
    assert new.presses("Begin the assessment").question == "cycle"
