"""What a store holds, kept to be put back: quicker than making it again."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class KeptStore:
    """The keys that match a pattern.

    :param keys: each with its milliseconds to live, or 0, and its serialised value.
    """

    pattern: str
    keys: dict[bytes, tuple[int, bytes]]

    @classmethod
    def of(cls, client: Any, pattern: str = "*") -> "KeptStore":
        kept = {}
        for key in client.scan_iter(pattern, count=1000):
            value = client.dump(key)
            assert value is not None
            kept[key] = max(client.pttl(key), 0), value
        return cls(pattern, kept)

    def put_back(self, client: Any) -> None:
        """Make the keys what they were, and delete those that were not there."""
        pipeline = client.pipeline(transaction=False)
        for key in client.scan_iter(self.pattern, count=1000):
            if key not in self.keys:
                pipeline.delete(key)
        for key, (ms, value) in self.keys.items():
            pipeline.restore(key, ms, value, replace=True)
        pipeline.execute()
