"""Floor 0: what every other part agrees on. Knows polars types and pydantic; no stage, disk or network."""
