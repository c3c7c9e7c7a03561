"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_cards.visible import brief, visible

_MOST = 80  # characters of a value that a message shows
SENTENCE = 400  # and of the message of an error


@dataclass(frozen=True)
class Problem:
    """Something that does not hold.

    Args:
        check: name of the check.
        path: file inside the release, as the manifest or the folder has it; None for the release as a whole.
        message: what is there and what should be. Values from files are in it as `shown` gives them.
    """

    check: str
    path: str | None
    message: str


@dataclass
class Findings:
    """What one check found.

    Args:
        check: its name.
        problems: what does not hold.
        notes: what is worth knowing and no fault.
        looked_at: what was looked at, in a few words.
        skipped: why nothing was looked at.
    """

    check: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looked_at: str = ""
    skipped: str | None = None

    def add(self, message: str, path: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.check, path, message))

    def compare(self, what: str, counted: object, told: object, path: str | None = None) -> None:
        """Note a problem if what was counted is not what the manifest says."""
        if counted != told:
            self.add(f"{what}: the files have {_number(counted)}, the manifest says {_number(told)}", path)

    def compare_all(self, what: str, counted: dict[str, int], told: dict[str, int], path: str | None = None) -> None:
        """The same for several counts by name; one that is missing is 0."""
        for name in sorted(counted.keys() | told.keys()):
            self.compare(f"{what} {shown(name)}", counted.get(name, 0), told.get(name, 0), path)


def shown(value: object, most: int = _MOST) -> str:
    r"""A value from a file as a message shows it: short, on one line, with what nobody sees written out.

    >>> shown("a\x1b[31m\nb")
    'a[U+001B][31m b'
    """
    return visible(brief(str(value), most))


def _number(value: object) -> str:
    if value is None:
        return "none"
    return f"{value:,}" if isinstance(value, int) else shown(value)
