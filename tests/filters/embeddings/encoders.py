"""Small encoders: a tokenizer like XLM-RoBERTa's, a graph with random weights, and what it says in numpy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from stories import STORIES

TEXTS = pl.Series([text for _, text in STORIES.values()])
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
DIMENSION = 8
POSITIONS = 40  # the longest window


def tokenizer(**more: Any) -> Any:
    """Words of the stories and single characters; <s> before a text and </s> behind it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = sorted({f"▁{word}" for text in TEXTS for word in text.split()[::2]})
    characters = sorted({char for text in TEXTS for char in text if not char.isspace()} | set("abc?: ▁"))
    pieces = [(piece, 0.0) for piece in SPECIAL]
    pieces += [(piece, -2.0) for piece in ("▁query", *words)] + [(piece, -9.0) for piece in characters]
    made = Tokenizer(models.Unigram(pieces, unk_id=3))
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.enable_truncation(5)  # as exported files often have it: the windows are ours to cut
    made.enable_padding(length=7, pad_id=1, pad_token="<pad>")
    return made


class Weights:
    """Random weights of the graph, and what it says in numpy."""

    def __init__(self) -> None:
        rng = np.random.default_rng(5)
        size = tokenizer().get_vocab_size()
        self.tokens, self.positions = (rng.normal(size=(n, DIMENSION)).astype(np.float32) for n in (size, POSITIONS))
        self.mix = rng.normal(size=(DIMENSION, DIMENSION)).astype(np.float32)

    def states(self, ids: np.ndarray) -> np.ndarray:
        """Vectors of the tokens of one window, shape (t, 8)."""
        said = self.tokens[ids] + self.positions[: len(ids)]
        return np.tanh(said @ self.mix + said.mean(axis=0))


def graph(
    file: Path,
    *,
    inputs: tuple[str, ...] = ("input_ids", "attention_mask"),
    output: str = "last_hidden_state",
    pooled: str | None = None,
    whole: str = "INT64",
    outside: bool = False,
) -> None:
    """Write the graph.

    Args:
        file: where.
        inputs: their names; only the first two change what comes out.
        output: name of the vectors of tokens.
        pooled: name of the vectors of texts, where the graph makes them.
        whole: type of the inputs.
        outside: whether weights go to a file of their own.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = Weights()
    kind = getattr(TensorProto, whole)
    node = helper.make_node
    nodes = [
        node("Cast", ["attention_mask"], ["mask2"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["mask2", "last"], ["mask"]),
        node("Gather", ["tokens", "input_ids"], ["looked up"]),
        node("Shape", ["input_ids"], ["shape"]),
        node("Gather", ["shape", "one"], ["length"]),
        node("Range", ["zero", "length", "one"], ["places"]),
        node("Gather", ["positions", "places"], ["placed"]),
        node("Add", ["looked up", "placed"], ["said"]),
        node("MatMul", ["said", "mix"], ["mixed"]),
        *mean("said", "around"),
        node("Unsqueeze", ["around", "one axis"], ["around3"]),
        node("Add", ["mixed", "around3"], ["sum"]),
        node("Tanh", ["sum"], [output]),
    ]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", "length", DIMENSION])]
    if pooled is not None:
        nodes += mean(output, pooled)
        outputs.append(helper.make_tensor_value_info(pooled, TensorProto.FLOAT, ["batch", DIMENSION]))
    constants = {
        "tokens": weights.tokens, "positions": weights.positions, "mix": weights.mix, "zero": np.array(0),
        "one": np.array(1), "last": np.array([2]), "one axis": np.array([1]),
    }  # fmt: skip
    made = helper.make_model(
        helper.make_graph(
            nodes,
            "encoder",
            [helper.make_tensor_value_info(name, kind, ["batch", "length"]) for name in inputs],
            outputs,
            [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(
        made, file, save_as_external_data=outside, location=f"{file.name}_data" if outside else None, size_threshold=64
    )


def mean(of: str, to: str) -> list[Any]:
    """Nodes for the mean over the tokens of the mask."""
    from onnx import helper

    return [
        helper.make_node("Mul", [of, "mask"], [f"{to} masked"]),
        helper.make_node("ReduceSum", [f"{to} masked", "one axis"], [f"{to} sum"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "one axis"], [f"{to} count"], keepdims=0),
        helper.make_node("Div", [f"{to} sum", f"{to} count"], [to]),
    ]


def save(
    folder: Path, settings: dict[str, Any] | None = None, *, graph_file: str = "model.onnx", **of_graph: Any
) -> str:
    """Write a whole model folder: graph, tokenizer and settings (file name -> content)."""
    graph(folder / graph_file, **of_graph)
    tokenizer().save(str(folder / "tokenizer.json"))
    for name, content in (settings if settings is not None else {"tokenizer_config.json": WINDOW}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return str(folder)


WINDOW = {"model_max_length": POSITIONS}


def cut(text: str, window: int, prefix: str = "") -> list[tuple[np.ndarray, int]]:
    """The windows of a text, slowly: numbers of all tokens, and how many of them are the text's."""
    made = tokenizer()
    made.no_truncation()
    made.no_padding()
    before = made.encode(prefix, add_special_tokens=False).ids
    own = made.encode(prefix + text, add_special_tokens=False).ids[len(before) :]
    room = window - len(before) - 2
    parts = [own[i : i + room] for i in range(0, len(own), room)]
    return [(np.array([0, *before, *part, 2]), len(part)) for part in parts]


def expected(text: str, *, window: int = POSITIONS, prefix: str = "", pooling: str = "mean") -> np.ndarray:
    """The vector of a text, in numpy."""
    weights = Weights()
    parts = cut(text, window, prefix)
    states = [weights.states(ids) for ids, _ in parts]
    vectors = [one.mean(axis=0) if pooling == "mean" else one[0] for one in states]
    return np.average(vectors, axis=0, weights=[own for _, own in parts])
