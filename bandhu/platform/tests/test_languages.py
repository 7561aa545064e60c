import pytest

from bandhu.platform.languages import language_by_script


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("দুই বস্তা চাল কম এসেছে।", "bn"),
        ("இரண்டு மூட்டை குறைவாக வந்தது.", "ta"),
        ("রহিমা wrote: দুই বস্তা চাল কম এসেছে INV-1042", "bn"),
        ("Two sacks are missing. রহিমা", ""),
        ("दो बोरी चावल कम आए", ""),
        ("১০২৪ :-)", ""),
        ("", ""),
    ],
)
def test_the_script_tells_the_language_where_one_language_writes_it(text, code):
    assert language_by_script(text) == code
