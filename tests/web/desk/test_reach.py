"""Access to every route of the desk, requested with valid ids by everyone who must not have it.

The routes come from the app. A route with a variable that ``ids`` does not fill, or that LEAST
does not name, fails these tests until it is added there.
"""

import json
import re
from typing import Any

import pytest
from flask import Flask

from tests.support.desk import DeskBrowser, invited
from tests.support.findings import finding
from tests.support.forms import form_on
from tests.support.server import Answer, Serve, Server, nonce
from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.model import Site
from widget.store.integrity.flags import Flags
from widget.web.application import add_routes

ORIGIN = "https://zenith.example"
# Data of news alone: no response to anyone else may contain it.
SECRETS = (
    "Zebra crossing",
    "Zabriskie",
    "Zoology",
    "zither",
    "Zinnia",
    "Zephyr",
    "Zanzibar",
    "Zodiac",
    "Ziggurat",
    "Zenith",
    "zeno",
    "Zulu",
    "Zucchini",
)
# The lowest role that may use each route of a site.
LEAST = {
    Role.VIEWER: (
        "overview.show overview.live articles.index articles.show articles.live sections.index "
        "sections.show sections.authors sections.tags questions.index questions.show tone.show "
        "integrity.index integrity.show experiment.show"
    ),
    Role.MODERATOR: (
        "moderation.index moderation.live moderation.act moderation.undo moderation.show "
        "labels.show labels.answer labels.take_back "
        "moderation.edit moderation.save held_votes.index held_votes.release "
        "held_votes.release_all "
        "waiting.bring_back waiting.snooze waiting.tick_off"
    ),
    Role.EDITOR: (
        "articles.add_note articles.remove_note audit_log.of_site corrections.show "
        "corrections.add_address corrections.close corrections.merge corrections.preview_merge "
        "corrections.keep corrections.preview_reset corrections.preview_void corrections.release "
        "corrections.reopen corrections.reset corrections.set_name corrections.set_note "
        "integrity.explain integrity.restore integrity.set_aside "
        "corrections.undo corrections.void share_links.index share_links.make share_links.revoke "
        "site_settings.show site_settings.show_comments site_settings.show_reactions "
        "question_forms.new question_forms.create question_forms.edit question_forms.save "
        "question_forms.closing question_forms.archive "
        "page_check.check page_check.show waiting.change_start "
        "site_texts.show site_texts.set_texts tone.speak "
        "site_settings.set_closing site_settings.set_comments site_settings.set_held_votes "
        "site_settings.set_reactions site_settings.set_results experiment.begin experiment.end"
    ),
    Role.ADMIN: (
        "site_settings.set_origins site_settings.set_parameters site_settings.set_time_zone "
        "refused_origins.show refused_origins.allow site_keys.index site_keys.make "
        "site_keys.revoke "
        "site_alerts.show site_alerts.set_receivers site_alerts.replace_secret "
        "site_alerts.send_test site_alerts.set_morning"
    ),
}
ROLE_OF = {endpoint: role for role, names in LEAST.items() for endpoint in names.split()}
# Routes without a site in their path, which tests/web/desk/test_access.py covers.
OF_NO_SITE = ("auth.", "editors_admin.", "sites_admin.", "desk.chooser", "audit_log.of_all")


def routes(prefix: str) -> list[tuple[str, str, str, set[str]]]:
    """Return ``[(endpoint, method, rule, names of its variables), ...]``."""
    app = Flask(__name__)
    add_routes(app)
    return [
        (rule.endpoint, method, re.sub(r"<\w+:", "<", rule.rule), rule.arguments)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        if rule.rule.startswith(prefix) and not rule.endpoint.startswith(OF_NO_SITE)
    ]


OF_SITES, API, SHARED = routes("/desk"), routes("/v1/desk"), routes("/shared")


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_READS="0")
    for key, name in (("news", "Zenith News"), ("other", "Other")):
        running.prepare("site", "add", key, "--name", name, "--origin", ORIGIN)
    return running


@pytest.fixture(scope="module")
def owner(own: Server) -> DeskBrowser:
    return invited(own, "zeno", "news:admin")


@pytest.fixture(scope="module")
def stranger(own: Server) -> DeskBrowser:
    return invited(own, "stranger", "other:admin")


