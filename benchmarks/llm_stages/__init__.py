"""The acceptance figures of the stages that ask an LLM, from one command; see `__main__.py`."""
