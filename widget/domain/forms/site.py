"""A site's name, key, origins and times: one parser for the desk's forms and the command.

Pure. polls.py parses its questions, comment_rules.py its rules for comments, strings.py its texts.
"""

from collections.abc import Mapping

from widget.domain.article import canonical_origin
from widget.domain.forms.problems import InvalidForm, parse_fields, required_line, whole_number
from widget.domain.model import KEY_PATTERN, RESERVED_KEYS, RESULTS, Site
from widget.domain.zones import zone_names

MAX_NAME_CHARS = 80
MAX_ORIGINS = 50
MAX_OPEN_DAYS = 365
NO_ZONES = "This server knows no time zone but UTC. Its operator has to install tzdata."
KEY_RULE = "A key has 1 to 32 of a-z 0-9 _ - and begins with a-z or 0-9."


def new_site(fields: Mapping[str, str]) -> Site:
    """Make a site from its name, key and origins.

    :raise InvalidForm: with the problems of all fields at once.
    """
    parsers = {"name": site_name, "key": site_key, "origins": site_origins}
    return Site(**parse_fields(fields, parsers))


def site_name(text: str) -> str:
    """Clean a site's name."""
    return required_line(text, "name", MAX_NAME_CHARS, "The name")


def site_key(text: str) -> str:
    """Parse the key of a new site; it appears in addresses, so upper case becomes lower case."""
    key = text.strip().lower()
    if key in RESERVED_KEYS:
        raise InvalidForm({"key": f"{key} is an address of the desk. Choose another key."})
    if not KEY_PATTERN.fullmatch(key):
        raise InvalidForm({"key": KEY_RULE})
    return key


def site_origins(text: str) -> tuple[str, ...]:
    """Parse origins, one on each line; drop blank lines and duplicates."""
    wrong: list[str] = []
    origins: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            origins.append(canonical_origin(line))
        except ValueError as problem:
            wrong.append(f"{problem}.")
    if wrong:
        raise InvalidForm({"origins": " ".join(wrong)})
    # The web's first: where a story's address needs an origin, the first one is it.
    unique = tuple(sorted(dict.fromkeys(origins), key=lambda one: not one.startswith("http")))
    if not unique:
        raise InvalidForm({"origins": "Enter at least one origin, such as https://news.example."})
    if len(unique) > MAX_ORIGINS:
        raise InvalidForm({"origins": f"A site can have at most {MAX_ORIGINS} origins."})
    return unique


def time_zone(text: str) -> str:
    """Parse the IANA name of a time zone, in any case, or its city alone; empty is UTC."""
    typed = text.strip().casefold().replace(" ", "_") or "utc"
    names = [name for name in zone_names() if name.casefold() == typed]
    names = names or [name for name in zone_names() if name.casefold().endswith(f"/{typed}")]
    if len(names) == 1:
        return names[0]
    if len(zone_names()) == 1:
        raise InvalidForm({"time_zone": NO_ZONES})
    raise InvalidForm(
        {"time_zone": "There is no such time zone. Type a name such as Europe/Berlin, or UTC."}
    )


def results(text: str) -> str:
    """Parse how bars show figures."""
    if text not in RESULTS:
        raise InvalidForm({"results": f"Choose one of: {', '.join(RESULTS)}."})
    return text


def open_days(text: str) -> int:
    """Parse how many days an article accepts votes."""
    days = whole_number(text)
    if not 1 <= days <= MAX_OPEN_DAYS:
        raise InvalidForm({"open_days": f"Enter a whole number of days from 1 to {MAX_OPEN_DAYS}."})
    return days
