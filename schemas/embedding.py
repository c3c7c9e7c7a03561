"""Which model makes vectors of texts: the backend, and the values that go with it. Loaded by `filters._embeddings`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

Name = Literal["model2vec", "fasttext", "onnx", "sentence_transformers", "openai"]
Pooling = Literal["mean", "cls", "none"]

_OWN = {
    "model2vec": ("path", "hub", "revision"),
    "fasttext": ("path", "train_on", "training", "lower_case"),
    "onnx": ("path", "hub", "revision", "graph", "pooling", "window_tokens", "windows", "prefix"),
    "sentence_transformers": ("path", "hub", "revision", "window_tokens", "windows", "prefix"),
    "openai": (
        "base_url", "model", "api_key_env", "dimensions", "batch", "piece_characters", "timeout_seconds", "attempts",
    ),
}  # fmt: skip


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Paths = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=list[str] | str)]


class SkipGram(BaseModel):
    """How word vectors are trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimension: int = Field(64, gt=0, description="Length of the word vectors")
    epochs: int = Field(10, gt=0, description="Passes over the texts")
    least_count: int = Field(1, gt=0, description="Rarer words have no vector of their own, only those of their parts")
    buckets: int = Field(20_000, gt=0, description="Hash buckets for the parts of words (3 to 6 characters)")


class Embedding(BaseModel):
    """Which model makes vectors of texts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    backend: Name = Field(
        description="model2vec (static vectors of tokens), fasttext (vectors of words), onnx (an exported encoder), "
        "sentence_transformers (any model of that package), or openai (any server with /v1/embeddings)"
    )
    path: str | None = Field(
        None,
        description="model2vec, onnx, sentence_transformers: folder of a model; fasttext: unsupervised model, a .bin",
    )
    hub: str | None = Field(
        None,
        description="model2vec, onnx, sentence_transformers: Hub repository, such as "
        "minishlab/potion-multilingual-128M",
    )
    revision: str | None = Field(None, description="With `hub`: commit of the repository (40 hexadecimal digits)")
    graph: str | None = Field(
        None, description="onnx: the graph in the folder; null for model.onnx or onnx/model.onnx, whichever is there"
    )
    pooling: Pooling | None = Field(
        None,
        description="onnx: how the vectors of a window's tokens become one: their mean, that of the first token (cls), "
        "or none where the graph does it (sentence_embedding); null for what the model's settings say, else the mean",
    )
    window_tokens: int | None = Field(
        None,
        gt=0,
        description="onnx, sentence_transformers: longest window, with special tokens and prefix; a longer text is cut "
        "into windows, and its vector is their mean; null for what the model says, else 512",
        json_schema_extra={"unit": "tokens"},
    )
    windows: int | None = Field(
        None,
        gt=0,
        description="onnx, sentence_transformers: how many windows of a text count, from its start; null for all. "
        "FineWeb2-HQ's classifiers know the first only",
    )
    prefix: str | None = Field(
        None,
        description="onnx, sentence_transformers: what is put before a text, in each window, such as `query: ` for "
        "e5; null for the prompt that the model's settings give for all texts, else nothing",
    )
    train_on: Annotated[list[str] | None, BeforeValidator(_as_list, json_schema_input_type=list[str] | str | None)] = (
        Field(None, description="fasttext: texts (JSON lines with text) to train word vectors on before the run")
    )
    training: SkipGram = Field(default_factory=SkipGram, description="fasttext: how to train on them")
    lower_case: bool = Field(
        True, description="fasttext: whether words are brought to lower case; no for models of cased text (cc.*.300)"
    )
    base_url: str | None = Field(None, description="openai: address of the server, up to and with /v1")
    model: str | None = Field(None, description="openai: model to ask")
    api_key_env: str | None = Field(None, description="openai: environment variable that holds the key")
    dimensions: int | None = Field(
        None, gt=0, description="openai: length of vectors to ask for, where the server lets one choose"
    )
    batch: int = Field(64, gt=0, description="openai: texts in a request")
    piece_characters: int = Field(
        2_000,
        gt=0,
        description="openai: a longer text is cut into pieces, and its vector is their mean; a piece has to fit the "
        "model's window",
        json_schema_extra={"unit": "characters"},
    )
    # How requests are sent, not what comes back: no part of a dump, so vectors are not made again when they change.
    timeout_seconds: float = Field(60, gt=0, exclude=True, description="openai: longest wait for one answer")
    attempts: int = Field(
        5, gt=0, exclude=True, description="openai: how often a request is sent before it counts as failed"
    )
    reference: _Paths = Field(
        ["sample://quality/*.jsonl", "sample://reference/*.jsonl"],
        description="Texts (JSON lines with text) whose common part is taken out of all vectors. What ships has 85 "
        "languages; give texts of yours where they are not among them. A document in a script that these texts are "
        "not in has no vector. Empty: vectors stay as the model gives them",
    )
    directions: int | None = Field(
        None,
        ge=0,
        description="Principal directions of the reference that are taken out besides its mean; null for a third of "
        "the vector's length, 48 at most",
    )

    _trained: str | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _values_of_this_backend(self) -> Embedding:
        own = _OWN[self.backend]
        for name in dict.fromkeys(name for names in _OWN.values() for name in names if name not in own):
            if getattr(self, name) != self._default(name):
                others = " or ".join(f"`backend: {backend}`" for backend, names in _OWN.items() if name in names)
                raise ValueError(f"`{name}` goes with {others}; {self.backend} takes {', '.join(own)}")
        getattr(self, f"_check_{self.backend}")()
        return self

    @model_serializer(mode="wrap")
    def _own_values(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without the values of other backends."""
        others = {name for names in _OWN.values() for name in names} - set(_OWN[self.backend])
        return {name: value for name, value in dump(self).items() if name not in others}

    @classmethod
    def _default(cls, name: str) -> Any:
        return cls.model_fields[name].get_default(call_default_factory=True)

    def _check_folder(self) -> None:
        if (self.path is None) == (self.hub is None):
            raise ValueError(f"{self.backend} needs either `path` (a folder) or `hub` (a Hub repository)")
        if self.hub is not None and not re.fullmatch(r"[0-9a-f]{40}", self.revision or ""):
            raise ValueError(
                "a model from the Hub needs `revision`, the full commit (40 hexadecimal digits): "
                "a branch or tag can change under you"
            )

    _check_model2vec = _check_sentence_transformers = _check_folder

    def _check_onnx(self) -> None:
        self._check_folder()
        if self.graph is not None and (self.graph.startswith("/") or ".." in self.graph.split("/")):
            raise ValueError(f"`graph` is a path in the model's folder, such as onnx/model.onnx; {self.graph!r} came")

    def _check_fasttext(self) -> None:
        if (self.path is None) == (self.train_on is None):
            raise ValueError("fasttext needs either `path` (an unsupervised .bin) or `train_on` (texts)")

    def _check_openai(self) -> None:
        address = urlsplit(self.base_url or "")
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(
                f"openai needs `base_url`, the address of a server such as http://127.0.0.1:8080/v1; "
                f"{self.base_url!r} came"
            )
        if not self.model:
            raise ValueError("openai needs `model`, the name of the model to ask")

    def trained(self, path: str) -> Embedding:
        """The same with the place of a trained model: this machine's affair, so it is in no recipe and no manifest."""
        out = self.model_copy()
        out._trained = path
        return out

    @property
    def file(self) -> str | None:
        """The model on this machine: given, or trained before the run."""
        return self._trained or self.path
