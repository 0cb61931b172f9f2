"""The web side: the webhook and the health pages."""
