"""`python -m tests.hub_server --port 8090`: the server by hand, until Ctrl-C."""

from __future__ import annotations

import argparse
import time

from tests.hub_server.server import HubServer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--fault", action="append", default=[], help="route:action[:name=value,…], see faults.py")
    arguments = parser.parse_args()
    with HubServer(arguments.port) as hub:
        for one in arguments.fault:
            route, action, *rest = one.split(":", 2)
            said = dict(part.split("=") for part in rest[0].split(",")) if rest else {}
            hub.fault(route, action, **{name: float(v) if "." in v else int(v) for name, v in said.items()})
        print("export HF_HUB_DISABLE_XET=1 NO_PROXY=127.0.0.1")
        print(f"export HF_ENDPOINT={hub.address} HF_TOKEN={hub.token}", flush=True)
        seen = 0
        try:
            while True:
                time.sleep(0.2)
                for line in hub.log[seen:]:
                    print(f"{line.status or 'broken':>6} {line.received:>12,} bytes  {line.method} {line.path}")
                    seen += 1
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
