"""A cleaned photograph in a real browser: as large as before, and the right way up."""

from base64 import b64encode

import pytest

from bandhu.platform.picture_metadata import without_metadata
from bandhu.platform.tests import pictures

pytestmark = pytest.mark.journey
_DRAWN = """async source => {
  const one = new Image(); one.src = source; await one.decode();
  const canvas = document.createElement('canvas'); canvas.width = one.naturalWidth; canvas.height = one.naturalHeight;
  const pen = canvas.getContext('2d'); pen.drawImage(one, 0, 0);
  const [red, , blue] = pen.getImageData(1, 1, 1, 1).data;
  return [one.naturalWidth, one.naturalHeight, red > blue ? 'red' : 'blue'];
}"""


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(pictures.jpeg(), "image/jpeg"), (pictures.png(), "image/png"), (pictures.webp(), "image/webp")],
)
def test_a_browser_shows_it_as_before(browser, content, media_type):
    page = browser.new_page()
    drawn = [
        page.evaluate(_DRAWN, f"data:{media_type};base64,{b64encode(one).decode()}")
        for one in (content, without_metadata(content, media_type))
    ]
    page.close()
    assert drawn[0] == drawn[1]
    if media_type == "image/jpeg":
        assert drawn[1][:2] == [4, 8], "held sideways, it stands"
