"""What is stored about an article's page, and what of it is shown."""

import base64
import hashlib
from functools import lru_cache

import msgspec

from widget.domain.article import address_url, clean_url, poll_key_of
from widget.domain.page import Page, PageEdits

_DIGEST_BYTES = 8


class PageRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """An article's page: one JSON string beside the counts.

    As stored, it has what readers' pages say, and ``edits`` has what an editor says instead. As
    :func:`shown` returns it, the edits are applied.
    """

    address: str
    title: str = ""
    section: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    edits: PageEdits | None = None

    @property
    def poll_key(self) -> str:
        """The key of the editor's own question under this address, or ""."""
        return poll_key_of(self.address)

    @property
    def name(self) -> str:
        """The title, or else the address."""
        return self.title or self.shown_address

    @property
    def shown_address(self) -> str:
        """The address without scheme, and without what an earlier version kept of a reader's."""
        return address_url(self.address).removeprefix("https://") or self.address

    @classmethod
    def of(cls, address: str, page: Page) -> "PageRecord":
        return cls(address, page.title, page.section, page.author, page.tags, page.url)


def stored(raw: bytes | str) -> PageRecord:
    """Return a page as stored: without the editor's edits applied."""
    return msgspec.json.decode(raw, type=PageRecord)


def shown(raw: bytes | str) -> PageRecord:
    """Return a stored page with an editor's edits applied, and with a URL that can be shown."""
    record = stored(raw)
    if record.edits is None and record.url and not any(mark in record.url for mark in "?;#"):
        return record  # nearly all are
    edits = record.edits or PageEdits()
    return PageRecord(
        record.address,
        edits.title or record.title,
        edits.section or record.section,
        edits.author or record.author,
        edits.tags or record.tags,
        _shown_url(record),
        record.edits,
    )


def agreed(raw: bytes | str) -> PageRecord:
    """Return of a page with a provisional name only what is sure: the address, and the edits."""
    record = stored(raw)
    sure = PageRecord(record.address, url=_shown_url(record), edits=record.edits)
    return shown(msgspec.json.encode(sure))


def has_provisional_name(naming: bytes | None) -> bool:
    """Say whether the record is only what one network says, from the article's field ``d``."""
    return naming in (b"?", b".")


def has_provisional_section(naming: bytes | None) -> bool:
    """Say whether the section is only what one network says, from the article's field ``d``."""
    return naming == b"?"


@lru_cache(maxsize=64)
def claim_digest(page: Page) -> str:
    """Return 11 characters that name what a page says; "" if it says nothing."""
    if page.is_silent:
        return ""
    said = msgspec.json.encode((page.title, page.section, page.author, page.tags, page.url))
    digest = hashlib.sha256(said).digest()[:_DIGEST_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _shown_url(record: PageRecord) -> str:
    """Return the URL without what an earlier version stored of a reader's address."""
    url = address_url(record.address)
    if not url:
        return clean_url(record.url)
    return url.replace("https:", "http:", 1) if record.url.startswith("http:") else url
