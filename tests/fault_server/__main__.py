"""`python -m tests.fault_server --port 8080 --faults too_many=0.1,negation=0.05 --pairs pairs.json`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from tests.fault_server.server import Server
from tests.fault_server.settings import Settings


async def _serve(arguments: argparse.Namespace) -> None:
    said = {}
    if arguments.settings == "-":
        said = json.loads(sys.stdin.readline())
    elif arguments.settings:
        said = json.loads(Path(arguments.settings).read_text())
    for part in filter(None, arguments.faults.split(",")):
        name, _, rate = part.partition("=")
        said.setdefault("faults", {})[name.strip()] = float(rate or 1)
    server = Server(Settings(**said))
    for file in arguments.pairs:
        server.learn(json.loads(Path(file).read_text()))
    address = await server.start(arguments.host, arguments.port)
    print(json.dumps({"address": address}), flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    if arguments.child:
        loop.run_in_executor(None, lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)))
    await ended.wait()
    await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--faults", default="", help="name=share,name=share")
    parser.add_argument("--settings", default="", help="JSON file with the rest; - for one line of standard input")
    parser.add_argument("--pairs", action="append", default=[], help="JSON file: texts with their translations")
    parser.add_argument("--child", action="store_true", help="end with standard input")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
