"""500 honest readers behind one address: nobody is refused, and a slow phone waits less than 5 s.

Most of them are clients that do what the embed does. Some are the embed itself in a Chromium whose
processor is slowed six times. Chromium slows only a page's own thread, so the page also waits out
what its proof of work would take on the slower processor.
"""

import os
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Browser, Response, sync_playwright

from bench.attack.attacker import Attacker, new_nonce, solve
from bench.figures import Figure, figure, sane, show
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.hostsite import HostSite
from tests.support.server import LIMITED, Server
from widget.domain.article import resolve_for
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections

READERS = 500
PACE_S = 0.3  # between two readers: 500 in 150 s
SLOWER = 6
# Readers with a browser: at each price of work, and beyond what a phone can pay.
IN_BROWSER = (1, 22, 45, 70, 100, 120, 160, 300, 500)
MOST_S = 5.0
EASY_COST = 2500  # rounds: above it the embed asks to be held instead (static/embed/ballot.js)
# A page's WebCrypto is as fast as the machine, so each derivation is followed by a wait.
SLOW_CRYPTO = """(slower) => {
  const derive = SubtleCrypto.prototype.deriveBits
  SubtleCrypto.prototype.deriveBits = async function (...given) {
    const begun = performance.now()
    const bits = await derive.apply(this, given)
    const until = begun + slower * (performance.now() - begun)
    while (performance.now() < until);
    return bits
  }
}"""
CLICK = """() => new Promise((done) => {
  const bar = document.querySelector("reader-reactions")
  bar.addEventListener("readback:load", () => {
    const begun = performance.now()
    const tell = ({ type, detail }) => done([(performance.now() - begun) / 1000, type, detail.code])
    bar.addEventListener("readback:react", tell)
    bar.addEventListener("readback:error", tell)
    bar.shadowRoot.querySelector("[aria-label^=Love]").click()
  }, { once: true })
  bar.scrollIntoView()
})"""


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        settings = {**LIMITED, "READBACK_PROOF_COST": ""}
        host = HostSite(Server(Path(folder) / "crowd", **settings).start(), "bench")
        try:
            done = host.server.cli("site", "add", "bench", "--origin", host.origin)
            if done.returncode:
                raise RuntimeError(done.stderr)
            answers, waits = everyone(browser, host)
            counted, released = counted_and_released(host)
        finally:
            host.stop()
            host.server.stop()
            browser.close()
    title = f"{READERS} readers of one address, phones {SLOWER} times as slow"
    return show(title, lines(answers, waits, counted, released))


def lines(answers: Counter[str], waits: list[float], counted: int, released: int) -> list[Figure]:
    """Make the table.

    :param answers: readers who were counted, held or refused.
    :param waits: seconds from click to answer in the slowed browsers.
    :param counted: votes counted when all had voted, and ``released`` by the editor's one act.
    """
    readers = sane(0, READERS)
    both = answers["counted"] + answers["held"]
    return [
        figure("answered", "readers", [answers.total()], readers, least=READERS),
        figure("  refused", "readers", [answers.total() - both], readers, most=0),
        figure("  counted", "readers", [answers["counted"]], readers, least=40),
        figure("  held", "readers", [answers["held"]], readers),
        figure("counted in the store", "votes", [counted], readers, least=answers["counted"]),
        figure(
            "counted after an editor's one act",
            "votes",
            [counted + released],
            readers,
            least=READERS,
        ),
        figure("click to answer, slowed Chromium", "s", waits, sane(0.01, 300)),
        figure("  the slowest", "s", [max(waits)], sane(0.01, 300), most=MOST_S),
    ]


def everyone(browser: Browser, host: HostSite) -> tuple[Counter[str], list[float]]:
    """Let all readers vote, each at its time. Return their answers, and the waits in browsers."""
    attacker = Attacker(host.server, "bench")
    story, waits, answers = host.url("plain.html"), [], Counter[str]()
    with ProcessPoolExecutor(1) as core, ThreadPoolExecutor(32) as pool:
        voting: list[Future[str]] = []
        for number in range(1, READERS + 1):
            if number in IN_BROWSER:
                wait_s, how = in_browser(browser, host, story)
                waits.append(wait_s)
                answers[how] += 1
            else:
                voting.append(pool.submit(honest, attacker, core, story, host.origin))
                time.sleep(PACE_S)
        answers.update(vote.result() for vote in voting)
    return answers, waits


def honest(attacker: Attacker, core: ProcessPoolExecutor, story: str, origin: str) -> str:
    """Vote as the embed does, and return what became of it."""
    nonce = new_nonce()
    fields = {"article": story, "reaction": "love", "seq": 1, "nonce": nonce, "site": "bench"}
    for _ in range(3):
        answer = attacker.post("/v1/react", fields, origin=origin)
        if answer.status == 200:
            return "held" if answer.is_held else "counted"
        if answer.status != 428:
            break
        challenge = answer.json["challenge"]
        if challenge["parameters"]["cost"] > EASY_COST:
            fields |= {"hold": True}
        else:
            fields |= {"pow": core.submit(solve, challenge).result()[0]}
    return f"refused {answer.status}"


def in_browser(browser: Browser, host: HostSite, story: str) -> tuple[float, str]:
    """Click in a slowed Chromium. Return the seconds until the answer, and what became of it."""
    page = browser.new_page()
    try:
        page.add_init_script(f"({SLOW_CRYPTO})({SLOWER})")
        slow = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        replies: list[Response] = []
        page.on("response", lambda response: replies.append(response))
        page.goto(story)
        wait_s, event, code = page.evaluate(CLICK)
        if event == "readback:error":
            return float(wait_s), f"refused {code}"
        [vote] = [reply for reply in replies if reply.url.endswith("/react") and reply.ok]
        return float(wait_s), "held" if vote.json().get("held") else "counted"
    finally:
        page.context.close()


def counted_and_released(host: HostSite) -> tuple[int, int]:
    """Return the votes counted, and those that an editor's one act releases.

    :raise RuntimeError: the server's sums are wrong afterwards.
    """
    query = f"site=bench&article={host.url('plain.html')}"
    counted = int(host.server.get(f"/v1/bar?{query}").json["total"])
    connection = Connection(EmbeddedStore(host.server.data_dir).url, timeout_ms=5000)
    site = Site("bench", "Bench", (host.origin,))
    article = resolve_for(site, host.url("plain.html"))
    by = Actor("bench", int(time.time()), "")
    released = Corrections(connection, Aliases(connection)).release(site, article.id, by=by)
    if host.server.cli("verify").returncode:
        raise RuntimeError("the sums are wrong after the release")
    return counted, released.votes
