"""How a conversation moves: ``step`` turns a session and an event into the next session, ``screen`` shows a session.

Pure: the same input gives the same output, nothing is read but the arguments. The screen is a function of the stored
session alone, so a repeated update (a crash between commit and acknowledgement) shows the current screen again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from conversations import buttons
from conversations.answers import UNKNOWN, Json
from conversations.asking import OF, Asked, asked, question_screen
from conversations.desk import EMPTY, Desk
from conversations.events import Command, Event, Other, Pressed, Typed
from conversations.flow import Flow
from conversations.pages import Aside, Deed, Mint, Page, Visit
from conversations.questions import Answered, Drafting, Outcome, Refused
from conversations.screen import Note, Screen
from conversations.session import Place, Run, Session
from conversations.wording import labelled, verb_named
from planning.facts import Facts

TYPED_LIMIT = 2000
NARROWED = ("found", "only")
WELCOME, HOME, RESUME, DELETED = "welcome", "home", "resume", "deleted"


@dataclass(frozen=True, slots=True)
class Step:
    """What follows an event.

    ``session`` is None when nothing is kept of this person. ``toast`` is a short word on the pressed button's spinner.
    ``quiet``: nothing new to show (a double tap); only the press is answered. ``edit``: the pressed message may be
    replaced by the next screen. ``reply``: what the pressed message becomes, in place of the next screen.
    """

    session: Session | None
    erase: bool = False
    toast: Note | None = None
    quiet: bool = False
    edit: bool = False
    reply: Screen | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """The flows, the pages, the commands and the deeds (changes that are no answers), with the facts they use.

    ``asides``, by their verb: buttons that change something from wherever they stand, and rewrite their own message.
    ``told`` gives the session with what must be said on the next screen, whatever it is. ``claimed`` gives the session
    of somebody who opened a deep link (the desk says which). ``site`` is the address under which our own pages are
    reached, without a slash at its end; None where there is none. ``handle`` gives the bot's username, None while it
    is not known; ``mint`` makes the secrets of links.
    """

    flows: Mapping[str, Flow]
    pages: Mapping[str, Page]
    commands: Mapping[str, str]
    main_flow: str
    facts: Facts
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    asides: Mapping[str, Aside] = field(default_factory=dict)
    told: Callable[[Visit], Session] | None = None
    claimed: Callable[[Visit], Session] | None = None
    site: str | None = None
    handle: Callable[[], str | None] = lambda: None
    mint: Mint | None = None

    def screen(self, session: Session | None, now: datetime) -> Screen:
        """The screen of a session at an instant (aware UTC); of nobody's session, the goodbye after an erasure."""
        if session is None:
            leaf = self.pages[DELETED].build(self.visit(Session(seed="none"), now))
            return Screen(self.pages[DELETED].template, leaf.context, leaf.rows, "none")
        if session.place.flow in self.flows and session.place.flow:
            visit = self.visit(session, now)
            open_ = asked(visit, session.place.flow)
            if open_ is not None:
                return question_screen(visit, open_)
        session = self.settled(session, now)
        visit = self.visit(session, now)
        page = self.pages[session.place.page or HOME]
        leaf = page.build(visit)
        return Screen(
            leaf.template or page.template,
            leaf.context,
            leaf.rows,
            session.token,
            page.fresh,
            page.keep,
            session.note,
            picture=leaf.picture,
            document=leaf.document,
            protect=page.protect,
        )

    def settled(self, session: Session, now: datetime) -> Session:
        """The session at a place that exists in this release: a finished flow leads to its last page, an unknown
        page or flow (a release back or forth) to the menu, which says that this part has changed."""
        place = session.place
        if place.flow in self.flows and place.flow:
            if asked(self.visit(session, now), place.flow) is not None:
                return session
            run = session.run(place.flow)
            page = run.back_to or self.flows[place.flow].done
            return replace(session.with_run(place.flow, Run(run.answers)), place=self._page_place(page))
        if place.page in self.pages and not place.flow:
            return session
        return replace(session, place=Place(page=HOME), note=Note("part_changed"))

    def step(
        self, session: Session | None, event: Event, now: datetime, seed: Callable[[], str], desk: Desk = EMPTY
    ) -> Step:
        """The session after an event.

        ``seed`` gives fresh randomness (4 characters of a-z and 0-9), asked only where a session begins or a secret is
        made. ``desk`` is what the store says beside the session. Never raises for anything a person can send.
        """
        if session is None:
            return self._first(event, now, seed(), desk)
        session = replace(self.settled(session, now), desk=desk)
        seen = replace(session, seen_at=int(now.timestamp()))
        step = self._stepped(seen, event, now, seed, away=session.seen_at)
        if step.session is None or step.reply is not None:
            return step
        after = step.session if step.session.turn == session.turn else self._arrived(step.session, now, seed)
        if self.told is not None and after.note is None and not step.quiet:
            after = self.told(self.visit(after, now))
        return replace(step, session=after)

    def reply(self, session: Session | None, event: Event, now: datetime) -> Screen | None:
        """What an aside's own message shows for the state that is kept; None for every other event."""
        press = buttons.unpacked(event.data) if isinstance(event, Pressed) else None
        if (
            session is None
            or press is None
            or press.verb not in self.asides
            or not press.token.startswith(session.seed)
        ):
            return None
        return self.asides[press.verb].reply(self.visit(session, now), press.argument, press.token)

    def _arrived(self, session: Session, now: datetime, seed: Callable[[], str]) -> Session:
        """What a page notes when somebody comes to it (the result keeps its version)."""
        page = self.pages.get(session.place.page or "")
        return page.on_enter(self.visit(session, now, seed)) if page is not None and page.on_enter else session

    def _stepped(self, seen: Session, event: Event, now: datetime, seed: Callable[[], str], *, away: int) -> Step:
        match event:
            case Command(name=name):
                return Step(self._commanded(seen, name, now, away=away))
            case Typed(text=text):
                return Step(self._typed(seen, text, now))
            case Pressed(data=data):
                return self._pressed(seen, data, now, seed)
            case Other(kind=kind):
                return Step(
                    replace(seen, note=Note("edited") if kind == "edited" else Note("only_text", {"kind": kind}))
                )
            case _:
                assert_never(event)

    def visit(self, session: Session, now: datetime, seed: Callable[[], str] | None = None) -> Visit:
        """What pages see of a session at an instant (aware UTC)."""
        return Visit(
            session, self.flows, self.facts, now, session.place.subject, self.site, seed, self.handle(), self.mint
        )

    def _first(self, event: Event, now: datetime, seed: str, desk: Desk) -> Step:
        """Nobody is known yet. Erasing twice, or a second tap on *erase*, must not begin a new session."""
        session = Session(seed=seed, place=Place(page=WELCOME), seen_at=int(now.timestamp()), desk=desk)
        match event:
            case Pressed(data=data):
                press = buttons.unpacked(data)
                if press and press.verb == "d" and press.argument == "erase":
                    return Step(None, edit=True)
                if press and press.verb == "g" and press.argument == WELCOME:
                    return Step(session)
                return Step(replace(session, note=Note("old_button")))
            case Command(name="delete"):
                return Step(None)
            case Command(name="start") if desk.claim is not None and self.claimed is not None:
                return Step(self.claimed(self.visit(session, now)))
            case Command(name=name) if name in self.commands:
                return Step(replace(session, place=Place(page=self.commands[name])))
            case Other(kind=kind) if kind != "edited":
                return Step(replace(session, note=Note("only_text", {"kind": kind})))
            case _:
                return Step(session)

    # -- commands -----------------------------------------------------------------------------------------------------

    def _commanded(self, session: Session, name: str, now: datetime, *, away: int) -> Session:
        run = session.run(self.main_flow)
        unfinished = asked(self.visit(session, now), self.main_flow) is not None
        if name == "start" and session.desk.claim is not None and self.claimed is not None:
            return self.claimed(self.visit(session, now))
        if name in {"start", "menu"}:
            if not run.answers:
                return session.moved(Place(page=WELCOME))
            if unfinished and name == "start":
                days = max(0, int(now.timestamp()) - away) // 86_400 if away else 0
                return session.moved(Place(page=RESUME, subject=str(days)))
            return session.moved(Place(page=HOME))
        if name == "cancel":
            if session.place.flow:
                paused = replace(run, editing=None, back_to=None)
                note = Note("paused", {"count": len(run.answers)})
                return session.with_run(self.main_flow, paused).moved(Place(page=HOME), note)
            home = HOME if run.answers else WELCOME
            return session.moved(Place(page=home), Note("nothing_to_cancel"))
        if name in self.commands:
            return session.moved(Place(page=self.commands[name]))
        return replace(session, note=Note("unknown_command"))

    # -- typed text ---------------------------------------------------------------------------------------------------

    def _typed(self, session: Session, text: str, now: datetime) -> Session:
        if not text:
            return replace(session, note=Note("not_understood"))
        if len(text) > TYPED_LIMIT:
            return replace(session, note=Note("too_long_message"))
        screen = self.screen(session, now)
        if session.place.flow:
            open_ = asked(self.visit(session, now), session.place.flow)
            named = verb_named(text)
            if open_ is not None and named:
                return self._act(session, named, "", now) or replace(session, note=Note("not_understood"))
            if open_ is not None:
                return self._outcome(session, open_, open_.question.kind.typed(text, open_.scene, open_.draft), now)
        action = labelled(text, screen.rows)
        if action:
            verb, _, argument = action.partition(":")
            if verb == "d" and argument == "erase":  # only ever pressed, never guessed from a text
                return replace(session, note=Note("press_to_erase"))
            return self._act(session, verb, argument, now) or session
        page = self.pages.get(session.place.page or "")
        meant = page.typed(self.visit(session, now), text) if page and page.typed else Note("not_understood")
        if isinstance(meant, Note):
            return replace(session, note=meant)
        return meant if isinstance(meant, Session) else session.moved(self._page_place(meant))

    # -- buttons ------------------------------------------------------------------------------------------------------

    def _pressed(self, session: Session, data: str, now: datetime, seed: Callable[[], str]) -> Step:
        press = buttons.unpacked(data)
        if press and press.verb in self.asides and press.token.startswith(session.seed):
            settled = self.asides[press.verb].after(self.visit(session, now), press.argument)
            return Step(settled, reply=self.reply(settled, Pressed(data), now))
        if press is None:
            return Step(replace(session, note=Note("old_button")), toast=Note("old_button"), edit=True)
        edit = not press.keep
        current = press.token == session.token
        action = f"{press.verb}:{press.argument}"
        if not current and press.token == session.last_token and action == session.last_press:
            # A double tap: the first one moved on. Saying it in the chat as well would alarm, showing again would
            # repeat the result; the screen that the first tap led to is there already.
            return Step(session, toast=Note("already_answered"), quiet=True)
        if not current and press.verb not in buttons.HARMLESS:
            return Step(replace(session, note=Note("old_button")), toast=Note("old_button"), edit=edit)
        if press.verb == "d" and press.argument == "erase":
            return Step(None, erase=True, edit=True)
        after = self._act(session, press.verb, press.argument, now, seed)
        if after is None:
            return Step(replace(session, note=Note("old_button")), toast=Note("old_button"), edit=edit)
        return Step(replace(after, last_press=action) if after.turn != session.turn else after, edit=edit)

    def _act(
        self, session: Session, verb: str, argument: str, now: datetime, seed: Callable[[], str] | None = None
    ) -> Session | None:
        """The session after an action; None where the action means nothing here (forged, or of another release)."""
        if verb == "g":
            page = (argument or HOME).partition(".")[0]
            known = page in self.pages and page != DELETED  # only an erasure leads to the page that says so
            return session.moved(self._page_place(argument or HOME)) if known else None
        if verb == "f":
            return session.moved(Place(flow=argument)) if argument in self.flows else None
        if verb == "q":
            flow, _, question = argument.partition(".")
            known = flow in self.flows and self.flows[flow].question(question) is not None
            return self._changing(session, flow, question) if known else None
        if verb == "d":
            deed, _, what = argument.partition(".")
            if deed in self.deeds:
                return self.deeds[deed](self.visit(session, now, seed), what)
            if deed != "restart" or what not in self.flows:
                return None
            return session.without_draft().with_run(what, Run()).moved(Place(flow=what), Note("started_over"))
        open_ = asked(self.visit(session, now), session.place.flow) if session.place.flow else None
        return self._on_question(session, open_, verb, argument, now) if open_ else None

    def _on_question(self, session: Session, open_: Asked, verb: str, argument: str, now: datetime) -> Session | None:
        kind = open_.question.kind
        match verb:
            case "a":
                outcome = kind.pressed(argument, open_.scene, open_.draft)
                return None if outcome is None else self._outcome(session, open_, outcome, now, pressed=True)
            case "p" if argument.isascii() and argument.isdigit():
                draft: dict[str, Json] = {**open_.draft, OF: open_.question.id, "page": int(argument[:3])}
                return replace(session, draft=draft, note=None)
            case "u" if open_.question.unsure:
                return self._outcome(session, open_, Answered(UNKNOWN), now)
            case "w":
                return replace(session, why=argument != "0", note=None)
            case "k" if open_.route.answers.has(open_.question.id):
                return self._after_edit(session.without_draft(), open_, open_.run.answers, None, now)
            case "b":
                return self._back(session, open_)
        return None

    def _page_place(self, name: str) -> Place:
        """The place of ``page`` or ``page.subject``; the menu where this release has no such page."""
        page, _, subject = name.partition(".")
        return Place(page=page, subject=subject) if page in self.pages else Place(page=HOME)

    def _changing(self, session: Session, flow: str, question: str) -> Session:
        page, subject = session.place.page, session.place.subject
        run = replace(session.run(flow), editing=question, back_to=f"{page}.{subject}" if subject else page)
        return session.with_run(flow, run).moved(Place(flow=flow))

    def _back(self, session: Session, open_: Asked) -> Session:
        """To the page an edit came from, else to the answered question before; from the first one, to the menu."""
        run, session = open_.run, session.without_draft()
        if run.editing and run.back_to:
            left = session.with_run(open_.flow.id, replace(run, editing=None, back_to=None))
            return left.moved(self._page_place(run.back_to))
        before = open_.route.before(open_.question)
        if before is None:
            home = HOME if run.answers else WELCOME
            return session.with_run(open_.flow.id, replace(run, editing=None)).moved(Place(page=home))
        return session.with_run(open_.flow.id, replace(run, editing=before.id)).moved(session.place)

    def _outcome(
        self, session: Session, open_: Asked, outcome: Outcome, now: datetime, *, pressed: bool = False
    ) -> Session:
        match outcome:
            case Refused(note=note):
                # The choices that an earlier text had left do not belong to this one; what was ticked stays.
                ticked: dict[str, Json] = {k: v for k, v in session.draft.items() if k not in NARROWED}
                return replace(session, note=note, draft=ticked)
            case Drafting(draft=draft):
                code = draft.get("note")
                kept: dict[str, Json] = {**{k: v for k, v in draft.items() if k != "note"}, OF: open_.question.id}
                said = Note(code) if isinstance(code, str) else None
                # A typed text replaces the options, so buttons of the earlier screen would mean others: they grow old.
                turn = session.turn if pressed else session.turn + 1
                return replace(session, draft=kept, note=said, turn=turn)
            case Answered(value=value):
                return self._answered(session, open_, value, now)
            case _:
                assert_never(outcome)

    def _answered(self, session: Session, open_: Asked, value: Json, now: datetime) -> Session:
        question, run, session = open_.question, open_.run, session.without_draft()
        reopened = question.reopens.get(value) if isinstance(value, str) else None
        if reopened:
            target, code = reopened
            answers = {k: v for k, v in run.answers.items() if k not in (target, question.id)}
            again = Run(answers, editing=target, back_to=run.back_to)
            return session.with_run(open_.flow.id, again).moved(session.place, Note(code))
        answers = {**run.answers, question.id: value}
        if run.answers.get(question.id) != value:
            for reset in question.resets:
                answers.pop(reset, None)
        scene = replace(open_.scene, answers=open_.flow.route(answers).answers)
        return self._after_edit(session, open_, answers, question.remark(scene) if question.remark else None, now)

    def _after_edit(
        self, session: Session, open_: Asked, answers: Mapping[str, Json], note: Note | None, now: datetime
    ) -> Session:
        """On to the next open question; a change made from a page returns to it once nothing new is open."""
        run, flow = open_.run, open_.flow
        after = Run(answers, None, run.back_to)
        if run.editing and run.back_to and open_.route.current is not None:
            before = {q.id for q in open_.route.reachable if not open_.route.answers.has(q.id)}
            route = flow.route(answers)
            opened = [q.id for q in route.reachable if not route.answers.has(q.id) and q.id not in before]
            if not opened:
                home = session.with_run(flow.id, Run(answers))
                return home.moved(self._page_place(run.back_to), note or _saved(open_, answers))
            after = replace(after, editing=opened[0])
        if run.editing and run.back_to and flow.route(answers).current is None:
            note = note or _saved(open_, answers)
        return self.settled(session.with_run(flow.id, after).moved(Place(flow=flow.id), note), now)


def _saved(open_: Asked, answers: Mapping[str, Json]) -> Note | None:
    """That a change was taken; nothing where the answer stayed as it was."""
    question = open_.question
    changed = answers.get(question.id) != open_.run.answers.get(question.id)
    return Note("saved", {"title": question.title}) if changed else None
