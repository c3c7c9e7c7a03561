"""Licences by their SPDX page: the recipe has the Hub's name of a licence, Croissant recommends SPDX."""

from __future__ import annotations

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

# Names of the Hub that are not those of SPDX in small letters, where they mean one licence.
_OF_THE_HUB = {
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "c-uda": "C-UDA-1.0",
    "gfdl": "GFDL-1.3",
    "lgpl-lr": "LGPLLR",
}


def address(licence: str) -> str:
    """The page of a licence at spdx.org; the licence as it was given where SPDX has none.

    >>> [address(name) for name in ("apache-2.0", "odc-by", "https://example.org/terms", "other")]
    ['https://spdx.org/licenses/Apache-2.0.html', 'https://spdx.org/licenses/ODC-By-1.0.html', \
'https://example.org/terms', 'other']
    """
    try:
        name = _OF_THE_HUB.get(licence.lower()) or canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return licence
    if " " in name or name.startswith("LicenseRef-"):  # several licences have no page of their own
        return name
    return f"https://spdx.org/licenses/{name}.html"
