"""What a story's page says about itself to search engines and to previews of a link."""

from typing import Any

from widget.domain.stories import Story
from widget.web.services import services

PUBLISHER = "Readback"


def absolute(path: str) -> str:
    """Return the public address of a path of ours."""
    return services().settings.public_url + path


def picture_path(story: Story) -> str:
    """Return the path of a story's picture, "" for none. It changes with the picture."""
    picture = story.picture
    return f"/articles/{story.slug}/picture.{picture.suffix}?v={picture.version}" if picture else ""


def linked_data(story: Story) -> dict[str, Any]:
    """Return a story as schema.org describes a news article, for JSON-LD."""
    address, picture = absolute(f"/articles/{story.slug}"), story.picture
    author = story.author_name
    kind = "Person" if author[:1].isupper() else "Organization"  # "the staff"
    found = {
        "headline": story.title,
        "description": story.summary,
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": story.published,
        "articleSection": story.section,
        "keywords": list(story.tags),
        "author": author and {"@type": kind, "name": author},
        "image": picture
        and {
            "@type": "ImageObject",
            "url": absolute(picture_path(story)),
            "width": picture.width,
            "height": picture.height,
        },
        "publisher": {"@type": "Organization", "name": PUBLISHER, "url": absolute("/")},
    }
    known = {name: value for name, value in found.items() if value}
    return {"@context": "https://schema.org", "@type": "NewsArticle", **known}
