"""How the desk writes times, browsers and emoji."""

import pytest

from widget.web.desk.filters import with_emoji


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("❤ Love, 👍 Like", "❤\ufe0f Love, 👍\ufe0f Like"),
        ("❤\ufe0f Love", "❤\ufe0f Love"),
        ("closing: 30 days #1 *", "closing: 30 days #1 *"),
        ("held → published · “so” 7", "held → published · “so” 7"),
    ],
)
def test_emoji_are_in_colour_and_digits_are_not_emoji(text: str, written: str) -> None:
    assert with_emoji(text) == written
