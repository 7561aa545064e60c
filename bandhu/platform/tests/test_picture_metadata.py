"""What a camera wrote beside a picture goes; the picture and which way up it is stay."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.picture_metadata import cleaned, without_metadata
from bandhu.platform.tests import pictures

TOLD = {
    "image/jpeg": pictures.jpeg(),
    "image/png": pictures.png(),
    "image/webp": pictures.webp(),
    "image/gif": pictures.GIF,
}
# A JPEG keeps what decodes to the same points: its scan, from the tables on.
PLAIN = {"image/jpeg": pictures.JPEG, "image/png": pictures.PNG, "image/webp": pictures.WEBP}


@pytest.mark.parametrize("media_type", TOLD)
def test_where_it_was_taken_is_gone(media_type):
    assert b"Sylhet" in TOLD[media_type]
    clean = without_metadata(TOLD[media_type], media_type)
    assert b"Sylhet" not in clean
    assert without_metadata(clean, media_type) == clean, "cleaned once more it is the same"


@pytest.mark.parametrize("media_type", PLAIN)
def test_a_picture_that_says_nothing_stays_as_it_is(media_type):
    assert without_metadata(PLAIN[media_type], media_type) == PLAIN[media_type]


def test_the_points_and_the_colours_of_a_jpeg_stay():
    clean = without_metadata(pictures.jpeg(), "image/jpeg")
    assert b"ICC_PROFILE" in clean and clean.endswith(pictures.JPEG[pictures.JPEG.index(b"\xff\xdb") :])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_which_way_up_stays(order, orientation):
    clean = without_metadata(pictures.jpeg(order, orientation), "image/jpeg")
    tiff = clean[clean.index(b"Exif\x00\x00") + 6 :][:26]
    assert tiff[:4] == b"MM\x00\x2a" and tiff[10:20] == bytes([1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation])


@pytest.mark.parametrize("orientation", [0, 1, 9, 65_000])
def test_what_stands_upright_or_nonsense_needs_no_word(orientation):
    assert b"Exif" not in without_metadata(pictures.jpeg(orientation=orientation), "image/jpeg")


def test_a_gif_moves_on():
    clean = without_metadata(pictures.GIF, "image/gif")
    assert b"NETSCAPE2.0" in clean and b"\x21\xf9" in clean and clean.endswith(b"\x3b")


@pytest.mark.parametrize("media_type", TOLD)
def test_a_broken_picture_is_refused_and_nothing_else_happens(media_type):
    whole = TOLD[media_type]
    refused = 0
    for end in range(len(without_metadata(whole, media_type)) - 1):
        try:
            without_metadata(whole[:end], media_type)
        except ValidationError:
            refused += 1
    assert refused > 20


@given(st.sampled_from(sorted(TOLD)), st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_bring_it_down(media_type, noise, place):
    for content in (noise, TOLD[media_type][:place] + noise + TOLD[media_type][place + 9 :]):
        try:
            without_metadata(content, media_type)
        except ValidationError as problem:
            assert problem.messages


def test_other_files_pass_and_unknown_pictures_are_refused():
    assert b"".join(cleaned([b"one ", b"two"], "x.txt", 100)) == b"one two"
    assert b"".join(cleaned([b"<svg xmlns='x'></svg>"], "x.svg", 100)) == b"<svg xmlns='x'></svg>"
    tiff = b"II\x2a\x00" + bytes(60)
    with pytest.raises(ValidationError, match="where it was taken"):
        list(cleaned([tiff], "x.tiff", 100))


def test_what_is_too_large_is_not_looked_at():
    assert len(b"".join(cleaned([pictures.jpeg(), b"x" * 500], "x.jpg", 400))) > 400
