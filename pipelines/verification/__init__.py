"""Whether a release is what it says: its files, counts, card and evidence, and a reader that loads it.

findings  what a check found
checks/   one check a file: manifest, files, parquet, counts, figures, card, croissant, evidence, splits, loads
verify    all checks, in order
"""
