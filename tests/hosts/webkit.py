"""Debian's WebKitGTK through W3C WebDriver, https://www.w3.org/TR/webdriver2/.

WebKitGTK is the engine nearest to Safari that Debian has, and has no Navigation API. Its driver
cannot tell what a page writes to the console.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.hosts.driven import WAIT_S, DrivenPage
from tests.support.server import free_port

# Debian's browser for tests, in the package of the driver, which starts it.
BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
SCREEN = ("-screen", "0", "1280x1024x24", "-nolisten", "tcp")
SESSION_S = 30  # until a session is there, before it is asked for again
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the specification's key of an element


@contextmanager
def started(driver: str, display: str, log: Path) -> Iterator["WebKit"]:
    """Run the driver during the block.

    :param display: the program of an X server without a screen, for machines without one.
    """
    with log.open("wb") as written, _screen(display, log.with_suffix(".display")) as screen:
        port = free_port()
        process = subprocess.Popen(
            [driver, f"--port={port}"],
            stdout=written,
            stderr=written,
            env={**os.environ, "DISPLAY": screen},
            start_new_session=True,
        )
        try:
            yield WebKit(port)
        except BaseException:
            print(log.read_text())
            raise
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # the browsers that it started too
            process.wait(WAIT_S)


@contextmanager
def _screen(program: str, number: Path) -> Iterator[str]:
    """Run an X server that chooses its own number; yield the display's name."""
    with number.open("wb") as told:
        process = subprocess.Popen(
            [program, "-displayfd", str(told.fileno()), *SCREEN],
            pass_fds=(told.fileno(),),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        _wait(lambda: number.read_text().endswith("\n"), "the X server did not start")
        yield f":{number.read_text().strip()}"
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _wait(condition: Any, complaint: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)


class WebKit:
    """A running driver. It has one session at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        _wait(self._is_ready, "WebKitWebDriver did not start")

    def _is_ready(self) -> bool:
        try:
            return bool(self.command("GET", "/status")["ready"])
        except OSError:
            return False

    def new_session(self, **body: Any) -> Any:
        """Start a browser. Now and then the driver never hears of the one it started."""
        try:
            return self.command("POST", "/session", timeout_s=SESSION_S, **body)
        except TimeoutError:
            return self.command("POST", "/session", **body)

    def command(self, method: str, path: str, timeout_s: float = WAIT_S, **body: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=timeout_s)
        try:
            connection.request(method, path, json.dumps(body) if method == "POST" else None)
            response = connection.getresponse()
            answer = json.loads(response.read())["value"]
        finally:
            connection.close()
        assert response.status == 200, (path, answer)
        return answer


class WebKitPage(DrivenPage):
    """A window with separate storage, like that of a new reader.

    :param arguments: of the browser; it takes every setting of WebKitGTK as one.
    """

    def __init__(self, webkit: WebKit, *arguments: str) -> None:
        options = {"binary": str(BROWSERS[-1]), "args": ["--automation", *arguments]}
        always = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        session = webkit.new_session(capabilities={"alwaysMatch": always})
        self._session = f"/session/{session['sessionId']}"
        self._webkit = webkit

    def _command(self, path: str, **body: Any) -> Any:
        return self._webkit.command("POST", f"{self._session}/{path}", **body)

    def go(self, url: str) -> None:
        self._command("frame", id=None)
        self._command("url", url=url)

    def back(self) -> None:
        self._command("back")

    def forward(self) -> None:
        self._command("forward")

    def enter(self, frame: str) -> None:
        self._command("frame", id=self._found(frame))

    def read(self, expression: str) -> Any:
        return json.loads(self._returned(f"JSON.stringify({expression}) ?? 'null'"))

    def click(self, element: str) -> None:
        self.read(f"{element}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": self._found(element)}
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._act("pointer", move, down, up)

    def press(self, key: str) -> None:
        self._act("key", {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})

    def _found(self, element: str) -> Any:
        found = self._returned(element)
        assert ELEMENT in found, element
        return found

    def _act(self, kind: str, *actions: dict[str, Any]) -> None:
        self._command("actions", actions=[{"type": kind, "id": kind, "actions": actions}])

    def _returned(self, expression: str) -> Any:
        return self._command("execute/sync", script=f"return {expression}", args=[])

    def close(self) -> None:
        self._webkit.command("DELETE", self._session)
