"""A small server that speaks what publishing and reading a dataset need of the Hub's API, with faults on demand.

In a test:

    from tests.hub_server import HubServer

    with HubServer() as hub:
        hub.fault("lfs_put", "drop", after=1000)     # the next upload breaks after 1,000 bytes
        ...                                          # HF_ENDPOINT=hub.address, HF_TOKEN=hub.token
        hub.repo("me/box").files("main")             # path -> bytes, as they are on main
        hub.log                                      # every request: route, status, bytes that came

On the command line: `python -m tests.hub_server --port 8090`.

| module      | what                                                                     |
| ----------- | ------------------------------------------------------------------------ |
| `store.py`  | repositories: commits, refs, large files by SHA-256, pull requests       |
| `faults.py` | what goes wrong: refusals, dropped connections, lost answers, stalls     |
| `routes.py` | from a request to an answer                                              |
| `reading.py`| the routes that read                                                     |
| `writing.py`| the routes that write                                                    |
| `server.py` | HTTP/1.1 on threads, accounts and rights, the log                        |

It keeps real bytes and refuses a large file whose SHA-256 is another one than was announced. What it does not speak:
Xet, uploads in several parts, redirects to a storage of its own. Merging makes one commit with main as its parent.
"""

from tests.hub_server.faults import Fault
from tests.hub_server.server import HubServer

__all__ = ["Fault", "HubServer"]
