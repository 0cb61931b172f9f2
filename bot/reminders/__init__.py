"""Reminders: planned by the conversations, kept as rows, sent once."""
