"""A real cluster: three primaries, each with a replica if a test needs one."""

from pathlib import Path

from tests.faults.support.node import HOST, Node, until
from tests.support.server import free_port

SLOTS = 16384
PRIMARIES = 3


class Cluster:
    """Six nodes, or three without replicas, and what an operator does to them.

    :param node_timeout_ms: after which a silent primary is replaced.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        program: str | None = None,
        node_timeout_ms: int = 1500,
        has_replicas: bool = True,
    ) -> None:
        self._folder, self._program = folder, program
        self._size = 2 * PRIMARIES if has_replicas else PRIMARIES
        self._options = (
            *("--cluster-enabled", "yes", "--cluster-node-timeout", str(node_timeout_ms)),
            *("--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0"),
            *options,
        )
        self.nodes: list[Node] = []
        self._bus: dict[int, int] = {}

    def start(self) -> "Cluster":
        for _ in range(self._size):
            self.new_node()
        first, others = self.nodes[0], self.nodes[1:]
        for number, node in enumerate(self.nodes[:PRIMARIES]):
            low, high = number * SLOTS // PRIMARIES, (number + 1) * SLOTS // PRIMARIES - 1
            node("CLUSTER", "ADDSLOTSRANGE", low, high)
            node("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in others:
            self.meet(node, first)
        until(
            lambda: all(len(self.known_to(node)) == len(self.nodes) for node in self.nodes),
            "every node knows every other one",
        )
        for primary, replica in zip(self.nodes, self.nodes[PRIMARIES:], strict=False):
            self.replicate(replica, primary)
        self.wait_until_whole()
        return self

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(node.address for node in self.nodes)

    def new_node(self) -> Node:
        """Start a node that belongs to no cluster yet."""
        bus = free_port()
        folder = self._folder / str(len(self.nodes))
        node = Node(folder, *self._options, "--cluster-port", str(bus), program=self._program)
        self._bus[node.port] = bus
        self.nodes.append(node.start())
        return node

    def add_shard(self) -> Node:
        """Add a primary without slots, and its replica. Return the primary."""
        primary, replica = self.new_node(), self.new_node()
        for node in (primary, replica):
            self.meet(node, self.nodes[0])
        ids = {self.id(primary), self.id(replica)}
        until(lambda: all(ids <= set(self.known_to(n)) for n in self.running), "all know both")
        until(lambda: "cluster_state:ok" in str(primary("CLUSTER", "INFO")), "it takes part")
        self.replicate(replica, primary)
        until(lambda: replica.has_its_primary, "the replica is in touch")
        return primary

    def meet(self, node: Node, member: Node) -> None:
        node("CLUSTER", "MEET", HOST, member.port, self._bus[member.port])

    def replicate(self, replica: Node, primary: Node) -> None:
        until(
            lambda: bool(replica("CLUSTER", "REPLICATE", self.id(primary)) == "OK"),
            "a replica knows its primary",
        )

    def id(self, node: Node) -> str:
        return str(node("CLUSTER", "MYID"))

    def known_to(self, node: Node) -> list[str]:
        """Return the ids of the nodes that a node knows and reaches."""
        lines = str(node("CLUSTER", "NODES")).splitlines()
        return [line.split()[0] for line in lines if "handshake" not in line]

    @property
    def running(self) -> list[Node]:
        return [node for node in self.nodes if node.is_running]

    @property
    def primaries(self) -> list[Node]:
        """The running primaries that have slots."""
        return [node for node in self.running if node.is_primary and self.has_slots(node)]

    def has_slots(self, node: Node) -> bool:
        """Return whether a node has slots."""
        lines = str(node("CLUSTER", "NODES")).splitlines()
        return any("myself" in line and len(line.split()) > 8 for line in lines)

    def replica_of(self, primary: Node) -> Node:
        own = self.id(primary)
        return next(
            node
            for node in self.running
            if any(
                "myself,slave" in line and line.split()[3] == own
                for line in str(node("CLUSTER", "NODES")).splitlines()
            )
        )

    def owner_of(self, slot: int) -> Node:
        """Return the primary that has a slot, as the nodes' own tables say."""
        for node in self.primaries:
            low_high = [entry[:2] for entry in node("CLUSTER", "SLOTS") if entry[2][1] == node.port]
            if any(low <= slot <= high for low, high in low_high):
                return node
        raise LookupError(f"no primary has slot {slot}")

    def wait_until_whole(self, timeout_s: float = 60) -> None:
        """Wait until each shard has a primary and a replica in touch with it."""
        until(lambda: self.is_whole, "the cluster is whole", timeout_s)

    @property
    def is_whole(self) -> bool:
        running = self.running
        primaries = [node.port for node in self.primaries]
        return len(primaries) >= PRIMARIES and all(
            "cluster_state:ok" in str(node("CLUSTER", "INFO"))
            and (node.port in primaries or node.is_primary or node.has_its_primary)
            for node in running
        )

    def end(self) -> None:
        for node in self.nodes:
            if node.is_running:
                node.resume()
                node.kill()
