"""A server that speaks OpenAI's API, translates by a dictionary, and makes mistakes on purpose, each one counted.

In a test or a benchmark:

    from tests.fault_server import FaultServer

    with FaultServer(faults={"too_many_seconds": 0.05, "changed_number": 0.1}, pairs=pairs) as server:
        ...                          # ask server.base_url
        server.statistics()          # arrivals, 429s, sends before Retry-After, repeats, faults
        server.truth()               # which body got which fault

On the command line: `python -m tests.fault_server --port 8080 --faults too_many=0.1,negation=0.05`.

| module             | what                                                                     |
| ------------------ | ------------------------------------------------------------------------ |
| `settings.py`      | what it is told                                                          |
| `prompts.py`       | finds the text in a prompt and wraps the answer; another one can be named |
| `dictionary.py`    | translates                                                               |
| `text_faults.py`   | what goes wrong in the text of an answer                                 |
| `answer_faults.py` | what goes wrong around it                                                |
| `sayings.py`       | preambles, refusals and negations in many languages: fixtures            |
| `answers.py`       | from a body to an answer, its faults and its usage                       |
| `traffic.py`       | refusals, Retry-After, rate limits, slowness                             |
| `figures.py`       | what arrived, and what was sent                                          |
| `batches.py`       | files and the Batch API                                                  |
| `connections.py`   | HTTP/1.1 on asyncio                                                      |
| `server.py`        | routes                                                                   |
| `process.py`       | the server as a child process                                            |
"""

from tests.fault_server.process import FaultServer
from tests.fault_server.settings import key_of

__all__ = ["FaultServer", "key_of"]
