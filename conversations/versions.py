"""Kept versions of the result: "in March you had 3 flags, now 2"."""

from conversations.applicant import profile_of
from conversations.pages import Leaf, Page, Visit
from conversations.plan import today_of, versions_of
from conversations.screen import Button
from conversations.ways import detour
from planning.history import progress
from planning.red_flags import red_flags, verdict


def _versions(visit: Visit) -> Leaf:
    p, kept = profile_of(visit), versions_of(visit)
    lines = tuple((v.on, verdict(red_flags(v.profile, visit.facts)), v.profile, v.backups) for v in kept)
    # Today's version is what everything is compared with: beside itself it would say that nothing has changed.
    today = today_of(visit)
    earlier = {i: v for i, v in enumerate(kept) if v.on < today}
    index = int(visit.subject) if visit.subject.isascii() and visit.subject.isdigit() else min(earlier, default=0)
    chosen = earlier.get(index)
    buttons = [Button(f"Since {v.on.day} {v.on:%b %Y}", f"g:versions.{i}") for i, v in earlier.items()]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Leaf(
        {
            "versions": lines,
            "chosen": chosen,
            "progress": progress(chosen.profile, p, visit.facts) if chosen else None,
            "p": p,
        },
        (*rows, (Button("My result", "g:result"), Button("Menu", "g:home"))),
    )


PAGES = (Page("versions", detour(_versions)),)
