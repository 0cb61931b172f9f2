"""One link that was made: its address, its QR code, the code to read out, how long it opens, and its end."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from conversations.asks import CODE_TRIES, CloseLinks, ExtendLinks, GiveCode
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Note, Picture, Rows
from conversations.session import Place, Session
from conversations.share_questions import gone
from conversations.shares import Share, share_of, until_after, with_share
from conversations.sharing import chat_address, code_from, page_address, sheet_address, zone_of

CODE_MINUTES: Final = 10
_MENU: Final = Button("Menu", "g:home")
_EXTENSIONS: Final = (("7 days from now", "7"), ("14 days from now", "14"), ("31 days from now", "31"))


def _link(visit: Visit) -> Leaf:
    share = share_of(visit.session, visit.subject)
    if share is None or not share.number:
        return gone()
    n, open_ = share.number, share.open_at(visit.now)
    address = page_address(visit, share) if open_ else None
    seen = visit.session.desk.links.get(n)
    left = seen is not None and seen.left
    in_chat = chat_address(visit, share) if open_ and not left else None
    comments = [comment for comment in visit.session.desk.comments if comment.share == n]
    unread = sum(comment.unread for comment in comments)
    rows: list[tuple[Button, ...]] = []
    if address:
        rows.append(_sending(visit, share, address))
        # A code that still works is shown again: a new one would end it while somebody is reading it out.
        verb = "g" if _code_alive(visit, share) else "d"
        rows.append((Button("QR code", f"g:qr.{n}"), Button("Code to read out", f"{verb}:code.{n}")))
    if in_chat:
        rows.append((Button("Link for the bot itself" if address else "The link", f"g:bot_link.{n}"),))
    if comments:
        rows.append((Button(f"Comments ({unread} new)" if unread else "Comments", f"g:comments.{n}"),))
    if open_:
        rows += _live(share)
    else:
        rows.append((Button("A new link like this one", f"d:share_again.{n}"),))
    return Leaf(
        {
            "share": share,
            "open": open_,
            "address": address,
            "in_chat": in_chat is not None,
            "seen": seen,
            "left": left,
            "comments": len(comments),
            "site": visit.site is not None,
            "zone": zone_of(visit),
        },
        (*rows, (Button("My links", "g:share"), _MENU)),
    )


def _live(share: Share) -> Rows:
    n = share.number
    mute = (
        Button("Take comments again", f"d:share_unmute.{n}")
        if share.muted
        else Button("No comments", f"d:share_mute.{n}")
    )
    return (
        (Button("What they see", f"g:preview.{n}"), Button("Change the parts", f"g:parts.{n}")),
        (Button("My questions", f"g:ask.{n}"), Button("Open for longer", f"g:extend.{n}")),
        (mute, Button("Stop sharing", f"g:link_stop.{n}")),
    )


def _sending(visit: Visit, share: Share, address: str) -> tuple[Button, Button]:
    sheet = sheet_address(address, share, zone_of(visit))
    return Button("Send in Telegram", sheet), Button("Copy the link", f"copy:{address}")


def _open(visit: Visit, number: str) -> Share | None:
    share = share_of(visit.session, number)
    return share if share is not None and share.number and share.open_at(visit.now) else None


def _to(session: Session, share: Share, code: str) -> Session:
    return session.moved(Place(page="link", subject=str(share.number)), Note(code))


def _bot_link(visit: Visit) -> Leaf:
    share = _open(visit, visit.subject)
    address = chat_address(visit, share) if share else None
    seen = visit.session.desk.links.get(share.number) if share else None
    if share is None or address is None or (seen is not None and seen.left):
        return gone()
    return Leaf(
        {"share": share, "address": address, "taken": seen is not None and seen.in_chat},
        (
            _sending(visit, share, address),
            (Button("◂ This link", f"g:link.{share.number}"), _MENU),
        ),
    )


def _qr(visit: Visit) -> Leaf:
    share = _open(visit, visit.subject)
    address = page_address(visit, share) if share else None
    if share is None or address is None:
        return gone()
    return Leaf(
        {"share": share},
        ((Button("◂ This link", f"g:link.{share.number}"), _MENU),),
        picture=Picture("qr", {"text": address}),
    )


def _extend(visit: Visit) -> Leaf:
    share = _open(visit, visit.subject)
    if share is None:
        return gone()
    later = [(label, days) for label, days in _EXTENSIONS if until_after(visit.now, int(days)) > share.until]
    rows = tuple((Button(label, f"d:extend.{share.number}.{days}"),) for label, days in later)
    return Leaf(
        {"share": share, "longest": not later, "zone": zone_of(visit)},
        (*rows, (Button("◂ This link", f"g:link.{share.number}"), _MENU)),
    )


def _extended(visit: Visit, what: str) -> Session | None:
    number, _, days = what.partition(".")
    share = _open(visit, number)
    if share is None or days not in {value for _, value in _EXTENSIONS}:
        return None
    until = until_after(visit.now, int(days))
    if until <= share.until:
        return _to(visit.session, share, "share_long_enough")
    changed = with_share(visit.session, replace(share, until=until, days=int(days)))
    return _to(changed.asking(ExtendLinks(share.number, until)), share, "share_extended")


def _stop(visit: Visit) -> Leaf:
    share = _open(visit, visit.subject)
    if share is None:
        return gone()
    n = share.number
    return Leaf(
        {"share": share}, ((Button("No, keep it", f"g:link.{n}"),), (Button("Yes, stop sharing", f"d:revoke.{n}"),))
    )


def _revoke(visit: Visit, number: str) -> Session | None:
    share = share_of(visit.session, number)
    if share is None or not share.number or share.revoked:
        return None
    changed = with_share(visit.session, replace(share, revoked=True, code=""))
    return _to(changed.asking(CloseLinks(share.number)), share, "share_revoked")


def _code_alive(visit: Visit, share: Share) -> bool:
    return bool(share.code) and visit.now < share.code_until and share.number in visit.session.desk.codes


def _code(visit: Visit) -> Leaf:
    share = _open(visit, visit.subject)
    if share is None:
        return gone()
    alive = _code_alive(visit, share)
    signs = share.code
    return Leaf(
        {
            "share": share,
            "code": f"{signs[:3]} {signs[3:6]} {signs[6:]}" if alive else None,
            "where": f"{visit.site}/s" if visit.site else None,
            "minutes": CODE_MINUTES,
            "tries": CODE_TRIES,
            "until": share.code_until,
            "zone": zone_of(visit),
        },
        (
            (Button("Make a new code", f"d:code.{share.number}"),),
            (Button("◂ This link", f"g:link.{share.number}"), _MENU),
        ),
    )


def _coded(visit: Visit, number: str) -> Session | None:
    share = _open(visit, number)
    if share is None or visit.seed is None or visit.site is None:
        return None
    code = code_from(visit.seed)
    until = min(visit.now + timedelta(minutes=CODE_MINUTES), share.until)
    changed = with_share(visit.session, replace(share, code=code, code_until=until))
    return changed.asking(GiveCode(share.number, code, until)).moved(Place(page="code", subject=str(share.number)))


def _mute(visit: Visit, number: str) -> Session | None:
    return _muted(visit, number, muted=True)


def _unmute(visit: Visit, number: str) -> Session | None:
    return _muted(visit, number, muted=False)


def _muted(visit: Visit, number: str, *, muted: bool) -> Session | None:
    share = share_of(visit.session, number)
    if share is None or not share.number:
        return None
    changed = with_share(visit.session, replace(share, muted=muted))
    return _to(changed, share, "share_muted" if muted else "share_unmuted")


DEEDS: Final = {
    "extend": _extended,
    "revoke": _revoke,
    "code": _coded,
    "share_mute": _mute,
    "share_unmute": _unmute,
}
PAGES = (
    Page("link", _link),
    Page("bot_link", _bot_link),
    Page("qr", _qr, fresh=True, keep=True),
    Page("extend", _extend),
    Page("link_stop", _stop),
    Page("code", _code),
)
