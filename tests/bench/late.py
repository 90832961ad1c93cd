"""A wire that is long: `python -m tests.bench.late PORT TO MILLISECONDS` holds every answer back so long."""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter


async def main(port: int, to: int, late: float) -> None:
    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(_pass(reader, out, 0), _pass(there, writer, late))

    async with await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 20) as server:
        await server.serve_forever()


async def _pass(reader: StreamReader, writer: StreamWriter, late: float) -> None:
    """Chunk by chunk; answers of SMTP are single ones, so that one waits for the last is no matter."""
    try:
        while data := await reader.read(1 << 18):
            if late:
                await asyncio.sleep(late)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000))
