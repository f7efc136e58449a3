"""Debian's Firefox through WebDriver BiDi, https://www.w3.org/TR/webdriver-bidi/.

Playwright drives its own build of Firefox. Its support for the stock one (channel "moz-firefox",
1.65) sends ``emulation.setMediaFeaturesOverride``, which Firefox 153 does not know. This module
sends the few commands that the tests need.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.hosts.driven import WAIT_S, DrivenPage


@contextmanager
def started(path: str, profile: Path, **preferences: int) -> Iterator["Firefox"]:
    """Run the browser at ``path`` during the block.

    :param profile: an empty folder.
    :param preferences: names of about:config, with ``_`` for each dot.
    """
    # Firefox requests /favicon.ico, which the policy of a page may refuse.
    lines = ['user_pref("browser.chrome.site_icons", false);']
    lines += [f'user_pref("{name.replace("_", ".")}", {n});' for name, n in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    log = profile / "firefox.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile],
            stdout=written,
            stderr=written,
        )
    try:
        with connect(_address(process, profile), proxy=None, max_size=None) as socket:
            yield Firefox(socket)
    except BaseException:
        print(log.read_text())
        raise
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _address(process: subprocess.Popen[bytes], profile: Path) -> str:
    """Return the address of the BiDi server once Firefox has written it to its profile."""
    deadline = time.monotonic() + WAIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            written = json.loads((profile / "WebDriverBiDiServer.json").read_text())
            return f"ws://{written['ws_host']}:{written['ws_port']}/session"
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError("Firefox did not start")


class Firefox:
    """A session with a running browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self.events: list[dict[str, Any]] = []
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])

    def command(self, method: str, **params: Any) -> Any:
        """Send a command; return the result. Events that arrive first are kept in ``events``."""
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(WAIT_S))
            if message["type"] == "event":
                self.events.append(message["params"])
            elif message["id"] == self._sent:
                assert message["type"] == "success", message
                return message["result"]


class FirefoxPage(DrivenPage):
    """A tab with separate storage, like that of a new reader."""

    def __init__(self, firefox: Firefox) -> None:
        self._command = firefox.command
        self._firefox = firefox
        firefox.events.clear()
        self._reader = self._command("browser.createUserContext")["userContext"]
        opened = self._command("browsingContext.create", type="tab", userContext=self._reader)
        self._tab = self._context = opened["context"]

    @property
    def complaints(self) -> list[str]:
        self.read("1")  # events sent before this result have now arrived
        return [event["text"] for event in self._firefox.events]

    def go(self, url: str) -> None:
        self._context = self._tab
        self._command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def back(self) -> None:
        self._command("browsingContext.traverseHistory", context=self._tab, delta=-1)

    def forward(self) -> None:
        self._command("browsingContext.traverseHistory", context=self._tab, delta=1)

    def enter(self, frame: str) -> None:
        window = self._evaluated(f"{frame}.contentWindow")
        self._context = window["value"]["context"]

    def read(self, expression: str) -> Any:
        value = self._evaluated(f"JSON.stringify({expression}) ?? 'null'")["value"]
        return json.loads(value)

    def click(self, element: str) -> None:
        self._evaluated(f"{element}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        found = {"type": "element", "element": {"sharedId": self._evaluated(element)["sharedId"]}}
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": found}
        self._act(
            "pointer",
            move,
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def press(self, key: str) -> None:
        self._act("key", {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})

    def _act(self, kind: str, *actions: dict[str, Any]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self._command("input.performActions", context=self._context, actions=[source])

    def _evaluated(self, expression: str) -> Any:
        answer = self._command(
            "script.evaluate",
            expression=expression,
            awaitPromise=True,
            target={"context": self._context},
        )
        assert answer["type"] == "success", (expression, answer)
        return answer["result"]

    def close(self) -> None:
        self._command("browser.removeUserContext", userContext=self._reader)
