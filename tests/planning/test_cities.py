"""Typing a city finds it, with its zone."""

from __future__ import annotations

import time
import tracemalloc
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.cities import City, find_cities


def lines() -> list[list[str]]:
    text = (files("planning") / "facts" / "cities.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize(
    ("typed", "name", "country", "zone"),
    [
        ("Lahore", "Lahore", "Pakistan", "Asia/Karachi"),
        ("lahore pakistan", "Lahore", "Pakistan", "Asia/Karachi"),
        ("Lahore, PK", "Lahore", "Pakistan", "Asia/Karachi"),
        ("KARACHI", "Karachi", "Pakistan", "Asia/Karachi"),
        ("São Paulo", "São Paulo", "Brazil", "America/Sao_Paulo"),
        ("sao paulo", "São Paulo", "Brazil", "America/Sao_Paulo"),
        ("Kyiv", "Kyiv", "Ukraine", "Europe/Kyiv"),
        ("Kiev", "Kyiv", "Ukraine", "Europe/Kyiv"),
        ("Bombay", "Mumbai", "India", "Asia/Kolkata"),
        ("Madras", "Chennai", "India", "Asia/Kolkata"),
        ("Calcutta", "Kolkata", "India", "Asia/Kolkata"),
        ("Bangalore", "Bengaluru", "India", "Asia/Kolkata"),
        ("Saigon", "Ho Chi Minh City", "Vietnam", "Asia/Ho_Chi_Minh"),
        ("NYC", "New York City", "United States", "America/New_York"),
        ("New York", "New York City", "United States", "America/New_York"),
        ("new york, usa", "New York City", "United States", "America/New_York"),
        ("LA", "Los Angeles", "United States", "America/Los_Angeles"),
        ("DC", "Washington", "United States", "America/New_York"),
        ("Washington", "Washington", "United States", "America/New_York"),
        ("London", "London", "United Kingdom", "Europe/London"),
        ("London, Canada", "London", "Canada", "America/Toronto"),
        ("London Ontario", "London", "Canada", "America/Toronto"),
        ("Portland, Oregon, USA", "Portland", "United States", "America/Los_Angeles"),
        ("Chicago IL", "Chicago", "United States", "America/Chicago"),
        ("Hyderabad, Telangana", "Hyderabad", "India", "Asia/Kolkata"),
        ("hyderabad pakistan", "Hyderabad", "Pakistan", "Asia/Karachi"),
        ("Xian", "Xi’an", "China", "Asia/Shanghai"),
        ("Lodz", "Łódź", "Poland", "Europe/Warsaw"),
        ("Malmo", "Malmö", "Sweden", "Europe/Stockholm"),
        ("St. George's", "Saint George's", "Grenada", "America/Grenada"),
        ("Saint Petersburg", "Saint Petersburg", "Russia", "Europe/Moscow"),
        ("القاهرة", "Cairo", "Egypt", "Africa/Cairo"),
        ("Москва", "Moscow", "Russia", "Europe/Moscow"),
        ("islam", "Islamabad", "Pakistan", "Asia/Karachi"),
    ],
)
def test_a_typed_city_is_found_first(typed: str, name: str, country: str, zone: str) -> None:
    first = find_cities(typed)[0]
    assert (first.name, first.country, first.zone) == (name, country, zone)


def test_hyderabad_is_two_cities_the_larger_first() -> None:
    assert [(city.name, city.country) for city in find_cities("Hyderabad")] == [
        ("Hyderabad", "India"),
        ("Hyderabad", "Pakistan"),
    ]


def test_namesakes_in_one_country_can_be_told_apart() -> None:
    labels = [city.label for city in find_cities("Portland") if city.name == "Portland"]
    assert labels == ["Portland, Oregon, United States", "Portland, Maine, United States"]


