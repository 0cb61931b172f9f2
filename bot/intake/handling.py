"""From an update to a turn, through python-telegram-bot's application: one handler for everything.

The library swallows a handler's exceptions, so each update's end is kept beside it for the intake to read: the press's
answer, or that the store was not there and the update must come again.
"""

import logging
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler

from bot.intake.incoming import incoming
from bot.store import StoreUnavailable
from bot.turns import NotShown, Toast, Turns

logger = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]


@dataclass(slots=True)
class Ending:
    """How an update's turn ended. ``again``: not applied or not shown, it must be delivered once more."""

    toast: Toast | None = None
    again: bool = False


class Intake:
    """Runs updates through the application and tells how they ended."""

    def __init__(self, application: App, turns: Turns) -> None:
        self._application = application
        self._turns = turns
        self._endings: dict[int, Ending] = {}
        application.add_handler(TypeHandler(Update, self._handle))

    async def take(self, update: Update) -> Ending:
        """One update, in its chat's order. Never raises for what the update holds."""
        ending = self._endings[id(update)] = Ending()
        try:
            await self._application.update_processor.process_update(update, self._application.process_update(update))
        finally:
            del self._endings[id(update)]
        return ending

    async def _handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context  # holds nothing of ours: state is a row, never the library's dictionaries
        ending = self._endings.get(id(update)) or Ending()
        try:
            came = incoming(update)
        except Exception:  # a part is missing that is always there; it must not come back for a day
            logger.exception("an update could not be read", extra={"action": "dead_letter"})
            return
        if came is None:
            return
        try:
            ending.toast = await self._turns.take(came)
        except StoreUnavailable as error:
            ending.again = True
            logger.error("the database is not available: %s", error, extra={"action": "store_unavailable"})  # noqa: TRY400 - no traceback: the sentence says it
        except NotShown:
            ending.again = True
            logger.warning("a screen was not shown; its update comes once more", extra={"action": "not_shown"})
        except Exception:
            # Even the apology failed. The update is left to come again (Telegram does so for 24 hours at most).
            ending.again = True
            logger.exception("a turn could not be ended", extra={"action": "turn_lost"})
