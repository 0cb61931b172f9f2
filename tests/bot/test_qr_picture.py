"""The QR code of a private address: another reader than the writer's reads the same address from the picture."""

import io
import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.files.qr import qr_path
from bot.outgoing.drawing import png
from bot.outgoing.pictures import Pictures
from bot.outgoing.rendering import Renderer
from conversations.screen import Picture
from planning.facts import load

TOKEN = "aB3-_" * 8 + "xyz"  # 43 signs, as 256 bits have in base64url
ADDRESSES = (
    f"https://p.io/s#{TOKEN}",
    f"https://plan.example.org/s#{TOKEN}",
    f"http://127.0.0.1:8080/s#{TOKEN}",
    f"https://{'a-long-name.' * 12}example.org/s#{TOKEN}",
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load())


def drawn(renderer: Renderer, text: str) -> Image.Image:
    return Image.open(io.BytesIO(png(renderer.svg(Picture("qr", {"text": text}))))).convert("L")


def read(picture: Image.Image) -> str:
    found = zxingcpp.read_barcodes(picture)
    assert [one.format for one in found] == [zxingcpp.BarcodeFormat.QRCode]
    return str(found[0].text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_reader_finds_the_address_in_the_picture(renderer: Renderer, address: str) -> None:
    assert read(drawn(renderer, address)) == address


@pytest.mark.parametrize("width", [330, 200])  # as wide as on a phone, and smaller
def test_it_is_read_from_a_small_copy_as_well(renderer: Renderer, width: int) -> None:
    picture = drawn(renderer, ADDRESSES[1])
    assert read(picture.resize((width, width * picture.height // picture.width))) == ADDRESSES[1]


def test_a_stain_on_a_twentieth_of_it_does_no_harm(renderer: Renderer) -> None:
    picture = drawn(renderer, ADDRESSES[1])
    stain = Image.new("L", (180, 180), 255)  # 180² of about 810²; level M restores a seventh of the codewords
    picture.paste(stain, (520, 420))
    assert read(picture) == ADDRESSES[1]


@pytest.mark.parametrize("address", ADDRESSES)
def test_four_modules_around_it_are_white(renderer: Renderer, address: str) -> None:
    picture = drawn(renderer, address)
    size, _ = qr_path(address)
    code = picture.crop((0, 0, 1000, 1000))
    left, top, right, bottom = code.point(lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    module = (right - left) / size
    assert min(left, top, 1000 - right, 1000 - bottom) >= 4 * module - 1
    assert right - left == bottom - top


@given(text=st.text("abcdefghijklmnopqrstuvwxyz0123456789-_#/:.", min_size=1, max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_module_lies_outside_the_code_and_the_three_corners_are_marked(text: str) -> None:
    size, path = qr_path(text)
    dark: set[tuple[int, int]] = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    assert (size - 17) % 4 == 0, "21 modules, and four more for each version"
    assert all(0 <= x < size and 0 <= y < size for x, y in dark)
    for left, top in ((0, 0), (size - 7, 0), (0, size - 7)):
        edge = {(left + x, top + y) for x in range(7) for y in range(7) if x in {0, 6} or y in {0, 6}}
        assert edge <= dark


async def test_the_drawing_process_makes_the_picture(renderer: Renderer) -> None:
    made = await Pictures().drawn(renderer.svg(Picture("qr", {"text": ADDRESSES[0]})))
    assert made is not None
    assert read(Image.open(io.BytesIO(made)).convert("L")) == ADDRESSES[0]


def test_the_picture_says_nothing_but_the_address_and_what_to_do(renderer: Renderer) -> None:
    svg = renderer.svg(Picture("qr", {"text": ADDRESSES[1]}))
    assert re.findall(r"<text[^>]*>([^<]*)</text>", svg) == [
        "Point a phone’s camera here",
        "Anyone with this picture can open the page",
    ]
