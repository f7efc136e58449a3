"""What the embed costs a publisher's page, in a real Chromium, on a processor four times as slow.

A reader opens a long story, scrolls to the bar and clicks. Chromium's own trace has the tasks of
the page's main thread: those that ran a line of the embed, and all others. Their time is the
thread's own processor time, so other programs do not count. Another reader opens three pages one
after the other, and the requests that left the browser are counted.
"""

import gzip
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Figure, figure, sane, show
from tests.browser.conftest import CHROMIUM_ARGUMENTS, SHIFTS
from tests.browser.hostsite import HostSite
from tests.support.server import ROOT, Server, nonce

ROUNDS = 7
SLOWER = 4
TASK_MS = 25
GZIP_BYTES = 5 * 1024
CATEGORIES = ["toplevel", "devtools.timeline", "blink.user_timing"]
TASK = "ThreadControllerImpl::RunTask"
CALLS = ("EvaluateScript", "FunctionCall")
CONTINUES = "RunMicrotasks"
APPROACH = "approach"  # our own mark in the trace
# Returns the position of the Love button, once the reader has scrolled to the bar and it has its
# figures. The mouse clicks it, so that only the embed's own script runs.
APPROACH_IT = """() => new Promise((done) => {
  const bar = document.querySelector("reader-reactions")
  window.reacted = new Promise((heard) => bar.addEventListener("readback:react", heard))
  bar.addEventListener("readback:load", () => setTimeout(() => {
    const { x, y } = bar.shadowRoot.querySelector("[aria-label^=Love]").getBoundingClientRect()
    done([x + 9, y + 9])
  }, 200))
  performance.mark("approach")
  bar.scrollIntoView()
})"""
VOTED = "() => reacted.then(() => new Promise((done) => setTimeout(done, 200)))"
REMOUNT = """(times) => {
  for (let i = 0; i < times; i++) {
    document.querySelector("reader-reactions").remove()
    const bar = document.createElement("reader-reactions")
    bar.setAttribute("article", "remount")
    document.querySelector("main").append(bar)
  }
}"""


@dataclass(frozen=True)
class Visit:
    own_ms: float  # the longest task that ran a line of the embed
    any_ms: float  # the longest of the page's main thread since the reader approached the bar
    shift: float
    requests_before: int  # of the API, before the bar is near the viewport
    requests_of_vote: int


@dataclass(frozen=True)
class Views:
    """Requests to Readback that no cache answered, of three page views in a row."""

    first: int
    again: int  # of the same story at once, while its figures are fresh
    other: int  # of another story, while the script is fresh


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        host = _host(Path(folder) / "quiet", READBACK_NEW_READERS="1000")
        crowded = _host(Path(folder) / "crowded", READBACK_NEW_READERS="1")
        try:
            crowded.server.react(site="bench", nonce=nonce(), origin=crowded.origin)
            visits = [visit(browser, host) for _ in range(ROUNDS)]
            worked = [visit(browser, crowded) for _ in range(ROUNDS)]
            left = [left_over(browser, host) for _ in range(3)]
            viewed = [views(browser, host) for _ in range(3)]
        finally:
            for site in (host, crowded):
                site.stop()
                site.server.stop()
            browser.close()
    title = f"The embed on a page, processor {SLOWER} times as slow"
    return show(title, lines(visits, worked, left, viewed))


def lines(
    visits: list[Visit], worked: list[Visit], left: list[dict[str, float]], viewed: list[Views]
) -> list[Figure]:
    """Make the table.

    :param worked: visits that needed a proof of work.
    :param left: what re-mounted bars left behind, once for each round.
    :param viewed: page views in a row, once for each round.
    """
    own, any_, votes = sane(0.2, 10_000), sane(0.2, 60_000), sane(1, 20)
    shifts = [v.shift for v in visits + worked]
    own_ms, own_worked_ms = [v.own_ms for v in visits], [v.own_ms for v in worked]
    requests = [v.requests_before for v in visits]
    return [
        figure("longest task of the embed", "ms", own_ms, own, most=TASK_MS),
        figure("  with a proof of work", "ms", own_worked_ms, own, most=TASK_MS),
        figure("longest task of any kind from approach", "ms", [v.any_ms for v in visits], any_),
        figure("  with a proof of work", "ms", [v.any_ms for v in worked], any_),
        figure("layout shift", "", shifts, sane(0, 10), most=0),
        figure("requests before approach", "", requests, sane(0, 50), most=0),
        figure("requests of a vote", "", [v.requests_of_vote for v in visits], votes, most=1),
        # The script and the figures; then none, and then the other story's figures.
        figure("requests of a first page view", "", [v.first for v in viewed], sane(2, 20), most=2),
        figure("  of the same page again", "", [v.again for v in viewed], sane(0, 20), most=0),
        figure("  of another story", "", [v.other for v in viewed], sane(1, 20), most=1),
        *(
            figure(f"{what} after 100 re-mounts", unit, [one[what] for one in left], plausible)
            for what, unit, plausible in (
                ("heap", "KiB more", sane(-1_000, 50_000)),
                ("listeners", "more", sane(-50, 5_000)),
                ("nodes", "more", sane(-50, 50_000)),
            )
        ),
        figure("embed.js, gzip", "bytes", [_gzip_bytes()], sane(1_000, 50_000), most=GZIP_BYTES),
    ]


