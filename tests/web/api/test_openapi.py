"""The OpenAPI document and the running server agree, and a client can be made from it."""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.commenter import Commenter
from tests.support.desk import invited
from tests.support.server import UNLIMITED, Serve, Server, nonce
from widget.domain.errors import ERRORS
from widget.web.api.bars import BAR_PARAMETERS
from widget.web.api.comment_views import COUNTS_PARAMETERS, PARAMETERS
from widget.web.api.openapi.operations import OPERATIONS, Operation
from widget.web.application import add_routes

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LOOSE = {**UNLIMITED, "READBACK_CASTS": "0", "READBACK_COMMENTS": "0"}
UNHURRIED = list(HealthCheck)
AHEAD_OF_FLASK = {("GET", path) for path in ("/v1/bar", "/v1/counts", "/v1/comments")} | {
    ("GET", "/v1/comments/counts"),
    ("POST", "/v1/react"),
}


class Described:
    """A server with votes and comments, the reader who wrote most of them, and an API key."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.document = server.get("/v1/openapi.json").json
        reader, other = Commenter(server, "story"), Commenter(server, "story")
        own = [reader.post(f"Number {n}.").json["id"] for n in range(6)]
        other_id = other.post("A reply.", parent=own[0]).json["id"]
        article = server.react(article="story", nonce=nonce()).json["article"]
        keys = invited(server, "root", "home:admin").post(
            "/desk/home/settings/keys/", label="Report"
        )
        self.key = re.findall(rb"rbk_[\w-]+", keys.body)[0].decode()
        # What exists here, by the names of parameters and fields.
        self.query = {"site": "home", "article": "story", "poll": "", "around": own[5]}
        self.query |= dict.fromkeys(("before", "after", "thread", "order", "limit"), "")
        self.body: dict[str, Any] = {"site": "home", "token": reader.token, "article": "story"}
        self.body |= {"reaction": "love", "articles": ["story"], "name": "Ana", "parent": own[0]}
        self.path = {"site_key": "home", "article": "story", "article_id": article}
        self.comments = {"text": own[1:3], "removal": own[3:], "vote": [other_id]}
        self.comments["report"] = self.comments["vote"]
        self.comments["look"] = own[1:2]

    def known(self, case: Any, example: int) -> None:
        """Put what exists here into every other generated request, so that it does something."""
        case.headers = {**(case.headers or {}), "Origin": self.server.origin}
        if example % 2:
            return
        found = dict(self.path)
        if "{comment_id}" in case.path:
            of_act = self.comments[case.path.rpartition("/")[2]]
            found["comment_id"] = of_act[example // 2 % len(of_act)]
        case.path_parameters = _put(found, case.path_parameters)
        case.query = _put(self.query, case.query)
        if isinstance(case.body, dict):
            case.body = _put(self.body, case.body, "token")
            case.body.pop("poll", None)
        elif isinstance(case.body, str):
            case.body = "\u2764\ufe0f"


def _put(known: dict[str, Any], given: Any, *always: str) -> dict[str, Any]:
    """Return the given values, with the known ones in their places."""
    given = dict(given or {})
    return {**given, **{k: v for k, v in known.items() if k in given or k in always}}


@pytest.fixture(scope="module")
def described(module_serve: Serve) -> Described:
    return Described(module_serve(**LOOSE))


@pytest.fixture(scope="module")
def api(described: Described) -> Any:
    return schemathesis.openapi.from_url(f"{described.server.origin}/v1/openapi.json")


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_the_server_answers_as_described(
    api: Any, described: Described, session: requests.Session, operation: Operation
) -> None:
    key = {"Authorization": f"Bearer {described.key}"} if operation.by_key else {}
    example = count()

    @given(case=api[operation.path][operation.method].as_strategy())
    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=UNHURRIED)
    def answers(case: Any) -> None:
        described.known(case, next(example))
        case.call_and_validate(headers=key, session=session, checks=CHECKS)

    answers()


def test_the_document_lists_every_address_of_the_interface(described: Described) -> None:
    app = Flask(__name__)
    add_routes(app)
    routed = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/v1/", "/openheart/"))
    } - {("GET", "/v1/openapi.json")}
    listed = {(operation.method, operation.path) for operation in OPERATIONS}
    assert listed == routed | AHEAD_OF_FLASK
    assert {(m.upper(), p) for p, of in described.document["paths"].items() for m in of} == listed


def test_the_document_lists_every_parameter_of_the_reads() -> None:
    used = {
        "/v1/bar": BAR_PARAMETERS,
        "/v1/counts": BAR_PARAMETERS,
        "/v1/comments": PARAMETERS,
        "/v1/comments/counts": COUNTS_PARAMETERS,
    }
    listed = {o.path: set(o.query) for o in OPERATIONS if o.path in used and o.method == "GET"}
    assert listed == {path: set(names) for path, names in used.items()}


def test_the_document_names_every_error_and_the_release(described: Described) -> None:
    codes = described.document["components"]["schemas"]["Error"]["properties"]["code"]["enum"]
    assert codes == sorted(error.code for error in ERRORS)
    shown = described.server.cli("--version").stdout
    assert described.document["info"]["version"] in shown


def test_a_typed_client_made_from_the_document_votes_and_reads(
    described: Described, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(described.document))
    # The generator has no bodies of plain text, which one operation takes.
    config = {"post_hooks": [], "content_type_overrides": {"text/plain": "application/json"}}
    (tmp_path / "config.yaml").write_text(json.dumps(config))
    paths = ["--path", "openapi.json", "--output-path", "readback_client"]
    options = ["--meta", "none", "--config", "config.yaml", "--fail-on-warning"]
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *paths, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module("readback_client")
    models = importlib.import_module("readback_client.models")
    react = importlib.import_module("readback_client.api.reactions.post_v1_react")
    bar = importlib.import_module("readback_client.api.reactions.get_v1_bar")
    vote = models.Vote(site="home", article="by-client", reaction="love", seq=1, nonce=nonce())
    with package.Client(described.server.origin) as client:
        cast = react.sync(client=client, body=vote, origin=described.server.origin)
        assert isinstance(cast, models.VoteAnswer)
        assert (cast.choice, cast.total, cast.counts["love"]) == ("love", 1, 1)
        seen = bar.sync(client=client, site="home", article="by-client")
        assert isinstance(seen, models.Bar) and seen.counts["love"] == 1
        refused = react.sync(client=client, body=vote, origin="https://elsewhere.example")
        assert isinstance(refused, models.Refusal) and refused.error.code == "bad_origin"
