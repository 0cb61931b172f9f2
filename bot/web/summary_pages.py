"""The words and the look of the mentor's pages: each a response with the policy that its style and script need."""

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from bot.outgoing.rendering import Renderer, eastern
from bot.sharing.reading_types import MentorPage
from bot.web.headers import policy
from conversations.desk import Comment
from planning.summary_types import Section, Summary

STATUS: Final = {
    "unknown": 404,
    "closed": 410,
    "busy": 429,
    "away": 503,
    "missing": 404,
    "broken": 500,
    "elsewhere": 403,
    "unsure": 403,
    "stale": 403,
    "too_large": 413,
    "strange": 400,
}
"""What can go wrong, by its name in templates/web/problem.html.j2."""
_ALIKE: Final = ("unknown", "closed")
"""Pages of one size: whoever only sees how much is sent cannot tell a link that ended from one that never was."""
_RETRY: Final = {"busy": "60", "away": "60"}
_RECENT: Final = 64
"""Summaries whose rendered parts are kept for the minute in which they are shown."""


def machine_time(at: datetime) -> str:
    """An aware instant for ``<time datetime>``."""
    return at.isoformat(timespec="seconds")


class SummaryPages:
    """Makes the responses. `site` is where browsers reach this server, with the path in front of ``/s`` if any."""

    def __init__(self, renderer: Renderer, site: str) -> None:
        self._base = urlsplit(site).path.rstrip("/")
        self._recent: OrderedDict[int, tuple[Summary, Mapping[Section, Markup]]] = OrderedDict()
        self._environment = renderer.environment.overlay()  # our functions stay away from the chat's templates
        ours = {"eastern": eastern, "machine_time": machine_time}
        self._environment.globals = {**renderer.environment.globals, **ours}
        self._style, style = _hashed(self._environment, "style.css")
        self._opening, opening = _hashed(self._environment, "opening.js")
        self._opened, opened = _hashed(self._environment, "opened.js")
        self._policies = {
            "neutral": policy(style=style, script=opening),
            "summary": policy(style=style, script=opened),
            "problem": policy(style=style),
        }
        self._neutral = self._rendered("neutral", script=self._opening)
        longest = max(len(self._rendered("problem", kind=kind).encode()) for kind in _ALIKE)
        self._problems = {kind: self._rendered("problem", kind=kind) for kind in STATUS if kind != "broken"}
        for kind in _ALIKE:
            missing = longest - len(self._problems[kind].encode())
            self._problems[kind] = self._rendered("problem", kind=kind, padding=" " * missing)

    def neutral(self) -> Response:
        """The page without one personal byte, which opens a link in its own address and takes a pasted one."""
        return self._response("neutral", self._neutral, 200)

    def problem(self, kind: str, kept: str = "") -> Response:
        """What went wrong, of `STATUS`; `kept` are words that somebody wrote and that were not taken."""
        text = self._rendered("problem", kind=kind, kept=kept) if kept else self._problems[kind]
        response = self._response("problem", text, STATUS[kind])
        if kind in _RETRY:
            response.headers["Retry-After"] = _RETRY[kind]
        return response

    def error(self, status: int, reference: str) -> Response:
        """For `bot.web.app.web_app`: no page here (404), or a failure of ours (500) with the number of its log line."""
        if status == 404:
            return self.problem("missing")
        return self._response("problem", self._rendered("problem", kind="broken", reference=reference), status)

    def summary(
        self, page: MentorPage, *, notice: str = "", kept: str = "", kept_in: str = "", status: int = 200
    ) -> Response:
        """The summary; after a comment with a `notice` (of `SaidVerdict`) and, if it was not taken, with its words."""
        said: dict[str, list[Comment]] = {"": []}
        for one in page.comments:  # one on a part that is not shown any more stands with those on the whole
            said.setdefault(one.section if one.section in page.summary.sections else "", []).append(one)
        parts = self._parts(page.summary)
        context = {"page": page, "words": parts, "said": said, "notice": notice, "kept": kept, "kept_in": kept_in}
        return self._response("summary", self._rendered("summary", script=self._opened, **context), status)

    def _parts(self, summary: Summary) -> Mapping[Section, Markup]:
        """The words of each part, kept while the same summary comes again; `bot.sharing.readings` keeps it a minute."""
        kept = self._recent.get(id(summary))
        if kept is None or kept[0] is not summary:
            template = self._environment.get_template("web/part.html.j2")
            kept = (
                summary,
                {
                    section: Markup(template.render(summary=summary, section=section))  # noqa: S704 - rendered and escaped
                    for section in summary.sections
                },
            )
            minute = summary.now.replace(second=0, microsecond=0)
            for old in [key for key, (one, _) in self._recent.items() if one.now < minute]:
                del self._recent[old]
            self._recent[id(summary)] = kept  # it holds the summary, so that nothing else gets its id
            while len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        return kept[1]

    def _rendered(self, name: str, **context: object) -> str:
        known: dict[str, object] = {"base": self._base, "style": self._style, "script": "", "kept": "", "padding": ""}
        return self._environment.get_template(f"web/{name}.html.j2").render({**known, **context})

    def _response(self, name: str, text: str, status: int) -> Response:
        return HTMLResponse(text, status, {"Content-Security-Policy": self._policies[name]})


def _hashed(environment: Environment, name: str) -> tuple[Markup, str]:
    """A style or script of ours and its CSP hash."""
    text = environment.get_template(f"web/{name}").render()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"sha256-{digest}"  # noqa: S704 - a file of ours without a variable in it
