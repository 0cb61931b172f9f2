"""The transport over real sockets: what arrives, and what each way of failing is called."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import httptools
import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.outgoing.transport import AiohttpRequest, NotSent, Uncertain

TOKEN = "123456789:AAcanaryTOKEN"


class Received:
    """One HTTP request as it came over the wire."""

    def __init__(self) -> None:
        self.url = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.complete = False

    def on_url(self, url: bytes) -> None:
        self.url += url.decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete = True


Respond = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A web server whose answer a test chooses; it keeps what it received."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.port = 0
        self.respond: Respond = answer({"ok": True, "result": True})
        self.arrived = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                request = Received()
                parser = httptools.HttpRequestParser(request)
                while not request.complete:
                    if not (data := await reader.read(65536)):
                        return
                    parser.feed_data(data)
                self.received.append(request)
                self.arrived.set()
                await self.respond(writer)
                if writer.is_closing():
                    return
        except ConnectionError:
            return
        finally:
            writer.close()


def answer(body: dict[str, object] | bytes, status: str = "200 OK") -> Respond:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def respond(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(payload)}\r\n\r\n".encode() + payload)

    return respond


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def break_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":')
    await writer.drain()
    writer.close()


async def talk_nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"this is not HTTP\r\n\r\n")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest() as made:
        yield made


def url(server: Server, method: str = "getMe") -> str:
    return f"http://127.0.0.1:{server.port}/bot{TOKEN}/{method}"


async def bot_on(server: Server) -> Bot:
    server.respond = answer({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "Plan", "username": "p"}})
    bot = Bot(
        TOKEN,
        base_url=f"http://127.0.0.1:{server.port}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    await bot.initialize()
    server.received.clear()
    server.respond = answer({"ok": True, "result": True})
    return bot


async def test_parameters_travel_as_one_json_object(server: Server) -> None:
    bot = await bot_on(server)
    try:
        await bot.set_my_description("Ünïcode 😀", language_code="en")
    finally:
        await bot.shutdown()

    (request,) = server.received
    assert request.url == f"/bot{TOKEN}/setMyDescription"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"description": "Ünïcode 😀", "language_code": "en"}


async def test_lone_surrogates_reach_telegram_as_json_escapes(server: Server) -> None:
    bot = await bot_on(server)
    try:
        await bot.set_my_description("\ud800")
    finally:
        await bot.shutdown()

    assert server.received[0].body == b'{"description": "\\ud800"}'


async def test_files_travel_as_multipart_with_their_names_as_written(server: Server) -> None:
    bot = await bot_on(server)
    server.respond = answer({"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}})
    try:
        await bot.send_document(5, InputFile(b"%PDF", filename='résumé "1"\r\nX: y.pdf'), caption="يا")
    finally:
        await bot.shutdown()

    (request,) = server.received
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert 'filename="résumé \\"1\\"X: y.pdf"'.encode() in request.body
    assert b"%PDF" in request.body
    assert "يا".encode() in request.body
    assert b'name="chat_id"' in request.body


async def test_the_date_of_an_answer_is_told_where_there_is_one(server: Server) -> None:
    async def dated(writer: asyncio.StreamWriter) -> None:
        date = "Date: Mon, 14 Sep 2026 12:00:00 GMT"
        writer.write(f'HTTP/1.1 200 OK\r\n{date}\r\nContent-Length: 11\r\n\r\n{{"ok":true}}'.encode())

    told: list[str] = []
    async with AiohttpRequest(on_date=told.append) as transport:
        await transport.do_request(url(server), "POST")
        assert told == []
        server.respond = dated
        await transport.do_request(url(server), "POST")
    assert told == ["Mon, 14 Sep 2026 12:00:00 GMT"]


async def test_one_connection_serves_calls_that_follow_each_other(server: Server, transport: AiohttpRequest) -> None:
    for _ in range(5):
        await transport.post(url(server))

    assert server.connections == 1


async def test_two_hundred_and_fifty_six_calls_are_on_their_way_at_once(server: Server) -> None:
    everybody = asyncio.Event()
    free = asyncio.Event()

    async def respond(writer: asyncio.StreamWriter) -> None:
        if len(server.received) == 256:
            everybody.set()
        await free.wait()
        await answer({"ok": True, "result": True})(writer)

    server.respond = respond
    async with AiohttpRequest() as transport:
        calls = asyncio.gather(*(transport.post(url(server)) for _ in range(256)))
        async with asyncio.timeout(20):
            await everybody.wait()
        free.set()
        assert await calls == [True] * 256


async def test_a_closed_port_is_certainly_not_sent(transport: AiohttpRequest) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refuses, and nobody else gets the port
        with pytest.raises(NotSent):
            await transport.post(f"http://127.0.0.1:{taken.getsockname()[1]}/bot{TOKEN}/getMe")


async def test_an_unknown_host_is_certainly_not_sent(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)

    with pytest.raises(NotSent):
        await transport.post(f"http://telegram.invalid/bot{TOKEN}/getMe")


async def test_a_connection_that_does_not_come_up_in_time_is_certainly_not_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", never)

    async with AiohttpRequest(connect_timeout=0.05) as transport:
        with pytest.raises(NotSent):
            await transport.post(url(server))


async def test_no_free_place_in_the_pool_in_time_is_certainly_not_sent(server: Server) -> None:
    free = asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        await free.wait()
        await answer({"ok": True, "result": True})(writer)

    server.respond = wait
    async with AiohttpRequest(pool_size=1) as transport:
        first = asyncio.create_task(transport.post(url(server)))
        await server.arrived.wait()
        with pytest.raises(NotSent):
            await transport.post(url(server), pool_timeout=0.05, connect_timeout=0.0001)
        free.set()
        assert await first is True
    assert len(server.received) == 1


async def test_no_answer_in_time_is_unknown(server: Server, transport: AiohttpRequest) -> None:
    free = asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        await free.wait()
        writer.close()

    server.respond = wait
    with pytest.raises(TimedOut) as caught:
        await transport.post(url(server), read_timeout=0.05)
    free.set()
    assert not isinstance(caught.value, NotSent)


@pytest.mark.parametrize("respond", [hang_up, break_off, talk_nonsense])
async def test_a_connection_that_breaks_after_the_request_is_unknown(
    server: Server, transport: AiohttpRequest, respond: Respond
) -> None:
    server.respond = respond

    with pytest.raises(Uncertain) as caught:
        await transport.post(url(server))

    assert len(server.received) == 1, "a request whose result is unknown must not be repeated down here"
    assert "canary" not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_an_address_that_is_none_does_not_show_the_token(transport: AiohttpRequest) -> None:
    with pytest.raises(NotSent) as caught:
        await transport.post(f"ftp://127.0.0.1/bot{TOKEN}/getMe")

    assert "canary" not in repr(caught.value)


async def test_redirects_are_not_followed_with_the_token(server: Server, transport: AiohttpRequest) -> None:
    async def redirect(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    server.respond = redirect

    with pytest.raises(NetworkError):
        await transport.post(url(server))
    assert len(server.received) == 1


async def test_telegrams_own_errors_keep_their_meaning(server: Server, transport: AiohttpRequest) -> None:
    server.respond = answer({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, "400 Bad")
    with pytest.raises(BadRequest, match="Chat not found"):
        await transport.post(url(server))

    server.respond = answer(
        {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 7}}, "429 Too Many"
    )
    with pytest.raises(RetryAfter):
        await transport.post(url(server))


@pytest.mark.parametrize("body", [b"<html>canary</html>", b"[1]", b"\xff\xfe"])
async def test_an_answer_that_is_no_json_object_is_an_error_and_is_not_logged(
    server: Server, transport: AiohttpRequest, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    server.respond = answer(body)

    with pytest.raises(TelegramError):
        await transport.post(url(server))
    assert "canary" not in caplog.text


async def test_an_answer_with_broken_utf_8_is_read_as_far_as_it_goes() -> None:
    assert AiohttpRequest.parse_json_payload(b'{"ok":true,"result":"a\xffb"}') == {"ok": True, "result": "a\ufffdb"}


async def test_a_file_is_retrieved_as_its_bytes(server: Server, transport: AiohttpRequest) -> None:
    server.respond = answer(b"\x00\x01")

    assert await transport.retrieve(url(server)) == b"\x00\x01"


async def test_starting_and_stopping_twice_is_harmless_and_use_without_start_is_an_error(server: Server) -> None:
    transport = AiohttpRequest()
    with pytest.raises(NetworkError, match="not initialized"):
        await transport.post(url(server))
    await transport.initialize()
    await transport.initialize()
    assert await transport.post(url(server)) is True
    await transport.shutdown()
    await transport.shutdown()


async def test_the_library_is_told_the_default_read_timeout() -> None:
    assert AiohttpRequest(read_timeout=3.0).read_timeout == 3.0