def flag(server: Server, article_id: str) -> str:
    store = server.store()
    site = Site("news", "Zenith News", (ORIGIN,))
    return Flags(store).put(site, article_id, finding(), now_s=int(clock.now())).id


@pytest.fixture(scope="module")
def ids(own: Server, owner: DeskBrowser) -> dict[str, str]:
    """Create one of everything on news that has an id; return the ids by variable or field."""
    page = {
        "title": "Zebra crossing",
        "section": "Zoology",
        "author": "Zabriskie",
        "tags": ["zither"],
    }
    vote: dict[str, Any] = {
        "site": "news",
        "article": f"{ORIGIN}/zebra",
        "nonce": nonce(),
        "page": page,
    }
    article_id = own.react(origin=ORIGIN, **vote).json["article"]
    article = f"/desk/news/articles/{article_id}"
    corrections = f"{article}/corrections"
    owner.post(f"{article}/notes", article, text="Zinnia", at="2026-01-01T10:00")
    comment = {
        "site": "news",
        "article": f"{ORIGIN}/zebra",
        "name": "Zabriskie",
        "text": "Zucchini.",
        "nonce": nonce(),
    }
    written = own.request(
        "POST",
        "/v1/comments",
        json.dumps(comment).encode(),
        Origin=ORIGIN,
        Content_Type="text/plain",
    ).json
    one = f"/desk/news/comments/{written['id']}"
    owner.post("/desk/news/comments/acts", one, one=f"hold {written['id']}")
    owner.post(f"{article}/closure", corrections, reason="Zephyr")
    owner.post(f"{article}/readers-note", corrections, note="Zulu")
    shared = owner.post("/desk/news/links/", label="Zanzibar", days="7", article=article_id)
    key = owner.post("/desk/news/settings/keys/", label="Zodiac")
    asked = form_on(owner, "/desk/news/new-question", "Create question").fill(question="Ziggurat?")
    asked.fill_in({"label-0": "Ziggurat", "label-1": "No"}).press("Create question")

    def found(pattern: str, answer: Answer) -> str:
        return str(re.findall(pattern, answer.body.decode())[0])

    return {
        "article_id": article_id,
        "flag_id": flag(own, article_id),
        "section": "Zoology",
        "comment_id": written["id"],
        "entry": found(
            r'name="entry" value="([^"]+)"', owner.get(f"/desk/news/comments/{written['id']}")
        ),
        "note_id": found(r"/notes/(\w+)/removal", owner.get(article)),
        "audit_id": found(r"/corrections/([^/]+)/reversal", owner.get(corrections)),
        "secret": found(r"/shared/news/([\w-]+)", shared),
        "link": found(r'name="link"\s+value="(\w+)"', owner.get("/desk/news/links/")),
        "key": found(r'name="key"\s+value="(\w+)"', owner.get("/desk/news/settings/keys/")),
        "poll_key": "ziggurat",
        "api_key": found(r"rbk_[\w-]+", key),
        "address": f"{ORIGIN}/zebra",
    }


def path_of(rule: str, names: set[str], site: str, ids: dict[str, str]) -> str:
    for name in names - {"site_key"}:
        assert name in ids, f"{rule}: add <{name}> to `ids`"
        rule = rule.replace(f"<{name}>", ids[name])
    return rule.replace("<site_key>", site)


def asked(browser: DeskBrowser, token: str, method: str, path: str, ids: dict[str, str]) -> Answer:
    """Send the request with every id filled in, as someone who knows them all."""
    if method == "GET":
        return browser.get(f"{path}?into={ids['address']}" if "merges" in path else path)
    names = ("link", "key", "address", "entry")
    fields = {
        "csrf_token": token,
        "reason": "Mine",
        "into": ids["address"],
        "article": "",
        "label": "Mine",
        "days": "7",
        "text": "Mine",
        "at": "2026-01-01T10:00",
        "expected": "",
        "one": f"publish {ids['comment_id']}",
        **{name: ids[name] for name in names},
    }
    return browser.send(path, list(fields.items()))


def without_leaks(answer: Answer) -> int:
    text = answer.body.decode() + str(answer.headers)
    assert not [secret for secret in SECRETS if secret in text]
    return answer.status


