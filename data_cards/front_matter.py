"""The card's front matter: what the Hugging Face Hub and `datasets` read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_cards.configs import Config, default_config
from data_cards.features import features
from schemas import languages
from schemas.manifest import Manifest

_FEATURED = 20  # configs up to which their features are listed
_SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)


def front_matter(manifest: Manifest, configs: Sequence[Config]) -> dict[str, Any]:
    """The card's metadata, as the Hub and `datasets` read it."""
    counts = manifest.counts
    released = {label for label, c in counts.by_language.items() if c.released_sources + c.derived}
    released -= {languages.UNDETERMINED}
    licence = (manifest.recipe.get("release") or {}).get("licence")
    matter: dict[str, Any] = {"pretty_name": " ".join(manifest.title.split()) or manifest.name}
    if codes := sorted({languages.bcp47(label).split("-")[0] for label in released}):
        matter["language"] = codes
    if licence:
        matter["license"] = licence.lower()  # SPDX writes Apache-2.0, the Hub apache-2.0
    if released:
        matter["multilinguality"] = ["multilingual" if len(released) > 1 else "monolingual"]
        if sum(counts.derived_by_stage.get("translation", {}).values()):
            matter["multilinguality"].append("translation")
    matter["size_categories"] = [size_category(counts.released_sources + counts.derived)]
    matter["task_categories"] = ["text-generation"]
    matter["language_creators"] = ["found", *(["machine-generated"] if counts.derived else [])]
    tags = ["glotmill"]
    tags += ["deduplicated"] if ran(manifest, "group") else []
    tags += ["synthetic"] if counts.derived else []
    matter["tags"] = tags
    if not configs:
        matter["viewer"] = False  # or the Hub takes manifest.json for the data
        return matter
    default = default_config(configs)
    matter["configs"] = [
        {
            "config_name": config.name,
            **({"default": True} if config is default else {}),
            "data_files": [{"split": split.name, "path": split.pattern} for split in config.splits],
        }
        for config in configs
    ]
    # `datasets` compares num_examples and fails when they differ. It asks for num_bytes, too, but compares them with
    # nothing: they are the bytes of the files, the one size that is known exactly before anything is loaded.
    # Features only where they do not make the card longer than its text: there may be thousands of configs.
    kinds = {kind: features(found) for kind, found in manifest.columns.items()} if len(configs) <= _FEATURED else {}
    matter["dataset_info"] = [
        {
            "config_name": config.name,
            **({"features": kinds[config.kind]} if config.kind in kinds else {}),
            "splits": [
                {"name": split.name, "num_bytes": split.bytes, "num_examples": split.rows} for split in config.splits
            ],
            "download_size": config.bytes,
            "dataset_size": config.bytes,
        }
        for config in configs
        if config.rows is not None
    ]
    return matter


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows.

    >>> [size_category(n) for n in (0, 999, 1000, 10**12)]
    ['n<1K', 'n<1K', '1K<n<10K', 'n>1T']
    """
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")


def ran(manifest: Manifest, kind: str) -> bool:
    """Whether a stage of this kind ran."""
    return any(stage.kind.lower() == kind for stage in manifest.stages)
