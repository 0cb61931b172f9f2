"""The picture of the scores on a mentor's page: what it shows is also said, and it is small enough for a phone."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from planning.facts import load
from planning.interests import Preferences
from planning.profile import Profile
from planning.summary import summary
from planning.summary_types import Material, Section, Summary
from planning.timeline_types import Progress
from tests.planning.applicants import CALM, GUIDE_EXAMPLE
from tests.web.mentors import renderer

NOW = datetime(2026, 9, 14, 12, 30, tzinfo=UTC)
FACTS = load()
SHOWN = (Section.SCORES, Section.STANDING, Section.BACKUPS)
TEMPLATE = renderer().environment.get_template("web/scores.svg.j2")
SVG = "{http://www.w3.org/2000/svg}"


def seen(profile: Profile, sections: tuple[Section, ...] = SHOWN, backups: tuple[str, ...] = ()) -> Summary:
    return summary(Material(profile, Preferences(), backups, Progress()), sections, FACTS, NOW)


def drawn(found: Summary) -> ET.Element:
    assert found.standing is not None
    text = TEMPLATE.render(rows=found.standing.rows)
    return ET.fromstring(text[: text.index("</svg>") + 6].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'))  # noqa: S314 - our own picture


def told(picture: ET.Element) -> str:
    return "".join(picture.findtext(f"{SVG}desc") or "").strip()


@pytest.mark.parametrize("profile", [CALM, GUIDE_EXAMPLE, replace(CALM, us_citizen=None, work_right=None)])
@pytest.mark.parametrize("backups", [(), ("internal-medicine",), ("internal-medicine", "psychiatry", "pathology")])
def test_every_row_is_drawn_inside_of_the_picture_and_told(profile: Profile, backups: tuple[str, ...]) -> None:
    found = seen(profile, backups=backups)
    assert found.standing is not None
    assert found.standing.rows
    picture = drawn(found)

    _, _, width, height = (float(number) for number in picture.attrib["viewBox"].split())
    boxes = picture.findall(f".//{SVG}rect")
    assert len(boxes) == len([row for row in found.standing.rows if row.q1 is not None])
    for box in boxes:
        left, wide, top = float(box.attrib["x"]), float(box.attrib["width"]), float(box.attrib["y"])
        assert 0 <= left < left + wide <= width
        assert 0 < top < top + 16 < height
    assert picture.attrib["role"] == "img"
    for row in found.standing.rows:
        assert row.name in told(picture)
        for value in (row.q1, row.q3) if row.q1 is not None else (row.mean,):
            assert f"{value:g}" in told(picture)
    assert f"The applicant has {profile.step2_ck}." in told(picture)


def test_a_score_lies_where_the_scale_says() -> None:
    picture = drawn(seen(CALM))
    at = {
        int(text.text or ""): float(text.attrib["x"])
        for text in picture.iter(f"{SVG}text")
        if "text-anchor" in text.attrib
    }
    low, high = min(at), max(at)

    line = next(path for path in picture.iter(f"{SVG}path") if path.attrib["class"] == "own-line")

    x = float(line.attrib["d"].removeprefix("M").partition(" ")[0])
    assert x == pytest.approx(at[low] + (250 - low) * (at[high] - at[low]) / (high - low), abs=0.1)


def test_a_score_that_is_not_shown_is_nowhere_in_the_picture() -> None:
    picture = drawn(seen(replace(CALM, step2_ck=287), (Section.STANDING,)))

    assert "287" not in ET.tostring(picture, encoding="unicode")
    assert "not shown or not known" in told(picture)
    assert not [path for path in picture.iter(f"{SVG}path") if path.attrib["class"] == "own-line"]


def test_text_is_readable_where_the_picture_is_as_wide_as_a_small_phone() -> None:
    """Of 320 pixels, 16 on each side are the page's, and 17 the card's padding and border; the rest is 320 units."""
    style = renderer().environment.get_template("web/style.css").render()
    size = re.search(r"svg\{[^}]*font-size:(\d+)px", style)

    assert drawn(seen(CALM)).attrib["viewBox"].startswith("0 0 320 ")
    assert size is not None
    assert int(size[1]) * (320 - 2 * (16 + 17)) / 320 >= 12
