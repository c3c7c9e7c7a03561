"""Every config and split is loaded with `datasets`, as a reader would, in a process of its own without a network.

The process has its own cache, which is removed: nothing that was loaded before can answer, and what `datasets` takes of
memory goes with it. A config's cache is removed before the next one is loaded.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipelines import storage
from pipelines.comparison.release import Release
from pipelines.verification.findings import SENTENCE, Findings, shown
from schemas.errors import MissingPackage, SourceError

_CHILD = Path(__file__).parents[1] / "loading.py"
_SECRETS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT")


def ready(folder: str) -> None:
    """Raise unless a folder can be loaded here.

    Raises:
        MissingPackage: `datasets` is not installed.
        SourceError: the folder is not on this machine.
    """
    if find_spec("datasets") is None:
        raise MissingPackage(
            "loading a release needs the package `datasets`: install the extra `hub` (pip install 'glotmill[hub]'), or "
            "leave this check out with --no-load."
        )
    if storage.local_path(folder) is None:
        raise SourceError(
            f"{folder} is not on this machine, and `datasets` would load it from there. Download it first, or leave "
            "this check out with --no-load."
        )


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    ready(release.folder)
    wanted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for file in release.data:
        wanted[str(file.config)][release.split(file)] += file.rows or 0
    loaded, ended = _load(
        str(storage.local_path(release.folder)), {name: sorted(wanted[name]) for name in sorted(wanted)}
    )
    rows = 0
    for one in loaded:
        name = _name(one)
        if "error" in one:
            findings.add(f"{name} cannot be loaded: {shown(one['error'], SENTENCE)}")
        elif "configs" in one:
            if one["configs"] != sorted(wanted):
                other = sorted(set(one["configs"]) ^ set(wanted))
                findings.add(f"`datasets` finds other configs than the manifest: {', '.join(map(shown, other[:5]))}")
        elif one["rows"] != wanted[one["config"]][one["split"]]:
            told = wanted[one["config"]][one["split"]]
            findings.add(f"{name} loads with {one['rows']:,} rows, the manifest says {told:,}")
        else:
            rows += one["rows"]
    if ended is not None:
        findings.add(ended)
    done = {(one["config"], one.get("split")) for one in loaded if "config" in one}
    missed = [(c, s) for c in sorted(wanted) for s in sorted(wanted[c]) if not {(c, s), (c, None)} & done]
    if missed and ended is None:
        findings.add(f"config {shown(missed[0][0])}, split {shown(missed[0][1])} was not loaded")
    findings.looked_at = f"{rows:,} rows of {len(wanted):,} configs"


def _name(one: dict[str, Any]) -> str:
    split = f", split {shown(one['split'])}" if "split" in one else ""
    return f"config {shown(one['config'])}{split}" if "config" in one else "the folder"


def _load(folder: str, configs: dict[str, list[str]]) -> tuple[list[dict[str, Any]], str | None]:
    """What the process said of each config and split; and how it ended, if not well."""
    with tempfile.TemporaryDirectory(prefix="glotmill-load-") as home:
        job, said = Path(home) / "job.json", Path(home) / "said.jsonl"
        job.write_text(json.dumps({"folder": folder, "configs": configs, "cache": f"{home}/cache", "said": str(said)}))
        environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
        environment |= {
            "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_OFFLINE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HOME": f"{home}/hf",
            "HF_DATASETS_CACHE": f"{home}/cache",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        }
        # -P: the folder of the script has modules of ours that must not stand in for installed ones.
        ended = subprocess.run(
            [sys.executable, "-P", str(_CHILD), str(job)], cwd=home, env=environment, capture_output=True, check=False
        )
        lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
    loaded = [json.loads(line) for line in lines if line.endswith("}")]
    if ended.returncode == 0:
        return loaded, None
    if ended.returncode < 0:
        why = f"was killed ({signal.Signals(-ended.returncode).name}); was there enough memory?"
    else:
        last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        why = f"ended with {ended.returncode}: {shown(last[0], SENTENCE)}"
    after = f" after {_name(loaded[-1])}" if loaded else ""
    return loaded, f"the process that loads{after} {why}"
