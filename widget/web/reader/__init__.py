"""Pages and forms for readers: they work without JavaScript, and may set a reader's cookie."""

from flask import Flask

from widget.web.reader import comment_pages, embed, integrity, ledger, pages, pictures, react_form

BLUEPRINTS = (
    comment_pages.blueprint,
    embed.blueprint,
    integrity.blueprint,
    ledger.blueprint,
    pages.blueprint,
    pictures.blueprint,
    react_form.blueprint,
)


def register(app: Flask) -> None:
    """Protect every page, and let a story's template show the story's comments."""
    app.jinja_env.globals["story_comments"] = comment_pages.story_comments
    app.after_request(pages.protect)
