"""A primary, its replicas and three sentinels."""

from pathlib import Path

from tests.faults.support.node import HOST, Node, until

NAME = "mymaster"
SENTINELS = 3


class Watched:
    """Servers, one of them the primary, watched by sentinels.

    :param replicas: with one, a failover leaves the new primary alone for some time.
    :param down_after_ms: after which a silent primary is replaced.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        replicas: int = 1,
        program: str | None = None,
        down_after_ms: int = 1500,
    ) -> None:
        common = ("--repl-diskless-sync-delay", "0", *options)
        self._folder, self._program = folder, program
        self._down_after_ms = down_after_ms
        first = Node(folder / "a", *common, program=program)
        following = ("--replicaof", f"{HOST} {first.port}")
        others = [
            Node(folder / f"r{number}", *common, *following, program=program)
            for number in range(replicas)
        ]
        self.nodes = [first, *others]
        self.sentinels: list[Node] = []

    def start(self) -> "Watched":
        for node in self.nodes:
            node.start()
        until(lambda: all(n.has_its_primary for n in self.nodes[1:]), "the replicas are in touch")
        for number in range(SENTINELS):
            configuration = (
                f"sentinel monitor {NAME} {HOST} {self.nodes[0].port} 2\n"
                f"sentinel down-after-milliseconds {NAME} {self._down_after_ms}\n"
                f"sentinel failover-timeout {NAME} 3000\n"
            )
            sentinel = Node(
                self._folder / f"s{number}",
                "--sentinel",
                program=self._program,
                configuration=configuration,
            )
            self.sentinels.append(sentinel.start())
        until(self._is_ready, "the sentinels know the replicas and one another")
        return self

    @property
    def url(self) -> str:
        hosts = ",".join(sentinel.address for sentinel in self.sentinels)
        return f"redis+sentinel://{hosts}/{NAME}"

    @property
    def primary(self) -> Node:
        """The server that the sentinels name."""
        port = int(self.sentinels[0]("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)[1])
        return next(node for node in self.nodes if node.port == port)

    @property
    def replicas(self) -> list[Node]:
        primary = self.primary
        return [node for node in self.nodes if node is not primary]

    def fail_over(self) -> None:
        """Have the sentinels make a replica the primary, as before maintenance."""
        before = self.primary
        until(
            lambda: self.sentinels[0]("SENTINEL", "FAILOVER", NAME) in (True, "OK"),
            "the sentinels accept a failover",
        )
        until(lambda: self.primary is not before, "the sentinels name the other server")

    def wait_until_whole(self) -> None:
        """Wait until all servers are in touch, and every sentinel knows them."""
        until(self.is_whole, "the replicas follow the primary")
        until(self._is_ready, "the sentinels know the replicas and one another")

    def is_whole(self) -> bool:
        return self.primary.is_primary and all(node.has_its_primary for node in self.replicas)

    def _is_ready(self) -> bool:
        return all(self._knows_all(sentinel) for sentinel in self.sentinels)

    def _knows_all(self, sentinel: Node) -> bool:
        found = sentinel("SENTINEL", "MASTER", NAME)
        known = (
            found if isinstance(found, dict) else dict(zip(found[::2], found[1::2], strict=True))
        )
        return (
            int(known["num-slaves"]) >= len(self.nodes) - 1
            and int(known["num-other-sentinels"]) == SENTINELS - 1
            and "down" not in str(known["flags"])
            and "failover" not in str(known["flags"])
        )

    def end(self) -> None:
        for node in (*self.sentinels, *self.nodes):
            if hasattr(node, "process") and node.is_running:
                node.resume()
                node.kill()
