"""Floor 1: what asks a language model (client, cache, prompts) and the Derive stages. Imports `schemas` alone."""
