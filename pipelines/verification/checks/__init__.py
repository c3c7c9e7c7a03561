"""One check a file; `pipelines.verification.verify` lists them."""
