"""Word to the newsroom that a story makes readers angry: when, to whom, and how it gets there.

No Flask and no redis here. What must be remembered stands in ``store/receivers.py`` and
``store/outbox.py``; docs/adr/0060-alerts.md says why it is built so.
"""
