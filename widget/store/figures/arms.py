"""First votes in the arms of a site's experiment, by day. A vote's own script counts them."""

from widget.domain.article import PARTITIONS
from widget.domain.experiment import ARMS, Arm
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors


class ExperimentArms:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_day(self, site: Site) -> dict[int, dict[Arm, dict[int, int]]]:
        """Return the votes by day since the epoch, arm and choice number.

        :raise StoreUnavailable: the store timed out or refused.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.hgetall(keys.arms(site.key, partition))
            replies = pipe.execute()
        days: dict[int, dict[Arm, dict[int, int]]] = {}
        for counted in replies:
            for field, votes in counted.items():
                day, arm, choice = field.decode().split(":")
                arms = days.setdefault(int(day), {arm: {} for arm in ARMS})
                of_arm = arms[arm]
                of_arm[int(choice)] = of_arm.get(int(choice), 0) + int(votes)
        return days

    def forget(self, site: Site) -> None:
        """Remove what an earlier experiment counted. Removing it again is safe."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.unlink(keys.arms(site.key, partition))
            pipe.execute()
