"""The peer of a mentor's page: the plainest way to serve the same words from a secret address.

Starlette, uvicorn, aiosqlite and Jinja2. The secret stands in the path and, as it is, in the table; the page is a
stored dictionary of finished words, read and rendered at each view. Nothing is computed, sealed, hashed or counted,
nobody is told what has changed, and there are no headers. So it is the floor of such a page, not a rival.

    PEER_PORT=8000 PEER_DATABASE=pages.db python -m benchmarks.peers.plain_page
"""

import json
import os
from pathlib import Path

import aiosqlite
import uvicorn
import uvloop
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shared summary</title>"
    "<style>{{ style|safe }}</style></head><body><main>"
    "{% for part in parts %}<section><h2>{{ part.title }}</h2>"
    "{% for line in part.lines %}<{{ line.tag }}>{{ line.text }}</{{ line.tag }}>{% endfor %}"
    "<details><summary>Comment on this part: {{ part.title }}</summary><form method=post action=/comment>"
    "<input type=hidden name=section value='{{ part.title }}'><label>Your comment on this part"
    "<textarea name=text rows=5 maxlength=2000></textarea></label><button>Send</button></form></details>"
    "</section>{% endfor %}</main></body></html>"
)
STYLE = (Path(__file__).parents[2] / "templates" / "web" / "style.css").read_text(encoding="utf-8")


async def store_page(database: str, token: str, parts: object) -> None:
    """Put a page into a fresh database: parts of {"title", "lines": [{"tag", "text"}]}."""
    async with aiosqlite.connect(database) as db:
        await db.execute("CREATE TABLE pages (token TEXT PRIMARY KEY, body TEXT)")
        await db.execute("INSERT INTO pages VALUES (?, ?)", (token, json.dumps(parts)))
        await db.commit()


def app(db: aiosqlite.Connection) -> Starlette:
    """One route: GET /s/{token}."""

    async def page(request: Request) -> Response:
        async with db.execute("SELECT body FROM pages WHERE token = ?", (request.path_params["token"],)) as rows:
            row = await rows.fetchone()
        if row is None:
            return HTMLResponse("No such page", 404)
        return HTMLResponse(PAGE.render(style=STYLE, parts=json.loads(row[0])))

    return Starlette(routes=[Route("/s/{token}", page)])


async def serve() -> None:
    """Until it is told to stop."""
    async with aiosqlite.connect(os.environ["PEER_DATABASE"]) as db:
        port = int(os.environ["PEER_PORT"])
        config = uvicorn.Config(app(db), port=port, log_config=None, access_log=False, http="httptools", loop="uvloop")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve())
