"""The recipes of docs/embed.md, for a site of a running server."""

import re

from tests.support.server import ROOT, Server

RECIPE = re.compile(r"<!-- recipe: ([\w-]+) -->\n```[\w-]+\n(.*?)```", re.DOTALL)


def recipes(readback: Server, site: str) -> dict[str, str]:
    """Return each recipe by its name, with this server's address and the site's key."""
    text = (ROOT / "docs" / "embed.md").read_text()
    text = text.replace("https://readback.example", readback.origin)
    return dict(RECIPE.findall(re.sub(r"""(site(?:="|'\s*=> '))news""", rf"\1{site}", text)))
