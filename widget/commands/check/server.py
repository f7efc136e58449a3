"""Checks of the running server, of the address that readers use, and of the proxies between."""

import http.client
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from widget.assets import release
from widget.commands.check.asking import MARK, Answer, ask, check_url, why_not
from widget.commands.check.findings import Finding, note, ok, problem
from widget.domain import clock
from widget.secrets import Secrets
from widget.services.self_check import PATH, SelfCheck
from widget.settings import Settings, own_url
from widget.web.network import address_in

_DAY_S = 86_400
_SOON_DAYS = 14
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ServerCheck:
    """The checks that need the server. Each asks it, with a token of the secrets file."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._settings = settings
        self._self_check = SelfCheck(secrets)
        self._own_url = own_url(settings.bind, settings.port)
        self._is_local = False  # a server of these secrets answers on this machine
        self._public: Answer | None = None

    def check_server(self) -> Iterator[Finding]:
        """Check the server on this machine."""
        try:
            answer = ask(self._own_url, self._self_check.token())
        except (OSError, http.client.HTTPException) as trouble:
            yield self._not_there(f"No server answers at {self._own_url}: {why_not(trouble)}.")
            return
        if answer.seen is None:
            yield problem(
                f"What answers at {self._own_url} is not a Readback with these secrets (status "
                f"{answer.status}).",
                "It may be of an older release, have another secrets file, or be another program: "
                "correct READBACK_SECRETS or PORT, or restart it.",
            )
            return
        self._is_local = True
        yield ok(f"Release {answer.seen['release']} answers at {self._own_url}.")
        yield from self._differences(answer.seen)

    def _not_there(self, text: str) -> Finding:
        """Say that no server answers here; with a store of its own it must run on this machine."""
        may_be_elsewhere = self._settings.redis_url and self._settings.public_url != self._own_url
        if may_be_elsewhere:
            return note(text, "Start it with `readback serve`, unless it runs on another machine.")
        return problem(
            text,
            "Start it with `readback serve`, or as a service; if it ends again, the last line of "
            "its log says why.",
        )

    def _differences(self, seen: dict[str, Any]) -> Iterator[Finding]:
        """Compare what a server was started with to what this command has."""
        if seen["release"] != release():
            yield problem(
                f"The server is release {seen['release']}, but this command is {release()}.",
                "Restart the server after an upgrade.",
            )
        own = self._self_check.fingerprints(self._settings)
        others = [name for name, mark in seen["fingerprints"].items() if own.get(name) != mark]
        if others:
            yield problem(
                f"The server was started with other values of {', '.join(others)}; its store is "
                f"{seen['store']}.",
                "Keep all settings in readback.env, and restart the server after a change.",
            )

    def check_public(self) -> Iterator[Finding]:
        """Check the address that readers use."""
        url = self._settings.public_url
        parts = urlsplit(url)
        is_loopback = parts.hostname in _LOOPBACK
        if is_loopback:
            yield note(
                f"It is {url}, which only this machine can reach.",
                "For readers, set READBACK_PUBLIC_URL to the https address of your proxy.",
            )
        elif parts.scheme != "https":
            yield problem(
                f"{url} is not https, so browsers refuse it on https pages.",
                "Give the proxy a certificate, and write READBACK_PUBLIC_URL with https.",
            )
        if url == self._own_url and not self._is_local:
            return  # said of the server already
        try:
            answer = ask(url, self._self_check.token())
        except (OSError, http.client.HTTPException) as trouble:
            yield problem(f"{url} cannot be reached: {why_not(trouble)}.", _remedy(trouble))
            return
        yield from self._is_ours(answer, url)
        if answer.certificate:
            yield from _certificate(answer.certificate)

    def _is_ours(self, answer: Answer, url: str) -> Iterator[Finding]:
        if answer.seen is None:
            what, remedy = _what(answer, url), _why(answer, url)
            yield problem(f"{url} answers, but not as this server: {what}.", remedy)
            return
        self._public = answer
        seen = answer.seen
        if not seen["is_host_served"]:
            yield problem(
                f"The proxy forwards the host name {seen['host']!r}, so readers get an error.",
                "Make it pass on the reader's: in nginx, `proxy_set_header Host $host;`.",
            )
        else:
            yield ok(f"{url} reaches this server.")
        if not self._is_local:
            yield from self._differences(seen)

    def check_proxy(self) -> Iterator[Finding]:
        """Show which addresses the server sees of a request to the public address."""
        if self._public is None or self._public.seen is None:
            yield note(
                "Not checked: no request reached the server through its public address.",
                "Correct the above, then check again.",
            )
            return
        seen = self._public.seen
        chain = ", ".join(_entry(entry) for entry in seen["forwarded_for"]) or "none"
        yield ok(f"The server saw a connection from {seen['peer'] or 'a unix socket'}.")
        yield ok(f"X-Forwarded-For: {chain}")
        yield ok(f"So the server takes {seen['client']} for the reader's address.")
        yield _hops(seen, self._public.own_address)
        if urlsplit(self._settings.public_url).hostname not in _LOOPBACK:
            yield note(
                "A request from this machine may take a different route from a reader's. To see "
                "a reader's, open this address on a phone within ten minutes:",
                check_url(self._settings.public_url, self._self_check.token()),
            )


def _hops(seen: dict[str, Any], own_address: str) -> Finding:
    """Compare READBACK_TRUSTED_PROXY_HOPS with what the proxies appended."""
    entries, hops = seen["forwarded_for"], seen["hops"]
    # What follows the made-up address, or replaced it, is of our own proxies.
    appended = entries[entries.index(MARK) + 1 :] if MARK in entries else entries
    fits = len(appended)
    if not fits and seen["peer"] != own_address and seen["peer"]:
        what = "passes X-Forwarded-For on unchanged" if entries else "sends no X-Forwarded-For"
        return problem(
            f"The proxy at {seen['peer']} {what}, so the server cannot tell readers apart.",
            "Make it set the header: in nginx, `proxy_set_header X-Forwarded-For $remote_addr;`.",
        )
    if fits == hops and hops and not address_in(entries[-hops]):
        return problem(
            f"A proxy appended {entries[-hops][:60]!r}, which is not an IP address, so its own "
            "address counts for all readers behind it.",
            "Make it set the reader's: in nginx, `proxy_set_header X-Forwarded-For $remote_addr;`.",
        )
    if fits == hops:
        return ok(f"READBACK_TRUSTED_PROXY_HOPS={hops} fits.")
    meaning = (
        "the address of a proxy counts for all readers behind it"
        if fits > hops
        else "readers' addresses are missed, or anyone can forge one"
    )
    return problem(
        f"The server has READBACK_TRUSTED_PROXY_HOPS={hops}, but {fits} "
        f"{'proxy' if fits == 1 else 'proxies'} appended an address: {meaning}.",
        f"Set READBACK_TRUSTED_PROXY_HOPS={fits}, and restart the server.",
    )


def _entry(entry: str) -> str:
    return f"{entry} (made up by this check)" if entry == MARK else entry


def _what(answer: Answer, url: str) -> str:
    if 300 <= answer.status < 400:
        target = urlsplit(urljoin(url, answer.headers.get("location", "")))
        return f"it redirects to {target.scheme}://{target.netloc}{target.path}"
    program = answer.headers.get("server")
    return f"status {answer.status}" + (f" of {program}" if program else "")


def _why(answer: Answer, url: str) -> str:
    if 300 <= answer.status < 400:
        target = urlsplit(urljoin(url, answer.headers.get("location", "")))
        if target.path == PATH and f"{target.scheme}://{target.netloc}" != url:
            return f"Set READBACK_PUBLIC_URL={target.scheme}://{target.netloc}"
        return (
            "Let the proxy pass every path of this host to the server, without a login of its own."
        )
    if answer.status in (502, 503, 504):
        return "The proxy does not reach the server: start it, or correct the proxy's upstream."
    return (
        "Another program, or a Readback with other secrets, answers there: correct the name in "
        "DNS, the proxy, or READBACK_PUBLIC_URL."
    )


def _remedy(trouble: Exception) -> str:
    if isinstance(trouble, ssl.SSLCertVerificationError):
        if trouble.verify_code == _EXPIRED:
            return "Renew it, and have the proxy load the new one."
        return (
            "Give the proxy a certificate for this name, from an authority that browsers trust, "
            "with all intermediate ones in its file."
        )
    if isinstance(trouble, ssl.SSLError):
        return "Let the proxy speak TLS on this port: in nginx, `listen 443 ssl;`."
    return "Correct the name in DNS, the proxy, or READBACK_PUBLIC_URL."


def _certificate(certificate: dict[str, Any]) -> Iterator[Finding]:
    left_days = (ssl.cert_time_to_seconds(certificate["notAfter"]) - clock.now()) / _DAY_S
    text = f"Its certificate is valid for {left_days:.0f} more days."
    if left_days < _SOON_DAYS:
        yield problem(text, "Renew it, and have the proxy load the new one.")
    else:
        yield ok(text)
