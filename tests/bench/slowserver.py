"""A server of feeds on this machine, a little away: prints its port, answers each request after a pause."""

import asyncio
import hashlib
import sys
from pathlib import Path

_PAUSE = 0.02


async def _main(files: list[Path]) -> None:
    bodies = [file.read_bytes() for file in files]
    tags = [f'"{hashlib.sha256(body).hexdigest()[:16]}"'.encode() for body in bodies]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(_PAUSE)
                which = int(head.split(b" ", 2)[1].rpartition(b"/")[2]) % len(bodies)
                same = tags[which] in head
                body = b"" if same else bodies[which]
                status = b"304 Not Modified" if same else b"200 OK"
                kind = b"Content-Type: application/xml\r\n" if body else b""
                size = b"Content-Length: %d\r\n" % len(body)
                writer.write(
                    b"HTTP/1.1 " + status + b"\r\nETag: " + tags[which] + b"\r\n" + kind + size + b"\r\n" + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0)  # every address of the loopback network
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main([Path(name) for name in sys.argv[1:]]))
