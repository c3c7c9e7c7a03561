"""The columns that rows carry from the source to the release.

A `Column` says its name, its polars type and what it means; the description ends up in the Parquet field
metadata, in the card and in the docs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

DType = Any  # a polars type, as class or instance


@dataclass(frozen=True)
class Column:
    """One column: name, polars type, and its meaning with the unit."""

    name: str
    dtype: DType
    description: str


# What a reader hands over for each document.
DOCUMENT = (
    Column("id", pl.String, "Id of the document: the source's own, or made from its content"),
    Column("text", pl.String, "Text, Unicode NFC after normalisation"),
    Column("source", pl.String, "Name of the source in the recipe"),
    Column("url", pl.String, "Address that the document came from, if the source says"),
    Column("date", pl.String, "Date of the document as the source says, ISO 8601 in UTC"),
    Column("declared_language", pl.String, "Language that the source declares, as iso639-3_Script"),
    Column("metadata", pl.String, "Further fields that the recipe carries along, as a JSON object"),
    Column("expected", pl.String, "Verdict planted beside the document: keep, dead, or reject:reason|reason"),
)
# Where the document stood in its source.
ADDRESS = (
    Column("file", pl.String, "Input file, as the recipe names it"),
    Column("position", pl.Int64, "Row, line or record in the input file, from 1"),
)
# A row that could not be processed.
DEAD = (
    Column("id", pl.String, "Id, where the row was whole enough to have one"),
    Column("source", pl.String, "Name of the source in the recipe"),
    *ADDRESS,
    Column("error", pl.String, "Kind of failure"),
    Column("message", pl.String, "What came, what is allowed, and how to mend it"),
    Column("raw", pl.String, "The first 2,000 characters of what came"),
    Column("replay", pl.String, "Command that reads this row again after it was mended"),
    Column("expected", pl.String, "Verdict planted beside the document, if it could be read"),
)
# What judge and dedup add.
VERDICT = (
    Column("reasons", pl.List(pl.String), "Every rule that the document broke; empty when it passed"),
    Column(
        "cluster_id", pl.String, "Smallest id among the document's duplicates, itself included; null when it has none"
    ),
    Column("cluster_size", pl.Int64, "Number of documents in the duplicate cluster; 1 when it has no duplicate"),
    Column("twin_id", pl.String, "Id of the duplicate that stayed in this document's place"),
    Column("twin_release", pl.String, "Earlier release that has the twin; null when it is in this one"),
    Column(
        "twin_similarity",
        pl.Float64,
        "Similarity of the document and its twin: 1 for the same text, Jaccard or cosine similarity where it was "
        "verified, null where only keys agree",
    ),
)
# What a recipe that rehydrates adds.
REHYDRATION = (
    Column(
        "copies",
        pl.Int64,
        "Near copies of the document in the whole input, itself included, whether or not they passed the rules",
    ),
    Column("sampling_weight", pl.Float64, "How often to sample the document, from the number of its copies"),
)
# One request for a derived row and what came back.
EXCHANGE = (
    Column("step", pl.String, "What was asked for: translate, back, repair, judge, naturalness and the like"),
    Column("role", pl.String, "Role in the recipe whose model was asked"),
    Column("endpoint", pl.String, "Who answered: address of the server, or name and digest of a local model"),
    Column("model", pl.String, "Model as asked for"),
    Column("model_returned", pl.String, "Model as the server named it"),
    Column("system_fingerprint", pl.String, "The server's own mark of its configuration; empty where it gives none"),
    Column("prompt", pl.String, "Version of the prompt template"),
    Column("prompt_sha256", pl.String, "SHA-256 of the prompt template"),
    Column("key", pl.String, "Key of the request in the response cache: SHA-256 of its canonical form"),
    Column("answer", pl.String, "The answer as it came"),
    Column("finish_reason", pl.String, "Why it ended, in the server's word"),
    Column("prompt_tokens", pl.Int64, "Tokens sent, as the server counted them"),
    Column("completion_tokens", pl.Int64, "Tokens received, as the server counted them"),
    Column("dollars", pl.Float64, "What it cost by the recipe's price, in US dollars; null without a price"),
)
# A row made by a Derive stage.
DERIVED = (
    Column("id", pl.String, "Id of the derived row: parent id, stage and variant"),
    Column("document_id", pl.String, "Id of the source document that the row goes back to"),
    Column("parent_id", pl.String, "Id of the row that it was made from"),
    Column("stage", pl.String, "Derive stage that made it"),
    Column("operator", pl.String, "What was done: translate, or naturalness+culture and the like"),
    Column("language", pl.String, "Language of the text"),
    Column("source_language", pl.String, "Language of the text that it was made from"),
    Column("text", pl.String, "The derived text"),
    Column("record", pl.String, "The record with its derived fields, as a JSON object; null where the row is one text"),
    Column("parent_text", pl.String, "The text that it was made from"),
    Column("back_text", pl.String, "The derived text translated back, where the stage does so"),
    Column(
        "scores",
        pl.String,
        "Scores that its gates were judged by, as a JSON object; a gate that had nothing to say has none",
    ),
    Column("signatures", pl.String, "Signature of each metric, as a JSON object"),
    Column("reasons", pl.List(pl.String), "Every gate that it failed; empty when accepted"),
    Column("attempts", pl.Int64, "1; 2 where the text that counts is a repair"),
    Column("sample", pl.Int64, "0; how often the row was replayed before these answers"),
    Column("model", pl.String, "Model as asked for"),
    Column("model_returned", pl.String, "Model as the server named it"),
    Column("parameters", pl.String, "Sampling parameters, as a JSON object"),
    Column("prompt_tokens", pl.Int64, "Tokens sent for the row, as the servers counted them"),
    Column("completion_tokens", pl.Int64, "Tokens received for the row, as the servers counted them"),
    Column("dollars", pl.Float64, "What the row cost by the recipe's prices, in US dollars; null without a price"),
    Column(
        "exchanges",
        pl.List(pl.Struct({column.name: column.dtype for column in EXCHANGE})),
        "Every request for the row and its answer, in order: with the row before it, they rebuild each prompt",
    ),
    Column("raw", pl.String, "The answer that failed, as it came"),
    Column("replay", pl.String, "Command that asks again for a row that failed"),
)

# Cut once a frame and shared by all stages that read them; never written to a shard.
SHARED = (
    Column("words", pl.List(pl.String), "Words of the text in order; a punctuation mark is a word of its own"),
    Column("sentences", pl.List(pl.String), "Sentences of the text in order"),
)

ROW = "row"  # position of a row in its measure shard, from 0: half of a row's address


def polars_schema(columns: Iterable[Column]) -> pl.Schema:
    """The polars schema of some columns, in order."""
    return pl.Schema({column.name: column.dtype for column in columns})


def empty(columns: Iterable[Column]) -> pl.DataFrame:
    """A frame of height 0 with these columns."""
    return pl.DataFrame(schema=polars_schema(columns))


def conform(frame: pl.DataFrame, columns: Iterable[Column]) -> pl.DataFrame:
    """The frame with exactly these columns, in order and cast; a missing one is filled with null."""
    return frame.select(
        (pl.col(c.name) if c.name in frame.columns else pl.lit(None)).cast(c.dtype).alias(c.name) for c in columns
    )
