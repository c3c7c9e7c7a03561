"""Where a model is: a folder, a file, or a repository of the Hub at a pinned revision."""

from __future__ import annotations

import re
from pathlib import Path

from filters import _hub
from schemas.errors import SourceError

_HUB = "hf://"
_PINNED = re.compile(r"hf://(?P<repository>[\w.-]+/[\w.-]+)@(?P<revision>[0-9a-f]{40})(?:/(?P<path>.+))?")


def problem(address: str) -> str | None:
    """What is wrong with the form of an address; None where nothing is."""
    if address.startswith(_HUB) and not _PINNED.fullmatch(address):
        return (
            f"{address} is not pinned: write hf://ORGANISATION/NAME@COMMIT (40 hexadecimal digits), or "
            "hf://ORGANISATION/NAME@COMMIT/FOLDER. A branch or tag can change under you"
        )
    return None


def find(address: str) -> Path:
    """The model on this machine; from the Hub it is fetched at its revision.

    Raises:
        SourceError: the form is wrong, there is nothing, or the Hub cannot give it.
    """
    if said := problem(address):
        raise SourceError(said)
    pinned = _PINNED.fullmatch(address)
    if pinned is None:
        path = Path(address)
        if not path.exists():
            raise SourceError(
                f"no model in {address}: there is no such folder or file. Train one with `glotmill train-quality ROWS "
                "--out FOLDER`."
            )
        return path
    from huggingface_hub import snapshot_download

    with _hub.asked(f"cannot get the model {address}", "download it and give the folder"):
        home = Path(snapshot_download(pinned["repository"], revision=pinned["revision"]))
    found = home / pinned["path"] if pinned["path"] else home
    if not found.exists():
        raise SourceError(f"{address}: the repository has no {pinned['path']} at that revision.")
    return found
