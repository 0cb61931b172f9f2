"""The peer: the same kind of conversation as a user of python-telegram-bot writes it by the book.

`ConversationHandler` (updates one after the other), the library's own HTTPX transport, answers committed through
aiosqlite at every step, Jinja2 text, and the web server of the library's example `customwebhookbot`: Starlette and
uvicorn that put each update into the application's queue and answer at once. No encryption, no dedupe, and a crash
loses what is in the queue; that is what the book gives.
"""

import asyncio
import contextlib
import os
from typing import Any, TypeVar

import aiosqlite
import uvicorn
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
)

QUESTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("cycle", "Which Match do you want to apply for?", ("Match 2027", "Match 2028", "Match 2029")),
    ("citizenship", "Are you a citizen of the United States?", ("Yes", "No")),
    ("work_right", "May you work in the U.S. already?", ("Yes, green card", "Yes, temporary", "No")),
    ("visa", "Which visa would you need?", ("J-1", "H-1B", "Either", "None")),
    ("graduation", "In which year did you finish medical school?", ("2026", "2024", "2021", "2015")),
    ("step1", "What is your USMLE Step 1 result?", ("Passed", "Failed", "Not taken")),
    ("step2_ck", "What is your Step 2 CK score?", ("Below 220", "220 to 239", "240 and more", "Not taken")),
    ("failures", "Did you fail an exam?", ("No", "Once", "Twice or more")),
    ("usce", "Which U.S. clinical experience do you have?", ("Observership", "Externship", "Elective", "None")),
    ("gap", "How long was your longest gap?", ("None", "Under 6 months", "6 to 12 months", "More")),
    ("research", "How many publications do you have?", ("0", "1", "2", "3", "5", "10")),
    ("primary", "Which field is your first choice?", ("Internal Medicine", "Psychiatry", "Surgery", "Another")),
)
TEMPLATE = Environment(autoescape=True).from_string(
    "<b>Question {{ number }} of {{ total }}</b>\n{{ bar }}\n\n{{ text }}\n"
    "{% for key, value in answers.items() %}\n{{ key }}: <b>{{ value }}</b>{% endfor %}"
)
DONE = Environment(autoescape=True).from_string(
    "<b>Done.</b>{% for key, value in answers.items() %}\n{{ key }}: {{ value }}{% endfor %}"
)
T = TypeVar("T")
App = Application[Any, Any, Any, Any, Any, Any]
Handler = BaseHandler[Any, Any, Any]


def screen(number: int, answers: dict[str, str]) -> tuple[str, InlineKeyboardMarkup]:
    """Text and keyboard of a question."""
    _, text, options = QUESTIONS[number]
    bar = "▓" * number + "░" * (len(QUESTIONS) - number)
    html = TEMPLATE.render(number=number + 1, total=len(QUESTIONS), bar=bar, text=text, answers=answers)
    rows = [[InlineKeyboardButton(o, callback_data=f"{number}:{i}")] for i, o in enumerate(options)]
    return html, InlineKeyboardMarkup(rows)


def known(value: T | None) -> T:
    """The value, which the handler's filter has made sure of."""
    assert value is not None  # noqa: S101 - for the type checker
    return value


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """The first question."""
    known(context.user_data)["answers"] = {}
    html, keyboard = screen(0, {})
    await known(update.effective_message).reply_text(html, parse_mode="HTML", reply_markup=keyboard)
    return 0


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the answer and ask the next question."""
    query: CallbackQuery = known(update.callback_query)
    number, option = map(int, known(query.data).split(":"))
    key, _, options = QUESTIONS[number]
    answers = known(context.user_data).setdefault("answers", {})
    answers[key] = options[option]
    database: aiosqlite.Connection = context.bot_data["database"]
    person = query.from_user.id
    await database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (person, key, options[option]))
    await database.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", (person, number + 1))
    await database.commit()
    await query.answer()
    if number + 1 == len(QUESTIONS):
        await query.edit_message_text(DONE.render(answers=answers), parse_mode="HTML")
        return ConversationHandler.END
    html, keyboard = screen(number + 1, answers)
    await query.edit_message_text(html, parse_mode="HTML", reply_markup=keyboard)
    return number + 1


async def main() -> None:
    """Serve until stopped."""
    api, port = os.environ["PEER_API"], int(os.environ["PEER_PORT"])
    application: App = (
        ApplicationBuilder()
        .token("42:BENCH")
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .connection_pool_size(256)
        .pool_timeout(30)
        .updater(None)
        .build()
    )
    pressed: dict[object, list[Handler]] = {
        n: [CallbackQueryHandler(answer, pattern=f"^{n}:")] for n in range(len(QUESTIONS))
    }
    begin: Handler = CommandHandler("start", start)
    application.add_handler(ConversationHandler(entry_points=[begin], states=pressed, fallbacks=[begin]))

    async def telegram(request: Request) -> Response:
        await application.update_queue.put(Update.de_json(data=await request.json(), bot=application.bot))
        return Response()

    async def health(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    routes = [Route("/telegram", telegram, methods=["POST"]), Route("/healthz", health)]
    config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error")
    async with aiosqlite.connect(os.environ["PEER_DATABASE"]) as database:
        await database.execute("PRAGMA journal_mode = WAL")
        await database.execute("CREATE TABLE answers (person INTEGER, key TEXT, value TEXT, PRIMARY KEY (person, key))")
        await database.execute("CREATE TABLE states (person INTEGER PRIMARY KEY, step INTEGER)")
        await database.commit()
        application.bot_data["database"] = database
        async with application:
            await application.bot.set_webhook(f"http://127.0.0.1:{port}/telegram")
            await application.start()
            await uvicorn.Server(config).serve()
            await application.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
