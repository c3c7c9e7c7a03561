"""The commands of `glotmill`, one file each; `pipelines.cli` registers them."""
