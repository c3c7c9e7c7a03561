"""Prompts, one file a task, each for chat models and for base models that only complete text."""
