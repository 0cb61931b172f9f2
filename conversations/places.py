"""The city as an answer: typed, found in the shipped list, chosen among namesakes; it gives the IANA zone."""

from dataclasses import dataclass
from typing import ClassVar

from conversations.answers import Json
from conversations.questions import Answered, Drafting, Kind, Outcome, Refused, Scene, answer_button, in_rows
from conversations.screen import Note, Rows
from conversations.text import folded, shortened
from planning.cities import City, find_cities


def city_json(city: City) -> dict[str, Json]:
    """What is stored of a city. The label tells namesakes in one country apart ("Portland, Oregon, United States")."""
    return {"name": city.name, "country": city.country, "zone": city.zone, "label": city.label}


def label_of(answer: dict[str, Json]) -> str:
    """A stored city in words."""
    return str(answer.get("label") or f"{answer['name']}, {answer['country']}")


@dataclass(frozen=True, slots=True)
class Place(Kind):
    """A city with its country and zone; ``quick`` are cities offered as buttons (names in the shipped list)."""

    name: ClassVar[str] = "city"
    quick: tuple[tuple[str, str, str], ...]

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """Namesakes to choose from after an ambiguous text, else some common cities."""
        found = found_in(draft)
        if found:
            return in_rows(
                (answer_button(label_of(c), f"m{i}") for i, c in enumerate(found)),
                1,
            )
        return in_rows((answer_button(name, f"q{i}") for i, (name, _, _) in enumerate(self.quick)), 3)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """A namesake (``m2``) or a common city (``q2``)."""
        place = value[1:]
        if not (place.isascii() and place.isdigit()):
            return None
        index = int(place)
        found = found_in(draft)
        if value[0] == "m" and index < len(found):
            return Answered(found[index])
        if value[0] == "q" and index < len(self.quick):
            name, country, zone = self.quick[index]
            return Answered({"name": name, "country": country, "zone": zone, "label": f"{name}, {country}"})
        return None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """One city is taken; several are offered; none is said kindly."""
        cities = find_cities(text, limit=6)
        if not cities:
            return Refused(Note("no_city", {"text": shortened(text)}))
        exact = [c for c in cities if folded(c.name) == folded(text)]
        if len(cities) == 1 or len(exact) == 1:  # the next question shows the local clock and confirms it
            return Answered(city_json((exact or cities)[0]))
        return Drafting({"found": [city_json(c) for c in cities], "note": "many_cities"})

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """City and country."""
        return label_of(answer) if isinstance(answer, dict) else str(answer)

    def valid(self, answer: Json) -> bool:
        """Name, country and zone as texts."""
        return isinstance(answer, dict) and all(isinstance(answer.get(k), str) for k in ("name", "country", "zone"))

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Type a city."""
        return Note("city")

    def signature(self) -> str:
        """City."""
        return "city name country zone"


def found_in(draft: dict[str, Json]) -> list[dict[str, Json]]:
    """The namesakes a draft holds."""
    found = draft.get("found")
    return [c for c in found if isinstance(c, dict)] if isinstance(found, list) else []
