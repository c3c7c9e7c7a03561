"""Checks of a translation or a rewrite, one a file: a text and what was made of it in, a score out."""
