"""Finding a city, and with it a time zone, from what somebody types.

The list is ``facts/cities.tsv`` (GeoNames, CC BY 4.0), made by ``benchmarks/make_cities.py``. It is kept in memory as
the bytes of the file, about one megabyte: cities stand in it by falling population, so the first hit is the largest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planning.folding import folded

_COUNTRY_MARK: Final = b"@"
_LONGEST_TEXT: Final = 100
"""Longer texts name no city; they are cut so that a search stays quick."""
_LONGEST_COUNTRY: Final = 4
"""Words at the end of a text that may name a country: "Saint Vincent and Grenadines"."""
_SHORTEST_PART: Final = 4
"""Shorter texts are not looked for inside names and rare spellings: they fit everywhere."""


_Fits = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class City:
    """One city.

    Attributes:
        zone: IANA name, known to ``tzdata``.
        population: people in the city; 0 for a zone that was named without a city.
        region: state or province in the U.S. and Canada; otherwise empty.
    """

    name: str
    country: str
    zone: str
    population: int
    region: str = ""

    @property
    def label(self) -> str:
        """The city as it stands on a button: "Portland, Oregon, United States"."""
        return ", ".join(dict.fromkeys(part for part in (self.name, self.region, self.country) if part))


def find_cities(text: str, limit: int = 8) -> tuple[City, ...]:
    """Cities that `text` may mean, at most `limit`, likeliest first; empty when nothing fits.

    Exact names come before other exact spellings, then beginnings of names, each by falling population. A country, a
    state or a province behind the city narrows ("London, Canada", "Lahore Pakistan"). A country alone gives its
    capital, or, where it has several zones, its largest city in each. A zone name ("Asia/Karachi") gives its largest
    cities. Case, accents and punctuation do not matter.
    """
    typed = text.strip()[:_LONGEST_TEXT]
    if "/" in typed and (named := _in_zone(typed, limit)):
        return named
    wanted = folded(typed)
    if not wanted:
        return ()
    places = _places().get(wanted, ())
    found = [
        *(city for place in places if not place.region for city in _of_place(place)),
        *_called(wanted, limit),
        *(city for place in places if place.region for city in _of_place(place)),
        *_beginning(wanted, limit),
    ]
    # A comma says that a country follows; without this "Akashi, JP" is the beginning of a rare spelling of Hagåtña.
    narrowed = _narrowed(typed, limit) if "," in typed else ()
    return _first(narrowed or found or _narrowed(typed, limit) or _inside(wanted, limit), limit)


@dataclass(frozen=True, slots=True)
class _Place:
    """A country, or a state or province of one."""

    country: str
    region: str = ""

    def holds(self, line: bytes) -> bool:
        """Whether the city of a line lies here."""
        _, _, country, region, _, _ = line.split(b"\t")
        return country.decode() == self.country and (not self.region or region.decode() == self.region)


@dataclass(frozen=True, slots=True)
class _Country:
    name: str
    capital: str


def _narrowed(typed: str, limit: int) -> list[City]:
    """Cities of a text that ends in places: "Portland, Oregon, USA" or "Lahore Pakistan"."""
    head, *tails = (folded(part) for part in typed.split(","))
    if tails and head:
        known = [places for tail in tails if (places := _places_or_codes(tail))]
        return _named(head, limit, known) or _named(head, limit, ())
    words = head.split()
    for size in range(1, min(_LONGEST_COUNTRY, len(words) - 1) + 1):
        places = _places_or_codes(" ".join(words[-size:]))
        if places and (found := _named(" ".join(words[:-size]), limit, [places])):
            return found
    return []


def _first(cities: Iterable[City], limit: int) -> tuple[City, ...]:
    return tuple(dict.fromkeys(cities))[:limit]


def _named(wanted: str, limit: int, within: Sequence[Sequence[_Place]]) -> list[City]:
    """Cities whose name or other spelling is or begins with `wanted`, each in one place of every group in `within`."""

    def fits(line: bytes) -> bool:
        return all(any(place.holds(line) for place in places) for places in within)

    return [*_called(wanted, limit, fits), *_beginning(wanted, limit, fits)]


def _called(wanted: str, limit: int, fits: _Fits | None = None) -> list[City]:
    """Cities of exactly this name, then those with exactly this other spelling."""
    key = wanted.encode()
    return [*_hits(b"\n|%b|" % key, limit, fits), *_hits(b"|%b|" % key, limit, fits)]


def _beginning(wanted: str, limit: int, fits: _Fits | None = None) -> list[City]:
    """Cities whose name begins so; other spellings only when there are none, since they are a mixed company."""
    key = wanted.encode()
    found = list(_hits(b"\n|%b" % key, limit, fits))
    if found or len(wanted) < _SHORTEST_PART:
        return found
    return list(_hits(b"|%b" % key, limit, fits))


def _inside(wanted: str, limit: int) -> list[City]:
    """Cities that have `wanted` at the beginning of a later word."""
    return list(_hits(b" %b" % wanted.encode(), limit)) if len(wanted) >= _SHORTEST_PART else []


def _hits(pattern: bytes, limit: int, fits: _Fits | None = None) -> Iterator[City]:
    """The first `limit` cities in whose spellings `pattern` occurs."""
    data = _data()
    at, given = data.find(pattern), 0
    while at >= 0 and given < limit:
        start = at + 1 if pattern.startswith(b"\n") else data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", start)
        line = data[start:end]
        if line.startswith(b"|") and at < start + line.index(b"\t") and (fits is None or fits(line)):
            given += 1
            yield _city(line)
        at = data.find(pattern, end)


@cache
def _of_place(place: _Place) -> tuple[City, ...]:
    """The capital of a place with one zone, else the largest city of each of its zones."""
    capital = "" if place.region else _countries()[place.country].capital
    zones: dict[bytes, bytes] = {}
    own: bytes | None = None
    for line in _lines(f"\t{place.country}\t"):
        _, name, _, region, zone, _ = line.split(b"\t")
        if not place.region or region.decode() == place.region:
            zones.setdefault(zone, line)
            own = own or (line if name.decode() == capital else None)
    lines = [own] if own and len(zones) == 1 else zones.values()
    return tuple(_city(line) for line in lines)


def _lines(column: str) -> Iterator[bytes]:
    """The lines of cities that hold `column` with its tabs, largest city first."""
    data, key = _data(), column.encode()
    at = data.find(key, data.index(b"\n|"))
    while at >= 0:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        yield data[start:end]
        at = data.find(key, end)


def _in_zone(typed: str, limit: int) -> tuple[City, ...]:
    """The largest cities of a zone, or the zone alone when no listed city lies in it."""
    parts = [
        "_".join(word.upper() if len(word) == 1 else word[:1].upper() + word[1:].lower() for word in part.split())
        for part in typed.replace("_", " ").split("/")
    ]
    for name in dict.fromkeys((typed.replace(" ", "_"), "/".join(parts))):
        try:
            zone = ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        found = [_city(line) for line in islice(_lines(f"\t{zone}\t"), limit)]
        return tuple(found) or (City(zone.rpartition("/")[2].replace("_", " "), "", zone, 0),)
    return ()


def _city(line: bytes) -> City:
    _, name, country, region, zone, population = line.decode().split("\t")
    return City(name, _countries()[country].name, zone, int(population), region)


@cache
def _data() -> bytes:
    """The file, from the newline before its first city to the newline after its last."""
    return b"\n" + (files("planning") / "facts" / "cities.tsv").read_bytes()


def _country_lines() -> Iterator[list[str]]:
    for line in _data().split(b"\n"):
        if line.startswith(b"|"):
            return
        if line.startswith(_COUNTRY_MARK):
            yield line[1:].decode().split("\t")


@cache
def _countries() -> Mapping[str, _Country]:
    return {code: _Country(name, capital) for code, name, capital, *_ in _country_lines()}


@cache
def _places() -> Mapping[str, tuple[_Place, ...]]:
    """Countries, then states and provinces, by every name that stands for them alone."""
    found: dict[str, tuple[_Place, ...]] = {}
    for code, name, _, spellings, _ in _country_lines():
        for spelling in dict.fromkeys(folded(text) for text in (name, *spellings.split("|")[1:])):
            found[spelling] = (*found.get(spelling, ()), _Place(code))
    for code, *_, regions in _country_lines():
        for full in (region.partition("=")[0] for region in regions.split("|") if region):
            found[folded(full)] = (*found.get(folded(full), ()), _Place(code, full))
    return found


@cache
def _codes() -> Mapping[str, tuple[_Place, ...]]:
    """Countries, states and provinces by their codes, which mean something only behind a city: IL, PAK, ON."""
    found: dict[str, tuple[_Place, ...]] = {}
    for code, _, _, spellings, regions in _country_lines():
        shorts = [region.partition("=") for region in regions.split("|") if region]
        coded = [(code, _Place(code)), (spellings.partition("|")[0], _Place(code))]
        for short, place in coded + [(short, _Place(code, full)) for full, _, short in shorts]:
            found[folded(short)] = (*found.get(folded(short), ()), place)
    return found


def _places_or_codes(wanted: str) -> tuple[_Place, ...]:
    return (*_places().get(wanted, ()), *_codes().get(wanted, ()))
