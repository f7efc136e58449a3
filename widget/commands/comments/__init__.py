"""Commands about comments: import, export, tone."""
