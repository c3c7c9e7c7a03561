"""Floor 1: one file a stage, pure functions on frames. The table of stages is in `filters/README.md` (generated)."""
