"""A local Telegram on loopback: the Bot API over HTTP, a control API, a chat page, and a driver for tests."""

from sandbox.clock import Clock
from sandbox.person import Person
from sandbox.server import Sandbox

__all__ = ["Clock", "Person", "Sandbox"]
