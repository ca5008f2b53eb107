"""python -m demo: the stand-in on its own, until its parent goes or it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys
import threading
from pathlib import Path


def main() -> None:
    """Serves on 127.0.0.1 until SIGTERM, SIGINT, or the end of standard input."""
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # Only here: a render process imports this module again, and has no use for a web server.
    import uvicorn

    from demo.http.connections import OpenConnections
    from demo.http.server import build

    class Announcing(uvicorn.Server):
        """Says the address when it really answers, and no earlier."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"listening on {base_url}", flush=True)

    listener = socket.create_server(("127.0.0.1", arguments.port))
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    connections = OpenConnections()
    app = build(
        arguments.data,
        base_url=base_url,
        key=arguments.key,
        pace=arguments.pace,
        address_life_s=arguments.address_life,
        draft=arguments.draft,
        connections=connections,
        private_links=arguments.private_links,
    )
    config = uvicorn.Config(
        app,
        http=connections.protocol(),
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        # A download that nobody reads on must not hold up the end.
        timeout_graceful_shutdown=2,
    )
    server = Announcing(config)

    def watch_parent() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        server.should_exit = True

    threading.Thread(target=watch_parent, daemon=True).start()
    asyncio.run(server.serve(sockets=[listener]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder for everything it remembers")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument(
        "--key", default=os.environ.get("DEMO_KEY", ""), help="the only key accepted; default: DEMO_KEY, else any key"
    )
    parser.add_argument("--pace", type=float, default=1.0, help="1 takes its time as a provider does, 0 never waits")
    parser.add_argument("--address-life", type=int, default=86_400, metavar="SECONDS", help="how long an address works")
    parser.add_argument("--draft", action="store_true", help="videos of a quarter of the size, for quick tests")
    parser.add_argument("--private-links", action="store_true", help="fetch links to this computer too, for tests")
    return parser.parse_args()


if __name__ == "__main__":
    main()
