"""Alerts to the newsroom about stories that make readers angry: rule, receivers and delivery.

No Flask, no redis. ``store/alerts`` keeps the receivers and the outbox. docs/adr/0060-alerts.md
gives the reasons for this design.
"""
