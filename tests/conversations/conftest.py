"""What the tests of conversations share: the engine of this release, the renderer, and a chat at its first question."""

import pytest

from bot.outgoing.rendering import Renderer
from conversations.catalogue import engine as build_engine
from conversations.engine import Engine
from planning.facts import Facts, load
from tests.conversations.sharing_talk import SITE, PaperMint
from tests.conversations.somebody import somebody
from tests.conversations.talk import Talk


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="session")
def engine(facts: Facts) -> Engine:
    return build_engine(facts)


@pytest.fixture(scope="session")
def renderer(facts: Facts) -> Renderer:
    return Renderer(facts)


@pytest.fixture
def talk(engine: Engine) -> Talk:
    """Somebody who has just been welcomed."""
    return Talk(engine).says("/start")


@pytest.fixture
def asked(talk: Talk) -> Talk:
    """Somebody at the first question."""
    return talk.presses("Begin the assessment")


@pytest.fixture
def done(asked: Talk) -> Talk:
    """Somebody who has answered everything and sees the review."""
    return asked.answers_all()


@pytest.fixture(scope="session")
def sharing(facts: Facts) -> Engine:
    return build_engine(facts, SITE, lambda: "plan_bot", PaperMint())


@pytest.fixture
def applicant(sharing: Engine) -> Talk:
    return Talk(sharing, somebody("home"))
