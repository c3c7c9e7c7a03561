"""Floor 3: what a release says about itself, made from recipe and manifest, never from the corpus."""
