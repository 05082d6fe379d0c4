"""The socket that the app listens on."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from kneewise.web.options import WebOptions
from kneewise.web.serving import _listen


def test_a_small_answer_waits_for_no_other() -> None:
    async def no_delay() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listen(WebOptions(port=0)) as listener:
            server = await asyncio.start_server(accepted, sock=listener)
            async with server:
                _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
                told = await found
                writer.close()
                await writer.wait_closed()
        return told

    with ThreadPoolExecutor(1) as apart:  # this thread may have a loop of its own: that of a browser
        assert apart.submit(lambda: asyncio.run(no_delay())).result()
