"""Pages: screens that are not questions (menus, the review, the result). Each builds its context and buttons purely."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversations.flow import Flow, Route
from conversations.questions import Scene
from conversations.screen import Document, Note, Picture, Rows, Screen
from conversations.session import Run, Session
from planning.facts import Facts


class Mint(Protocol):
    """Makes the secrets of links from what is kept of them, so that no secret is kept."""

    @property
    def key(self) -> str:
        """The name of the key under which new secrets are made."""
        ...

    def token(self, key: str, seed: str) -> str | None:
        """The secret (43 characters of base64url) of a seed under a key by its name; None where the key is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page may look at: the session, the flows, the facts, the instant (aware UTC) and the place's subject.

    ``site`` is the address of our own pages, None where there are none. ``seed`` gives fresh randomness (4 characters
    of a-z and 0-9) to deeds; pages have none, since a screen is a function of what is kept. ``handle`` is the bot's
    username, None while it is not known.
    """

    session: Session
    flows: Mapping[str, Flow]
    facts: Facts
    now: datetime
    subject: str = ""
    site: str | None = None
    seed: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    handle: str | None = None
    mint: Mint | None = field(default=None, repr=False, compare=False)
    _runs: dict[str, Run] = field(default_factory=dict, repr=False, compare=False)
    _routes: dict[str, Route] = field(default_factory=dict, repr=False, compare=False)

    def run(self, flow: str) -> Run:
        """The flow's run with its answers as this release reads them."""
        if flow not in self._runs:
            run = self.session.run(flow)
            self._runs[flow] = Run(self.flows[flow].readable(run.answers), run.editing, run.back_to)
        return self._runs[flow]

    def route(self, flow: str) -> Route:
        """What is reachable in the flow now; worked out once a visit, since pages ask for it many times."""
        if flow not in self._routes:
            self._routes[flow] = self.flows[flow].route(self.run(flow).answers)
        return self._routes[flow]

    def scene(self, flow: str) -> Scene:
        """The scene in which the flow's answers are said in words."""
        return Scene(self.route(flow).answers, self.facts, self.now)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page's content: values for its template, and its buttons. ``template`` stands in for the page's own."""

    context: Mapping[str, object]
    rows: Rows
    picture: Picture | None = None
    document: Document | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """What buttons of one verb do without moving anybody: from an old message too, in the middle of a question too.

    ``after`` gives the session after an action, unchanged where it means nothing. ``reply`` gives what the message
    becomes, from the session as it is then, the action, and the message's own token.
    """

    after: Callable[[Visit, str], Session]
    reply: Callable[[Visit, str, str], Screen]


Deed = Callable[[Visit, str], Session | None]
"""A change that is no answer (choosing a backup): the session after it, or None where it means nothing here."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``fresh``: always sent as a new message; ``keep``: its message stays when its buttons are pressed;
    ``protect``: it cannot be forwarded or saved.

    ``on_enter`` gives the session as it is remembered once somebody has come to the page. ``typed`` reads a text that
    is no button's label: it gives the place it asks for (``page`` or ``page.subject``), a note, or the session that
    has taken it.
    """

    id: str
    build: Callable[[Visit], Leaf]
    fresh: bool = False
    keep: bool = False
    on_enter: Callable[[Visit], Session] | None = None
    typed: Callable[[Visit, str], str | Note | Session] | None = None
    protect: bool = False

    @property
    def template(self) -> str:
        """Its template below ``templates/chat``."""
        return f"pages/{self.id}"
