"""/readyz and /metrics of a server in front of a cluster: one write on each primary."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.faults.support.cluster import Cluster
from tests.faults.support.node import until
from tests.faults.support.served import serving
from tests.support.server import Server, settled


def up(server: Server) -> dict[str, float]:
    families = text_string_to_metric_families(server.get("/metrics").body.decode())
    [family] = [family for family in families if family.name == "readback_store_up"]
    return {sample.labels["node"]: sample.value for sample in family.samples}


def one_is_away(server: Server) -> bool:
    answer = server.get("/readyz")
    return answer.status == 200 and b"1 of 3 primaries" in answer.body


def test_each_primary_is_asked_and_only_the_loss_of_all_is_not_ready(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "nodes", node_timeout_ms=60_000)  # nobody is replaced here
    with serving(cluster, tmp_path) as server:
        primaries = cluster.primaries
        assert server.get("/readyz").body == b"ok\n"
        assert up(server) == {node.address: 1 for node in primaries}
        primaries[0].pause()
        # A worker that knew no cluster yet needs a second request to find another way in.
        until(lambda: all(map(one_is_away, [server] * 8)), "both workers miss one, and take votes")
        until(
            lambda: up(server) == {node.address: node is not primaries[0] for node in primaries},
            "the metrics name it",
        )
        for node in primaries[1:]:
            node.pause()
        settled(lambda: server.get("/readyz").status, 503)  # in every worker
        assert server.get("/readyz").body.startswith(b"not ready: ")
        assert server.get("/healthz").body == b"ok, but the store does not answer: see /readyz\n"
        for node in primaries:
            node.resume()
        until(lambda: server.get("/readyz").body == b"ok\n", "all are back")
