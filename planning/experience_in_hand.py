"""What a person already has in a field: rotations, letters, home training, research."""

from __future__ import annotations

from dataclasses import dataclass

from planning.fact_types import Facts
from planning.profile import HomeExperience, Profile


@dataclass(frozen=True, slots=True)
class InHand:
    """What somebody has in one field.

    Attributes:
        rotation: "hands_on", "watching" or None. months: of these rotations together, None when unknown; they were told
            for all of their `months_fields` fields together, so not all of them need be in this one.
        rotation_through, letters_through: slug of the neighbouring field it was in; None when in the field itself.
        letters: in hand for the field. home: trained in it at home. research: researched in it.
        unknown: whether an answer is missing that could still show something.
    """

    rotation: str | None
    months: float | None
    months_fields: int
    rotation_through: str | None
    letters: int
    letters_through: str | None
    home: bool
    research: bool
    unknown: bool

    @property
    def pieces(self) -> int:
        """How many of the three kinds are there: rotation, letter, background. From 0 to 3."""
        return bool(self.rotation) + bool(self.letters) + (self.home or self.research)

    @property
    def own_pieces(self) -> int:
        """Like `pieces`, but only what was in the field itself. From 0 to 3."""
        rotation = self.rotation is not None and self.rotation_through is None
        letter = self.letters > 0 and self.letters_through is None
        return rotation + letter + (self.home or self.research)

    @property
    def own(self) -> bool:
        """Whether anything was in the field itself, not only in a neighbouring one."""
        return self.own_pieces > 0


def in_hand(profile: Profile, slug: str, facts: Facts, *, beside: str | None = None) -> InHand:
    """What is in hand for the field `slug`; rotations and letters of neighbouring fields count when it has none.

    `beside` is the slug of a field that is looked at together with it: what was in that one is not counted twice.
    """
    hands_on = facts.flags["usce"].sets["hands_on"]
    fields = (slug, *(near for near in facts.relations.neighbours.get(slug, ()) if near != beside))
    rotation, months, months_fields, rotation_through = None, None, 0, None
    for field in fields:
        there = [(kind, one) for kind, one in (profile.usce or {}).items() if field in (one.fields or ())]
        if there:
            rotation = "hands_on" if any(kind in hands_on for kind, _ in there) else "watching"
            known = [one.months for _, one in there if one.months is not None]
            months_fields = len({name for _, one in there for name in one.fields or ()})
            months = sum(known) if len(known) == len(there) else None
            rotation_through = None if field == slug else field
            break
    held = profile.letters or {}
    lettered = next((field for field in fields if held.get(field, 0) > 0), None)
    trained = profile.home_experience is None or bool(
        profile.home_experience & {HomeExperience.RESIDENCY, HomeExperience.SPECIALIST}
    )
    gaps = (
        profile.usce is None or any(one.fields is None for one in profile.usce.values()),
        profile.letters is None,
        trained and profile.home_fields is None,
        profile.research_items != 0 and profile.research_fields is None,
    )
    return InHand(
        rotation=rotation,
        months=months,
        months_fields=months_fields,
        rotation_through=rotation_through,
        letters=held.get(lettered, 0) if lettered else 0,
        letters_through=None if lettered == slug else lettered,
        home=slug in (profile.home_fields or ()),
        research=slug in (profile.research_fields or ()),
        unknown=any(gaps),
    )
