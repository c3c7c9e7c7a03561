"""What a text is made of: segments, protected spans, structure, and the fields of a record."""
