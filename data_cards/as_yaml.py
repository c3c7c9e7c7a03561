"""YAML as a person would write it: the card's front matter, and recipes and values in its body."""

from __future__ import annotations

import re

import yaml


class _Dumper(yaml.SafeDumper):
    """Writes long texts as a person would, keeps line breaks that only Unicode knows, and repeats what comes again."""

    def ignore_aliases(self, data: object) -> bool:
        return True  # anchors are not read everywhere


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if re.search("[\x85\u2028\u2029]", value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _represent_text)


def dumped(content: object, *, flow: bool = False) -> str:
    """A value as YAML, keys in the order given; with `flow` on one line."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=flow)


def fenced(content: str) -> str:
    """A YAML code block."""
    return fence(content, "yaml")


def fence(content: str, language: str) -> str:
    """A code block whose fence is longer than any in the content, which ends a line."""
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", content)), default=0))
    return f"{marks}{language}\n{content}{marks}"
