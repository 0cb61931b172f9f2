"""uvicorn without its own signal handling: the service stops its parts in an order of its own."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp


class WebServer(uvicorn.Server):
    """Serves an ASGI application in this process until told to stop."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=8,
                http="httptools",
            )
        )
        self._listening = asyncio.Event()

    def bound(self) -> socket.socket:
        """The socket to serve on. OSError where the address cannot be had: uvicorn would log that and end us."""
        family = socket.AF_INET6 if ":" in self.config.host else socket.AF_INET
        bound = socket.create_server((self.config.host, self.config.port), family=family, backlog=self.config.backlog)
        # Connections inherit it. asyncio sets it only on sockets that name their protocol, and this one does not:
        # then the end of each answer waits 40 ms for the other side's acknowledgement.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: signals belong to the service."""
        yield

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # uvicorn types it by sockets only
        """As uvicorn, and tells when it listens."""
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        self._listening.set()

    async def listening(self) -> int:
        """The port, once it listens (useful where the setting was 0)."""
        await self._listening.wait()
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port