def test_a_country_with_one_zone_gives_its_capital() -> None:
    assert [city.label for city in find_cities("Pakistan")] == ["Islamabad, Pakistan"]
    assert [city.label for city in find_cities("nigeria")] == ["Abuja, Nigeria"]
    assert [city.label for city in find_cities("Singapore")] == ["Singapore"]
    assert find_cities("UK")[0].label == "London, United Kingdom"


def test_a_country_with_several_zones_gives_the_largest_city_of_each() -> None:
    found = find_cities("USA")
    assert [city.name for city in found[:3]] == ["New York City", "Los Angeles", "Chicago"]
    assert len({city.zone for city in found}) == len(found) == 8


def test_a_country_comes_before_a_state_of_the_same_name() -> None:
    found = [city.name for city in find_cities("Georgia")]
    assert found.index("Tbilisi") < found.index("Atlanta")


def test_a_state_alone_gives_its_largest_cities() -> None:
    assert find_cities("Texas")[0].name == "Houston"


@pytest.mark.parametrize("typed", ["Asia/Karachi", "asia/karachi", " Asia/Karachi "])
def test_a_zone_name_gives_cities_of_the_zone(typed: str) -> None:
    found = find_cities(typed)
    assert {city.zone for city in found} == {"Asia/Karachi"}
    assert [city.population for city in found] == sorted((city.population for city in found), reverse=True)


def test_a_zone_without_a_listed_city_still_counts() -> None:
    assert find_cities("Etc/UTC") == (City("UTC", "", "Etc/UTC", 0),)


@pytest.mark.parametrize(
    "typed", ["", "   ", ",", "/", "../../etc/passwd", "qqqqq", "<script>", "{{7*7}}", "\x00", "💉", "|", "\t", "UTC"]
)
def test_what_is_no_city_finds_nothing(typed: str) -> None:
    assert find_cities(typed) == ()


def test_the_limit_holds_and_larger_cities_come_first() -> None:
    found = find_cities("san", limit=5)
    assert len(found) == 5
    assert len(find_cities("a", limit=3)) == 3


@settings(deadline=None, max_examples=200, print_blob=True)
@given(st.text(max_size=60) | st.sampled_from(lines()).map(lambda line: line[1]))
def test_any_text_gives_at_most_the_limit_of_different_cities(text: str) -> None:
    found = find_cities(text)
    assert len(found) <= 8
    assert len(set(found)) == len(found)


@settings(deadline=None, max_examples=100, print_blob=True)
@given(st.sampled_from(lines()))
def test_every_listed_city_is_found_by_its_name_and_country(line: list[str]) -> None:
    _, name, code, region, zone, population = line
    found = find_cities(f"{name}, {region or code}", limit=50)
    assert any((city.name, city.zone, city.population) == (name, zone, int(population)) for city in found)


def test_every_zone_is_known_and_cities_stand_by_falling_population() -> None:
    listed = lines()
    assert {zone for *_, zone, _ in listed} == {ZoneInfo(zone).key for *_, zone, _ in listed}
    populations = [int(line[-1]) for line in listed]
    assert populations == sorted(populations, reverse=True)


def test_the_file_names_its_source_and_licence() -> None:
    head = (files("planning") / "facts" / "cities.tsv").read_text(encoding="utf-8")[:600]
    assert "GeoNames" in head
    assert "CC BY 4.0" in head


def test_a_search_is_quick_and_the_list_small() -> None:
    find_cities("warm up")
    typed = ["lahore", "kiev", "san", "a", "zzzzzz", "London, Canada", "sao paulo brazil", "Москва"] * 5
    begun = time.process_time()
    for text in typed:
        find_cities(text)
    assert (time.process_time() - begun) / len(typed) < 0.005


def test_the_loaded_list_takes_less_than_8_megabytes() -> None:
    from planning import cities

    for cached in (cities._data, cities._countries, cities._places, cities._codes, cities._of_place):  # noqa: SLF001
        cached.cache_clear()
    tracemalloc.start()
    try:
        find_cities("USA")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
