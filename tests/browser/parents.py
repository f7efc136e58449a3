"""Parents that ask their children how wide they want to be, in sections as wide as screens."""

PARENTS = {
    "flex": "display:flex",
    "flex, centred": "display:flex;justify-content:center",
    "column flex, centred": "display:flex;flex-direction:column;align-items:center",
    "inline-flex": "display:inline-flex",
    "grid, centred": "display:grid;place-items:center",
    "grid, at the start": "display:grid;justify-items:start",
    "inline-grid": "display:inline-grid",
    "float": "float:left",
    "table": "display:table",
    "table cell": "display:table-cell",
    "inline-block": "display:inline-block",
    "fit-content": "width:fit-content",
    "absolutely positioned": "position:absolute",
    "block": "",
}
OWN = {
    "own float": "float:right",
    "own inline-block": "display:inline-block",
    "own fit-content": "width:fit-content;margin:auto",
    "own position": "position:absolute",
    "own flex": "display:flex",
    "own inline-flex": "display:inline-flex",
    "own grid": "display:grid",
    "own inline": "display:inline",
}
# They ask for the width that it would like best, and give it that, however narrow the screen is.
GENEROUS = {
    "max-content": ("width:max-content", ""),
    "grid track of max-content": ("display:grid;grid-template-columns:max-content", ""),
    "flex item that does not shrink": ("display:flex", "flex:none"),
    "own max-content": ("", "width:max-content"),
}
WIDTHS = (320, 412, 1024)
LAYOUTS = ("bar", "compact", "column")
TAG = "<script async src='{server}/%s.js' data-site='{site}'></script>"
HEAD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Parents</title>"
    "<link rel=icon href='data:,'>"
)
SCRIPTS = {"reader-reactions": "embed", "reader-comments": "comments"}
# A bar with a layout of its own has no place until it is near, so this scrolls on to each; to its
# section, as WebKit does not find an empty element in a line.
PLACED = """(name) => {
  const next = [...document.querySelectorAll(name)].find((one) => !one.shadowRoot)
  next?.closest("section").scrollIntoView()
  return !next
}"""
# The width of each element, or what its section has to scroll, by its case.
MEASURED = """(name) => Object.fromEntries([...document.querySelectorAll(name)].map((element) => {
  const section = element.closest("section")
  const over = section.scrollWidth - section.clientWidth
  return [element.title, over > 0 ? `over by ${over}` : element.getBoundingClientRect().width]
}))"""


def page_of(element: str) -> str:
    """Return a page that has the element in every parent, at every width and in every layout."""
    layouts = LAYOUTS if element == "reader-reactions" else ("",)
    cases = [
        _case(f"{element} article=wide", name, parent, own, width, layout)
        for width in WIDTHS
        for layout in layouts
        for name, parent, own in (
            *((name, parent, "") for name, parent in PARENTS.items()),
            *((name, "", own) for name, own in OWN.items()),
        )
    ]
    return HEAD + TAG % SCRIPTS[element] + "".join(cases)


def page_of_generous(element: str) -> str:
    """Return a page for a phone that has the element in every generous parent."""
    cases = [
        _case(f"{element} article=wide", name, parent, own, 320, "")
        for name, (parent, own) in GENEROUS.items()
    ]
    return HEAD + TAG % SCRIPTS[element] + "<style>body{margin:0}</style>" + "".join(cases)


def misfits(found: dict[str, float | str]) -> dict[str, float | str]:
    """Return the cases that neither fill a narrow section nor have 512 px in a wide one."""
    return {case: width for case, width in found.items() if not _fits(case, width)}


def _fits(case: str, width: float | str) -> bool:
    section = next(width for width in WIDTHS if f" {width} " in case)
    return isinstance(width, int | float) and min(section, 512) <= width <= section


def _case(tag: str, name: str, parent: str, own: str, width: int, layout: str) -> str:
    title = f"{name} {width} {layout}"
    return (
        f"<section style='position:relative;overflow:auto;height:30rem;width:{width}px'>"
        f"<div style='{parent}'>"
        f"<{tag} title='{title}' layout='{layout}' style='{own}'></{tag.split()[0]}>"
        "</div></section>"
    )
