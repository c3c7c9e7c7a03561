"""What is told while a release is published; this one tells nobody."""

from __future__ import annotations


class Watch:
    """Is told what happens; `pipelines.publishing.progress` shows it on a terminal."""

    def step(self, text: str, *, total: int | None = None) -> None:
        """Something begins; `total` bytes are to be sent, if it sends any."""

    def sent(self, count: int) -> None:
        """Bytes of files left this machine; bytes that leave twice count twice."""

    def done(self, count: int) -> None:
        """So many of the total are there, sent or not."""

    def note(self, text: str) -> None:
        """Something to know: a wait, a warning of the Hub's."""
