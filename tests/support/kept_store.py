"""What a store holds, kept to be put back: quicker than making it again."""

from dataclasses import dataclass

from widget.store.connect import Connection


@dataclass(frozen=True)
class KeptStore:
    """Each key with its milliseconds to live, or 0, and its serialised value."""

    keys: dict[bytes, tuple[int, bytes]]

    @classmethod
    def of(cls, connection: Connection) -> "KeptStore":
        client = connection.client
        kept = {}
        for key in client.scan_iter(count=1000):
            value = client.dump(key)
            assert value is not None
            kept[key] = max(client.pttl(key), 0), value
        return cls(kept)

    def put_back(self, connection: Connection) -> None:
        """Put it into an empty store."""
        pipeline = connection.client.pipeline(transaction=False)
        for key, (ms, value) in self.keys.items():
            pipeline.restore(key, ms, value)
        pipeline.execute()
