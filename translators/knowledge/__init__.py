"""What a prompt can be given to go by: glossaries, earlier translations, examples, facts about a locale."""
