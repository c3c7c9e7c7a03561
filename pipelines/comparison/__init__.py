"""Two releases compared, row by row, by their files alone.

release   a release on disk: its manifest, what kind of rows each file holds, rows by column
digests   a release's rows made small (texts as hashes), cut into slices by id
rows      one slice of both joined by id: what differs
settings  what differs in recipe, stages and libraries
compare   all of it, counted
"""

from pipelines.comparison.comparing import compare, summary

__all__ = ["compare", "summary"]
