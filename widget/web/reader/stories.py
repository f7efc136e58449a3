"""The stories that Readback serves itself, as a request names them."""

from widget.domain.errors import NotFound
from widget.domain.model import Site
from widget.domain.stories import Story
from widget.services.home import HOME
from widget.web.services import services


def story_or_404(slug: str) -> Story:
    """:raise NotFound: there is no story of this slug."""
    story = services().stories.get(slug)
    if story is None:
        raise NotFound("There is no story at this address. It may have moved.")
    return story


def home() -> Site:
    """Return the site of these stories."""
    return services().sites.get(HOME)
