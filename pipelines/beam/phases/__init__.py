"""One module a phase: measure, judge, dedup, derive, release. Each finds out what is missing and does that."""
