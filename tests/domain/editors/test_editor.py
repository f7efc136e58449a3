"""Names, roles and passwords of editors."""

import pytest

from widget.domain.editors.editor import (
    EVERY_SITE,
    Editor,
    Role,
    editor_name,
    new_password,
    typed_password,
)


def test_the_highest_role_counts_for_one_site_or_all() -> None:
    editor = Editor("alice", roles={"news": Role.EDITOR, EVERY_SITE: Role.VIEWER})
    assert editor.role_on("news") is Role.EDITOR
    assert editor.role_on("other") is Role.VIEWER
    assert editor.may(Role.MODERATOR, "news") and not editor.may(Role.ADMIN, "news")
    assert not editor.is_admin


def test_an_editor_without_a_role_may_do_nothing() -> None:
    assert Editor("bob", roles={"news": Role.ADMIN}).role_on("home") is None
    assert not Editor("bob", roles={"news": Role.ADMIN}).may(Role.VIEWER, "home")
    assert not Editor("bob", roles={"news": Role.ADMIN}).is_admin


@pytest.mark.parametrize("typed", ["", " ", "-a", "a b", "a/b", "é", "a" * 65, "<b>", "a\0", ".."])
def test_a_malformed_name_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        editor_name(typed)


def test_capitals_do_not_matter_in_a_name() -> None:
    assert editor_name(" Robin.Meyer@News.example ") == "robin.meyer@news.example"


@pytest.mark.parametrize(
    "typed", ["a" * 257, "three plain\0 words", "short words", "aaaaaaaaaaaabb", "alice-alice"]
)
def test_a_weak_password_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        new_password(typed, "alice")


def test_a_password_can_be_long_and_in_any_script() -> None:
    assert new_password("ä" * 100 + "bcdefgh" * 22 + "ij", "alice")
    assert len(typed_password("x" * 256)) == 256
    assert typed_password("Cafe\u0301") == typed_password("Caf\u00e9")
