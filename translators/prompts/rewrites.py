"""Examples for the few-shot prompts that rewrite, written for Glotmill: those of `shots`, and more languages."""

from __future__ import annotations

from collections.abc import Mapping

from translators.prompts import shots
from translators.prompts.shots import Pair

_MORE: Mapping[str, Mapping[str, tuple[Pair, ...]]] = {
    "naturalness": {
        "deu_Latn": (
            (
                "Mache eine Liste von 4 Dinge für zu bringen auf das Zelten.",
                "Nenne mir 4 Dinge, die ich zum Zelten mitnehmen soll.",
            ),
            ("Erkläre, wie eine Pumpe von Fahrrad arbeitet.", "Erkläre, wie eine Fahrradpumpe funktioniert."),
            ("Wie kann ich stoppen zu vergessen die Namen von Leuten?", "Wie kann ich mir Namen besser merken?"),
        ),
        "hin_Deva": (
            (
                "एक सूची बनाओ 4 चीज़ों की लाने के लिए शिविर यात्रा को।",
                "ऐसी 4 चीज़ों के नाम बताइए जो कैंपिंग पर साथ ले जानी चाहिए।",
            ),
            ("समझाओ कि कैसे एक साइकिल का पंप काम करता है वह।", "समझाइए कि साइकिल का पंप कैसे काम करता है।"),
            ("मैं कैसे रोक सकता हूँ भूलना लोगों के नामों को?", "मैं लोगों के नाम भूलने से कैसे बचूँ?"),
        ),
    },
    "culture": {
        "deu_Latn": (
            ("Schreibe eine Karte zu Thanksgiving.", "Schreibe eine Karte zum Nikolaustag."),
            (
                "Wie viele Meilen sind es von Manchester nach London?",
                "Wie viele Kilometer sind es von Köln nach Berlin?",
            ),
            ("Gib mir ein Rezept für Cornbread am Sonntag.", "Gib mir ein Rezept für Pflaumenkuchen am Sonntag."),
        ),
        "hin_Deva": (
            ("थैंक्सगिविंग के लिए एक कार्ड लिखिए।", "दिवाली के लिए एक कार्ड लिखिए।"),
            ("मैनचेस्टर से लंदन कितने मील है?", "कानपुर से लखनऊ कितने किलोमीटर है?"),
            ("रविवार के लिए कॉर्नब्रेड की विधि बताइए।", "रविवार के लिए आलू के पराठे की विधि बताइए।"),
        ),
    },
    "difficulty": {
        "deu_Latn": (
            (
                "Nenne 3 Tiere, die in der Wüste leben.",
                "Nenne 3 Tiere, die in der Wüste leben, und erkläre, wie jedes von ihnen Wasser findet.",
            ),
            (
                "Plane einen Kindergeburtstag.",
                "Plane einen Kindergeburtstag für 8 Kinder in einer kleinen Wohnung, ohne Nüsse und bei Regen.",
            ),
        ),
        "hin_Deva": (
            (
                "रेगिस्तान में रहने वाले 3 जानवरों के नाम बताइए।",
                "रेगिस्तान में रहने वाले 3 जानवरों के नाम बताइए और समझाइए कि हर एक पानी कैसे पाता है।",
            ),
            (
                "एक बच्चे के जन्मदिन की योजना बनाइए।",
                "छोटे घर में 8 बच्चों के लिए, बिना मेवों के और बारिश के दिन, जन्मदिन की योजना बनाइए।",
            ),
        ),
    },
}

REWRITES: Mapping[str, Mapping[str, tuple[Pair, ...]]] = {
    operator: {**by_language, **_MORE[operator]} for operator, by_language in shots.REWRITES.items()
}
"""By operator and language: prompts before and after."""
