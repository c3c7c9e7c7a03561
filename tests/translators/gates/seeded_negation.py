"""Negation faults put into clean English on purpose: "not" taken out, or put in. Knows nothing of the gate's tables."""

from __future__ import annotations

import random
import re

_KEPT = r"(?! (?:only|just|merely|simply|solely|to mention|so much|least|until|long|all)\b)"
_LESS: tuple[tuple[str, str], ...] = (
    (r"\bcannot\b", "can"),
    (r"\bcan['’]t\b(?! help)", "can"),
    (r"\bwon['’]t\b", "will"),
    (r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should|must|need)n['’]t\b", r"\1"),
    (r"(?<!or)(?<!if)(?<!why)(?<!whether)(?<!than) not\b" + _KEPT, ""),
    (r"\bwithout\b", "with"),
    (r"\bnever\b", "always"),
    (r"\bno one\b", "everyone"),
    (r"\bnobody\b", "everybody"),
    (r"\bnothing\b(?! but)", "everything"),
    (r"\bnone of\b", "all of"),
    (r"\bneither\b(.{1,60}?)\bnor\b", r"either\1or"),
    (r"\bno longer\b", "still"),
    (r"\bno (?!matter|doubt|sooner|more|less|later|longer|one|other|\d)(?=[a-z])", "some "),
)
_AFTER = r"(?! ?(?:not|never|no|n['’]t|only|just|merely|simply|solely|nothing|none|neither|to mention)\b)(?!['’])"
_MORE: tuple[tuple[str, str], ...] = (
    (r"\b(is|are|was|were|will|shall|should|must|could|would|does|did)\b" + _AFTER, r"\1 not"),
    (r"\bmay\b(?= [a-z])" + _AFTER, "may not"),
    (r"\bcan\b" + _AFTER, "cannot"),
    (r"\bdo\b(?= [a-z]+)" + _AFTER, "do not"),
    (r"\bhas\b" + _AFTER, "has not"),
)


# The plainest way of each other language to say "not", and the same without: for a fault in the translation itself.
_PLAIN: dict[str, tuple[str, str]] = {
    "fra": (r"\bn(?:e |['’])(\S+) pas\b", r"\1"),
    "spa": (r"\bno (?=\w)(?!sólo|solo|solamente|obstante|más|menos)", ""),
    "por": (r"\bnão (?=\w)(?!só|apenas|somente|mais|menos)", ""),
    "ita": (r"\bnon (?=\w)(?!solo|soltanto|appena|più|meno)", ""),
    "cat": (r"\bno (?=\w)(?!només|sols|solament|obstant|més|menys)", ""),
    "glg": (r"\bnon (?=\w)(?!só|máis|menos)", ""),
    "ron": (r"\bnu (?=\w)(?!numai|doar|mai)", ""),
    "deu": (r"\bnicht (?=\w)(?!nur|bloß|allein|mehr|weniger)", ""),
    "nld": (r"\bniet (?=\w)(?!alleen|slechts|enkel|meer|minder)", ""),
    "dan": (r"\bikke (?=\w)(?!kun|blot|bare|mere|mindre)", ""),
    "nob": (r"\bikke (?=\w)(?!bare|kun|mer|mindre)", ""),
    "nno": (r"\bikkje (?=\w)(?!berre|meir|mindre)", ""),
    "swe": (r"\binte (?=\w)(?!bara|endast|enbart|mer|mindre)", ""),
    "isl": (r"\bekki (?=\w)(?!bara|aðeins|einungis)", ""),
    "ces": (r"\bne(?=(?:bude|může|mohou|má|musí|lze|ní|jsou|používá|podporuje|obsahuje|existuje)\b)", ""),
    "pol": (r"\bnie (?=\w)(?!tylko|jedynie|mniej|więcej)", ""),
    "rus": (r"\bне (?=\w)(?!только|просто|более|менее|больше|меньше)", ""),
    "ukr": (r"\bне (?=\w)(?!лише|тільки|більше|менше)", ""),
    "bul": (r"\bне (?=\w)(?!само|повече|по)", ""),
    "slv": (r"\bne (?=\w)(?!le|samo)", ""),
    "hrv": (r"\bne (?=\w)(?!samo)", ""),
    "srp": (r"\b(?:не|ne) (?=\w)(?!само|samo)", ""),
    "lit": (r"\bne(?=(?:galima|gali|turi|bus|yra|buvo|reikia|naudojama|veikia)\b)", ""),
    "lvs": (r"\bne(?=(?:var|būs|tiek|tika|drīkst)\b)", ""),
    "fin": (r"\bei (?=\w)(?!vain|ainoastaan|pelkästään)", ""),
    "ekk": (r"\bei (?=\w)(?!ainult)", ""),
    "hun": (r"\bnem (?=\w)(?!csak|csupán)", ""),
    "tur": (r" değil(?=dir\b|\b)", ""),
    "ell": (r"\bδεν (?=\w)", ""),
    "ind": (r"\b(?:tidak|bukan) (?=\w)(?!hanya|saja)", ""),
    "zsm": (r"\b(?:tidak|bukan) (?=\w)(?!hanya|sahaja)", ""),
    "vie": (r"\bkhông (?=\w)(?!chỉ|những|gian)", ""),
    "fil": (r"\bhindi (?=\w)(?!lamang|lang)", ""),
    "jpn": (r"(?<=[きけめせれえべしみりいち])ません", "ます"),
    "kor": (r"지 않습니다", "습니다"),
    "zho": (r"不(?=[会能可是要需会會])(?!是不是|会不)", ""),
    "tha": (r"ไม่(?=ได้|มี|สามารถ|ควร|ต้อง|ใช่)", ""),
    "arb": (r"(?<!\w)(?:لا|لم|لن) (?=\w)(?!يزال|تزال|سيما)", ""),
    "heb": (r"(?<!\w)לא (?=\w)(?!רק)", ""),
    "fas": (r"(?<!\w)نمی(?=\w|\u200c)", "می"),
    "hin": (r"(?<!\S)नहीं (?=\S)", ""),
    "ben": (r" না(?=[।,\s]|$)", ""),
    "tam": (r"(?<=\S)வில்லை", "ட்டது"),
    "amh": (r"(?<!\S)አይደለም", "ነው"),
    "swh": (r"\bha(?=(?:kuna|wezi|pana|tumi)\w*)", ""),
    "yor": (r"(?<!\w)kò (?=\w)", ""),
}


def seed(text: str, language: str, rng: random.Random, kind: str | None = None) -> str | None:
    """The text with one negation fewer (`kind` "less") or more ("more"), either where no kind is given.

    In another language than English only its plainest "not" goes. None where no such fault fits.
    """
    if not language.startswith("eng"):
        pattern, made = _PLAIN.get(language[:3], ("(?!)", ""))
        found = list(re.finditer(pattern, text, re.IGNORECASE)) if kind != "more" else []
        if not found:
            return None
        match = rng.choice(found)
        return text[: match.start()] + match.expand(made) + text[match.end() :]
    kinds = [kind] if kind else rng.sample(["less", "more"], 2)
    for one in kinds:
        places = _places(text, _LESS if one == "less" else _MORE)
        if places:
            match, made = rng.choice(places)
            return text[: match.start()] + _as_written(match.group(), made) + text[match.end() :]
    return None


def _places(text: str, rules: tuple[tuple[str, str], ...]) -> list[tuple[re.Match[str], str]]:
    found: list[tuple[re.Match[str], str]] = []
    for pattern, made in rules:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not any(match.start() < old.end() and old.start() < match.end() for old, _ in found):
                found.append((match, match.expand(made)))
    return sorted(found, key=lambda one: one[0].start())


def _as_written(old: str, made: str) -> str:
    return made[:1].upper() + made[1:] if old[:1].isupper() else made
