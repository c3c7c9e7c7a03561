"""Numbers as cards, pages and commands show them."""

from __future__ import annotations

NOTHING = "–"


def percent(share: float | None) -> str:
    """A share of 0 to 1 as per cent, to one decimal.

    >>> percent(0.5), percent(0.12345), percent(None)
    ('50.0%', '12.3%', '–')
    """
    return NOTHING if share is None else f"{share:.1%}"


def short(value: float | None) -> str:
    """A number to six significant digits, or to as many as keep it apart from 1, which probabilities come close to.

    >>> short(0.41234567), short(1e-7), short(0.99999512), short(1.0), short(None)
    ('0.412346', '1e-07', '0.99999512', '1', '–')
    """
    if value is None:
        return NOTHING
    digits = next((n for n in range(6, 17) if abs(float(f"{value:.{n}g}") - value) <= 1e-3 * abs(1 - value)), 6)
    return f"{value:.{digits}g}"