def visit(browser: Browser, host: HostSite) -> Visit:
    """Measure one reader's visit, from the first byte to the vote.

    :raise RuntimeError: the page did not load the embed.
    """
    page = browser.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(host.url("plain.html"), wait_until="networkidle")
    before = len(_of_api(sent))
    page.mouse.click(*page.evaluate(APPROACH_IT))
    page.evaluate(VOTED)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    votes = [url for url in _of_api(sent) if url.endswith("/react")]
    shift = page.evaluate(SHIFTS)
    page.close()
    if not any(url.endswith("/embed.js") for url in sent):
        raise RuntimeError(f"the page did not load the embed: {sent}")
    return Visit(*longest_tasks_ms(trace, "/embed.js"), shift, before, len(votes))


def longest_tasks_ms(trace: list[dict[str, Any]], script: str) -> tuple[float, float]:
    """Return the longest task that ran ``script``, and its thread's longest after the approach.

    :param trace: events of Chromium's trace format: ``ts`` and ``dur`` are microseconds, ``tdur``
        those of them in which the thread had a processor. A few have no ``tdur``: all of their time
        counts, so that no task looks shorter than it was.
    :param script: the end of its address. The page has no other script. So what continues after a
        response, for which the trace has no address, is the embed's too.
    """
    calls = [e for e in trace if e["name"] in CALLS and _url(e).endswith(script)]
    [thread] = {(e["pid"], e["tid"]) for e in calls}
    mine = [e for e in trace if (e["pid"], e["tid"]) == thread]
    ran = [e["ts"] for e in mine if e["name"] == CONTINUES] + [e["ts"] for e in calls]
    [approach] = [e["ts"] for e in mine if e["name"] == APPROACH]
    own = after = 0.0
    for task in mine:
        if task["name"] == TASK and task["ph"] == "X":  # whole: the end of the trace did not cut it
            ends = task["ts"] + task["dur"]
            ms = task.get("tdur", task["dur"]) / 1000
            if any(task["ts"] <= at < ends for at in ran):
                own = max(own, ms)
            if ends > approach:
                after = max(after, ms)
    return own, after


def views(browser: Browser, host: HostSite) -> Views:
    """Count the requests of one reader's page views: a story, the same one again, another one."""
    page = browser.new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    from_memory: set[str] = set()
    fetched: list[str] = []

    def answered(event: dict[str, Any]) -> None:
        url, is_kept = event["response"]["url"], event["response"]["fromDiskCache"]
        is_ours = url.startswith(f"{host.server.origin}/")
        if is_ours and not is_kept and event["requestId"] not in from_memory:
            fetched.append(url)

    network.on("Network.requestServedFromCache", lambda event: from_memory.add(event["requestId"]))
    network.on("Network.responseReceived", answered)
    counts = []
    for story in (1, 1, 2):
        before = len(fetched)
        page.goto(host.url(f"plain.html?id={story}"))
        page.locator("reader-reactions").scroll_into_view_if_needed()
        page.get_by_role("button", name="Love, ").wait_for()
        page.wait_for_load_state("networkidle")
        counts.append(len(fetched) - before)
    page.close()
    return Views(*counts)


def left_over(browser: Browser, host: HostSite) -> dict[str, float]:
    """Measure what 100 bars leave behind that were added and removed."""
    page = browser.new_page()
    page.goto(host.url("spa.html"), wait_until="networkidle")
    measure = page.context.new_cdp_session(page)
    measure.send("Performance.enable")
    for _ in range(2):  # from the second time on, the browser itself keeps one removed bar
        _remount(page, 3)
    before = _in_use(measure)
    _remount(page, 100)
    after = _in_use(measure)
    page.close()
    return {what: after[what] - before[what] for what in before}


def _remount(page: Page, times: int) -> None:
    page.evaluate(REMOUNT, times)
    page.locator("reader-reactions").scroll_into_view_if_needed()
    page.get_by_role("button", name="Wow, ").wait_for()


def _in_use(measure: Any) -> dict[str, float]:
    measure.send("HeapProfiler.collectGarbage")
    found = {m["name"]: m["value"] for m in measure.send("Performance.getMetrics")["metrics"]}
    return {
        "heap": found["JSHeapUsedSize"] / 1024,
        "listeners": found["JSEventListeners"],
        "nodes": found["Nodes"],
    }


def _host(data_dir: Path, **settings: str) -> HostSite:
    server = Server(data_dir, READBACK_PROOF_COST="500", **settings).start()
    host = HostSite(server, "bench")
    done = server.cli("site", "add", "bench", "--origin", host.origin)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return host


def _of_api(urls: list[str]) -> list[str]:
    return [url for url in urls if "/v1/" in url]


def _url(event: dict[str, Any]) -> str:
    return str(event["args"].get("data", {}).get("url", ""))


def _gzip_bytes() -> int:
    return len(gzip.compress((ROOT / "static" / "dist" / "embed.js").read_bytes(), 9))