def state(owner: DeskBrowser, ids: dict[str, str]) -> list[str]:
    """Return all data of news, as its admin sees it."""
    article = f"/desk/news/articles/{ids['article_id']}"
    pages = ("settings/", "settings/reactions", "settings/comments", "settings/keys/", "links/")
    more = ("questions/", "questions/ziggurat")
    seen = [owner.get(f"/desk/news/{page}").body.decode() for page in (*pages, *more)]
    seen += [owner.get(f"{article}/corrections").body.decode()]
    seen += [owner.get(f"/desk/news/comments/{ids['comment_id']}").body.decode()]
    seen += [owner.get(f"{article}?format=json").body.decode()]
    # Beside the page are counts of what waits, and the page of the time zone shows the time.
    changing = r'name="csrf_token" value="[^"]+"|It is now [^<]* there|(?s:^.*<main)'
    return [re.sub(changing, "", page) for page in seen]


def test_the_walk_knows_the_role_that_every_route_needs() -> None:
    assert {endpoint for endpoint, *_ in OF_SITES} == set(ROLE_OF)
    assert len(API) >= 4 and len(SHARED) == 1


def test_an_editor_of_another_site_reaches_nothing_with_any_id(
    own: Server, owner: DeskBrowser, stranger: DeskBrowser, ids: dict[str, str]
) -> None:
    before = state(owner, ids)
    token = stranger.token("/desk/account")
    for _, method, rule, names in OF_SITES:
        path = path_of(rule, names, "news", ids)
        assert without_leaks(asked(stranger, token, method, path, ids)) == 404, (method, path)
        # The same id of news, under the site of the stranger
        path = path_of(rule, names, "other", ids)
        if names - {"site_key"} or rule.endswith("/revoked"):
            answer = asked(stranger, token, method, path, ids)
            assert without_leaks(answer) == 404, (method, path)
        elif rule.endswith(("/acts", "/reversals")):  # the next page says what is missing
            assert without_leaks(asked(stranger, token, method, path, ids)) == 303
            assert without_leaks(stranger.get("/desk/other/comments")) == 200
    made = stranger.send(
        "/desk/other/links/",
        [("csrf_token", token), ("label", "Mine"), ("days", "7"), ("article", ids["article_id"])],
    )
    assert without_leaks(made) == 404
    assert state(owner, ids) == before


@pytest.mark.parametrize("role", list(Role)[:-1], ids=lambda role: role.name)
def test_an_editor_with_too_low_a_role_is_refused_and_changes_nothing(
    own: Server, owner: DeskBrowser, ids: dict[str, str], role: Role
) -> None:
    before = state(owner, ids)
    browser = invited(own, role.name.lower(), f"news:{role.name.lower()}")
    token = browser.token("/desk/account")
    for endpoint, method, rule, names in OF_SITES:
        path = path_of(rule, names, "news", ids)
        if ROLE_OF[endpoint] > role:
            answer = asked(browser, token, method, path, ids)
            secrets = [s for s in SECRETS if s in answer.body.decode() and s != "Zenith"]
            assert (answer.status, secrets) == (403, []), (method, path)
        elif method == "GET":
            assert asked(browser, token, method, path, ids).status in (200, 400, 409), path
    assert state(owner, ids) == before


def test_api_keys_and_shared_links_reach_only_their_own_site(
    own: Server, stranger: DeskBrowser, ids: dict[str, str]
) -> None:
    theirs = stranger.post("/desk/other/settings/keys/", label="Mine")
    [key] = re.findall(r"rbk_[\w-]+", theirs.body.decode())
    for _, method, rule, names in API:
        for site, secret, status in (
            ("news", ids["api_key"], 200),
            ("news", key, 401),
            ("news", "", 401),
            ("other", ids["api_key"], 401),
            ("nobody", ids["api_key"], 401),
        ):
            path = path_of(rule, names, site, ids)
            answer = own.request(method, path, Authorization=f"Bearer {secret}")
            assert answer.status == status, (path, site)
            assert status == 200 or without_leaks(answer)
        if names - {"site_key"}:
            path = path_of(rule, names, "other", ids)
            answer = own.request(method, path, Authorization=f"Bearer {key}")
            assert without_leaks(answer) == 404, path
    for _, method, rule, names in SHARED:
        assert own.request(method, path_of(rule, names, "news", ids)).status == 200
        assert without_leaks(own.request(method, path_of(rule, names, "other", ids))) == 404
