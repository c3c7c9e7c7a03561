"""One rule that keeps a top share: who competes with whom, and rounds of counting until it is known who stays.

| round     | what is counted                                        | when                                        |
| --------- | ------------------------------------------------------ | ------------------------------------------- |
| sizes     | the documents of each stratum                          | with strata or several models               |
|           | the scores of each model, in millionths                | with several models                         |
| narrowing | the documents in each bin of a range (see `cuts`)      | until every cut is found                    |
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._selection import SelectionParams
from pipelines import judge
from pipelines.plan import Step
from pipelines.selection import cuts, dimensions, keys, ranks
from pipelines.selection.cuts import STRATUM
from schemas import languages
from schemas.errors import StageError
from schemas.stage import Measure, Rule

_POOL = ["language", "share"]
_SMALL = ""  # name of the stratum in which small ones are together; of the only one where there are none
_WHOLE = -1  # part of a count that is of no model alone

COUNTS = pl.Schema([*cuts.BINS.items(), ("part", pl.Int32())])
"""What is counted of a rule: bins of its keys (`part` -1), or of the scores of a model."""
POOLS = pl.Schema({"language": pl.String, "share": pl.Float64, "n": pl.Int64, "few": pl.Boolean})


@dataclass(frozen=True)
class RuleSelection:
    """What is known so far.

    Args:
        step: the stage with its parameters.
        rule: a `top_share` rule of it.
        pools: columns `POOLS`: how many compete, and whether all stay because they are few; null before they are known.
        strata: `language`, `share`, `stratum` of those that are large enough to be one of their own.
        ranked: ranks by several models.
        open: cuts that are still looked for (`cuts.OPEN`).
        closed: cuts that were found (`cuts.CLOSED`).
    """

    step: Step[Measure]
    rule: Rule
    pools: pl.DataFrame | None = None
    strata: pl.DataFrame | None = None
    ranked: ranks.Ranks | None = None
    open: pl.DataFrame | None = None
    closed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=cuts.CLOSED))

    @property
    def params(self) -> SelectionParams:
        """How the share is taken."""
        params = self.step.params
        if not isinstance(params, SelectionParams):
            raise StageError(
                f"the stage {self.step.name!r} has a rule that keeps a top share, so its parameters must be "
                "`filters._selection.SelectionParams`. This is a bug in the stage."
            )
        return params

    @property
    def column(self) -> str:
        """The column that the rule goes by: its score, or a list with one score a model."""
        return self.rule.score if self.params.combine is None or self.rule.parts is None else self.rule.parts

    @property
    def done(self) -> bool:
        """Whether it is known who stays."""
        return self.open is not None and self.open.is_empty()

    def shares(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`language` and `share` of each row: its pool; a null share where the rule is off or does not apply."""
        rows = frame.select(pl.col("source").fill_null(""), pl.col("language").fill_null(languages.UNDETERMINED))
        pairs = rows.unique(maintain_order=True)
        found = [judge.limit(self.step, self.rule, source, language) for source, language in pairs.iter_rows()]
        table = pairs.with_columns(pl.Series("share", found, dtype=pl.Float64))
        joined = rows.join(table, on=["source", "language"], how="left", maintain_order="left")
        spoken_of = frame.select("source", judge.applies(self.rule).alias("applies"))["applies"]
        return joined.select("language", pl.when(spoken_of).then("share"))

    def measured(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`measured`: whether each row has a score at all; `finite`: whether it can compete with it."""
        score = pl.col(self.column)
        if self._by_ranks:
            each = score.list.eval(pl.element().is_finite().fill_null(False)).list.all()
            whole = (each & (score.list.len() > 0)).fill_null(False)
            return frame.select(whole.alias("measured"), whole.alias("finite"))
        there = (score.is_not_null() & score.is_not_nan()).fill_null(False)
        return frame.select(there.alias("measured"), (there & score.is_finite()).fill_null(False).alias("finite"))

    def count(self, frame: pl.DataFrame, passing: pl.Series) -> pl.DataFrame:
        """What a frame adds to the counts of this round.

        Args:
            frame: documents, with `id` and the columns `dimensions.column` of the strata.
            passing: which of them break no other rule.

        Returns:
            Columns `COUNTS`.
        """
        if self.done:
            return pl.DataFrame(schema=COUNTS)
        rows = self._placed(frame).filter(passing & pl.col("finite") & pl.col("share").is_not_null())
        return self._sizes(rows) if self.pools is None and self._sized_first else self._bins(rows)

    @property
    def _by_ranks(self) -> bool:
        return self.column != self.rule.score

    @property
    def _sized_first(self) -> bool:
        return self._by_ranks or bool(self.params.strata)

    def _placed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Pool, stratum (small ones together, once that is known), score and id of each row."""
        rows = pl.concat(
            [
                self.shares(frame),
                frame.select(
                    "id", dimensions.stratum(self.params).alias("stratum"), pl.col(self.column).alias("score")
                ),
                self.measured(frame),
            ],
            how="horizontal",
        )
        if self.strata is None:
            return rows
        large = self.strata.with_columns(pl.lit(True).alias("large"))
        joined = rows.join(large, on=STRATUM, how="left", maintain_order="left")
        return joined.with_columns(
            pl.when(pl.col("large")).then("stratum").otherwise(pl.lit(_SMALL)).alias("stratum")
        ).drop("large")

    def _sizes(self, rows: pl.DataFrame) -> pl.DataFrame:
        none = pl.lit(0, pl.UInt64)
        counts = [
            rows.group_by(STRATUM)
            .agg(pl.len().cast(pl.Int64).alias("n"))
            .with_columns(pl.lit(0, pl.Int64).alias("value"), pl.lit(_WHOLE).alias("part"))
        ]
        if self._by_ranks and rows.height:
            scores = ranks.matrix(rows["score"])
            for part in range(scores.shape[1]):
                value = pl.Series("value", keys.millionths(scores[:, part]), dtype=pl.Int64)
                of_model = rows.select(_POOL).with_columns(value).group_by(*_POOL, "value")
                n = of_model.agg(pl.len().cast(pl.Int64).alias("n"))
                counts.append(n.with_columns(pl.lit("").alias("stratum"), pl.lit(part).alias("part")))
        told = [one.with_columns(none.alias("least"), none.alias("most")) for one in counts]
        return pl.concat(one.select(pl.col(name).cast(kind) for name, kind in COUNTS.items()) for one in told)

    def _bins(self, rows: pl.DataFrame) -> pl.DataFrame:
        if self.open is None:  # of every pool, before anything is known of them
            everything = pl.lit(0, pl.UInt64).alias("low"), pl.lit((1 << 64) - 1, pl.UInt64).alias("high")
            rows = rows.with_columns(*everything, pl.lit(None, pl.UInt64).alias("tied"))
        else:
            rows = rows.join(self.open, on=STRATUM, how="inner", maintain_order="left")
        rows = rows.with_columns(pl.Series("key", self._keys(rows), dtype=pl.UInt64))
        rows = rows.filter(pl.col("tied").is_null() | (pl.col("tied") == pl.col("key")))
        rows = _hashed(rows, pl.col("tied").is_not_null()).with_columns(pl.coalesce("hash", "key").alias("key"))
        rows = rows.filter(pl.col("key").is_between("low", "high"))
        distance, by = rows["key"].to_numpy() - rows["low"].to_numpy(), rows.select(cuts.shift().alias("by"))["by"]
        number = pl.Series("value", (distance >> by.to_numpy()).astype(np.int64), dtype=pl.Int64)
        counts = rows.with_columns(number).group_by(*STRATUM, "value")
        found = counts.agg(
            pl.len().cast(pl.Int64).alias("n"), pl.col("key").min().alias("least"), pl.col("key").max().alias("most")
        )
        return found.with_columns(pl.lit(_WHOLE, pl.Int32).alias("part")).select(COUNTS.names())

    def _keys(self, rows: pl.DataFrame) -> keys.Keys:
        if self.ranked is None:
            return keys.of_scores(rows["score"].cast(pl.Float64).to_numpy())
        ranked = self.ranked
        return self._of_pools(rows, lambda pool, scores: ranked.keys(pool, ranked.combined(pool, scores)), np.uint64)

    def _of_pools(self, rows: pl.DataFrame, make: Any, dtype: Any) -> npt.NDArray[Any]:
        """What `make(pool, scores)` gives for the documents of each pool; 0 where nobody competes."""
        assert self.ranked is not None
        out = np.zeros(rows.height, dtype)
        by_pool = rows.select(*_POOL, "score").with_row_index("row").partition_by(_POOL, as_dict=True)
        for pool, part in by_pool.items():
            if pool in self.ranked.pools:
                out[part["row"].to_numpy()] = make(pool, ranks.matrix(part["score"]))
        return out

    def next(self, counts: pl.DataFrame) -> RuleSelection:
        """What is known after a round.

        Args:
            counts: columns `COUNTS`: the sum over all documents.
        """
        if self.done:
            return self
        bins = counts.filter(pl.col("part") == _WHOLE)
        if self.open is not None:
            still, found = cuts.narrowed(self.open, bins)
            return replace(self, open=still, closed=pl.concat([self.closed, found]))
        sizes = bins.group_by(STRATUM).agg(pl.col("n").sum())
        pools = sizes.group_by(_POOL).agg(pl.col("n").sum()).sort(_POOL)
        # A share of all or of nothing needs no rank.
        few = (pl.col("n") < self.params.fewest) & pl.col("share").is_between(0, 1, closed="none")
        pools = pools.with_columns(few.alias("few")).select(POOLS.names())
        if not self._sized_first:
            still, found = cuts.begun(sizes, pools.filter("few"))
            known = replace(self, pools=pools, open=still, closed=found)
            return known.next(counts)
        large = sizes.filter(pl.col("n") >= self.params.fewest_in_stratum).select(STRATUM).sort(STRATUM)
        named = pl.when(pl.col("n") >= self.params.fewest_in_stratum).then("stratum").otherwise(pl.lit(_SMALL))
        together = sizes.with_columns(named.alias("stratum")).group_by(STRATUM).agg(pl.col("n").sum())
        still, found = cuts.begun(together, pools.filter("few"))
        made = None
        if self._by_ranks:
            assert self.params.combine is not None
            made = ranks.made(self.params.combine, counts.filter(pl.col("part") != _WHOLE))
        return replace(self, pools=pools, strata=large, ranked=made, open=still, closed=found)

    def kept(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What the rule keeps, when all is known.

        Args:
            frame: as for `count`.

        Returns:
            `on` (Boolean): the rule is on for the row; `finite` (Boolean): it could compete; `kept` (Boolean): nothing
            that the rule keeps is better, null without a score; `score` (Float64): score, or combined rank.
        """
        assert self.done
        rows = self._placed(frame).join(self.closed, on=STRATUM, how="left", maintain_order="left")
        rows = rows.with_columns((pl.col("share").is_not_null() & pl.col("measured")).alias("held")).with_row_index()
        held = rows.filter("held")
        held = held.with_columns(pl.Series("key", self._keys(held), dtype=pl.UInt64), self._shown(held))
        ties = pl.col("key") == pl.col("least")
        held = _hashed(held, ties & (pl.col("least_hash") > 0))
        better = (pl.col("key") > pl.col("least")) | (ties & (pl.col("hash").fill_null(0) >= pl.col("least_hash")))
        # Where nobody competes there is nothing to be worse than.
        stays = pl.when(pl.col("least").is_null()).then(pl.lit(True)).otherwise(better).alias("kept")
        found = held.select("index", stays, "shown")
        told = rows.join(found, on="index", how="left", maintain_order="left")
        off = pl.col("share").is_null()
        return told.select(
            (~off).alias("on"),
            "finite",
            pl.when(off).then(pl.lit(True)).otherwise("kept").alias("kept"),
            pl.col("shown").alias("score"),
        )

    def _shown(self, rows: pl.DataFrame) -> pl.Series:
        if self.ranked is None:
            return rows["score"].cast(pl.Float64).alias("shown")
        ranked = self.ranked
        found = self._of_pools(
            rows, lambda pool, scores: ranked.combined(pool, scores) / ranked.scale(pool), np.float64
        )
        return pl.Series("shown", found, dtype=pl.Float64)

    def threshold(self, language: str, share: float) -> float | None:
        """The score (or combined rank) of the last document that stays; null where the pool has no cut or several."""
        here = self.closed.filter((pl.col("language") == language) & (pl.col("share") == share))
        if here.height != 1 or here["least"][0] in (keys.ALL_STAY, keys.NONE_STAYS):
            return None
        least = int(here["least"][0])
        return keys.score_of(least) if self.ranked is None else self.ranked.rank_of((language, share), least)


def _hashed(rows: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """The rows with the hash of their id where it is wanted (`hash`, UInt64), which few need."""
    numbered = rows.with_row_index("at")
    some = numbered.filter(wanted).select("at", "id")
    hashes = some.select("at", pl.Series("hash", keys.of_ids(some["id"]), dtype=pl.UInt64))
    return numbered.join(hashes, on="at", how="left", maintain_order="left").drop("at")
