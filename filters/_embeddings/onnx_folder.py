"""What lies in the folder of an exported encoder, and what its settings say about windows, pooling and prompts.

Settings are those of Hub repositories: `config.json`, `tokenizer_config.json`, and what sentence-transformers writes
(`modules.json`, `sentence_bert_config.json`, `1_Pooling/config.json`, `config_sentence_transformers.json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from filters._embeddings.digest import sha256
from filters._embeddings.folders import folder, read_json
from filters._embeddings.windows import positions, tokens
from schemas.embedding import Embedding
from schemas.errors import SourceError

_GRAPHS = ("model.onnx", "onnx/model.onnx")
_SETTINGS = (
    "config.json",
    "tokenizer_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "*_Pooling/config.json",
)
_OLD_MODES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


class Exported(NamedTuple):
    """An exported encoder.

    Args:
        graph: the graph.
        tokenizer: its tokenizer.json.
        window: how many tokens it takes at a time, special ones counted.
        pooling: mean, cls or none.
        prefix: what is put before a text.
        with_prefix: whether the mean is taken over the prefix too.
        unit: whether a window's vector is brought to length 1.
    """

    graph: Path
    tokenizer: Path
    window: int
    pooling: str
    prefix: str
    with_prefix: bool
    unit: bool


def locate(embedding: Embedding) -> Path:
    """The folder; from the Hub the graph, its weights and the settings are fetched."""
    graphs = _GRAPHS if embedding.graph is None else (embedding.graph,)
    places = ["", *sorted({f"{parent}/" for graph in graphs if (parent := str(Path(graph).parent)) != "."})]
    settings = [f"{place}{name}" for place in places for name in (*_SETTINGS, "tokenizer.json")]
    return folder(embedding, [f"{graph}*" for graph in graphs] + settings)


def read(embedding: Embedding) -> Exported:
    """Look into the folder.

    Raises:
        SourceError: a file is missing, or the settings ask for what a graph without it cannot do.
        RecipeError: `window_tokens` is more than the model takes.
    """
    home = locate(embedding)
    graph = _graph(home, embedding.graph)
    config = _beside(home, graph, "config.json")
    said = read_json(home / "sentence_bert_config.json").get("max_seq_length")
    said = said or _beside(home, graph, "tokenizer_config.json").get("model_max_length")
    modules = _modules(home)
    pooling = _pooling_settings(home, modules)
    how = embedding.pooling or _pooling(home, pooling)
    prompts = read_json(home / "config_sentence_transformers.json")
    prefix = (prompts.get("prompts") or {}).get(prompts.get("default_prompt_name"), "")
    behind = list(modules)[list(modules).index("Pooling") + 1 :] if "Pooling" in modules else []
    if how != "none" and set(behind) - {"Normalize"}:
        raise SourceError(
            f"embedding: by {home / 'modules.json'} a vector of this model goes through {', '.join(behind)} after "
            "pooling, which the graph of its tokens' vectors does not have. Export it with an output "
            "sentence_embedding and give `pooling: none`, or use `backend: sentence_transformers`."
        )
    return Exported(
        graph=graph,
        tokenizer=_tokenizer(home, graph),
        window=tokens(embedding, said, positions(config)),
        pooling=how,
        prefix=prefix if embedding.prefix is None else embedding.prefix,
        with_prefix=bool(pooling.get("include_prompt", True)),
        unit=how != "none" and "Normalize" in behind,
    )


def digests(embedding: Embedding) -> dict[str, str]:
    """SHA-256 of each file that decides about the vectors; weights beside a graph have names that begin with its."""
    home = locate(embedding)
    graph = _graph(home, embedding.graph)
    settings = [file for place in {home, graph.parent} for name in _SETTINGS for file in place.glob(name)]
    files = {*graph.parent.glob(f"{graph.name}*"), _tokenizer(home, graph), *settings}
    return {str(file.relative_to(home)): sha256(file) for file in sorted(files)}


def _graph(home: Path, asked: str | None) -> Path:
    names = _GRAPHS if asked is None else (asked,)
    for name in names:
        if (home / name).is_file():
            return home / name
    there = sorted(str(one.relative_to(home)) for one in home.rglob("*.onnx"))
    raise SourceError(
        f"embedding: there is no {' or '.join(names)} in {home}. "
        + (
            f"It has {', '.join(there[:10])}: name one as `graph`."
            if there
            else "It needs an encoder exported to ONNX, for example with: optimum-cli export onnx --task "
            "feature-extraction."
        )
    )


def _tokenizer(home: Path, graph: Path) -> Path:
    for place in (graph.parent, home):
        if (place / "tokenizer.json").is_file():
            return place / "tokenizer.json"
    raise SourceError(
        f"embedding: there is no tokenizer.json in {home}. It is what the package tokenizers reads; get it from the "
        "model's repository, or write it with save_pretrained of a fast tokenizer."
    )


def _beside(home: Path, graph: Path, name: str) -> Mapping[str, Any]:
    """Settings beside the graph, or in the folder."""
    found: Mapping[str, Any] = read_json(graph.parent / name) or read_json(home / name)
    return found


def _modules(home: Path) -> dict[str, str]:
    """What sentence-transformers would run, in order: name of the class and its folder."""
    listed = read_json(home / "modules.json")
    return {str(one["type"]).rpartition(".")[2]: str(one["path"]) for one in listed or []}


def _pooling_settings(home: Path, modules: Mapping[str, str]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_json(home / modules.get("Pooling", "1_Pooling") / "config.json")
    return found


def _pooling(home: Path, settings: Mapping[str, Any]) -> str:
    said = settings.get("pooling_mode") or [mode for key, mode in _OLD_MODES.items() if settings.get(key)] or "mean"
    modes = [said] if isinstance(said, str) else list(said)
    if modes not in (["mean"], ["cls"]):
        raise SourceError(
            f"embedding: by its settings in {home} this model pools by {' and '.join(modes)}; `backend: onnx` does "
            "mean and cls. Export it with an output sentence_embedding and give `pooling: none`, or use `backend: "
            "sentence_transformers`."
        )
    return str(modes[0])
