"""How Romance languages negate, and the creoles that grew out of them."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "fra": Cues(
        scripts="Latn",
        sure="ne sans non impossible impossibles",
        concord="pas jamais rien aucun aucune aucuns aucunes nullement guère personne",
        link="ni",
        soft="échec échecs échoue échoué échouer échouera refuse refusé interdit interdite incapable incorrect "
        "incorrecte invalide invalides irréversible inconnu inconnue indéfinies dépourvu dépourvue",
        forms="n'.+|quelqu'nul",
        soft_phrases=r"\b(?:(?:peu|guère) ou pas\b|non-(?=\w)|si ce n'est\b|si non[,.)]|nul ou\b)",
        idioms=r"\b(?:non (?:seulement|plus)\b|(?:n(?:e |')(?:\S+ ){1,3})?pas (?:seulement|uniquement)\b|n(?:e "
        r"|')(?!(?:\S+ ){1,2}(?:pas|plus"
        r"|rien|jamais|aucun))(?:\S+ ){1,6}?qu(?:e\b|')|(?:à moins|avant|de peur|de crainte) (?:que"
        r"|qu'\S+)(?: \S+){0,3} n(?:e |')|ne (?:fait|font|faire) que\b|n'(?:est|était) autre que\b"
        r"|pas à pas\b|en personne\b|sans doute\b|sans cesse\b|personne (?:physique|morale|qui|a )|(?:une|la"
        r"|cette|chaque|de|toute|par|sa) personne\b|ou (?:non|pas)\b|n'importe\b|(?:plus|moins|mieux|autre"
        r"|autrement) (?:\S+ ){0,4}?qu(?:e|'\S+) (?:\S+ ){0,3}?n(?:e |')(?!(?:\S+ ){1,3}pas\b)|(?:à|au) nouveau\b"
        r"|un pas\b"
        r"|pas de (?:la|l') grille\b|le pas\b|plus rien que\b|n(?:e |')(?:\S+ ){1,3}plus qu['e])",
    ),
    "spa": Cues(
        scripts="Latn",
        sure="no sin imposible imposibles",
        concord="nunca jamás nada nadie ningún ninguno ninguna ningunos ningunas tampoco",
        link="ni",
        soft="falso incapaz fallo carece carecen inválido inválida inválidos incorrecto incorrecta desconocido "
        "rara raramente apenas",
        soft_phrases=r"\b(?:a (?:menos|no ser) que\b(?: (?:\S+ ){0,4}?no\b)?|salvo que\b(?: (?:\S+ ){0,4}?no\b)?"
        r"|poco o nada\b|si no[,.)]|en (?:lugar|vez) de\b|no (?:más|menos) (?:de|que)\b"
        r"|casi (?:nunca|nada|ningún\w*)\b|hasta que no\b|no (?:\S+ ){1,2}más que\b|de lo contrario\b)",
        idioms=r"\b(?:no (?:[^\s,;:.]+ ){0,2}?(?:sólo|solo|solamente|únicamente)\b|sin (?:embargo|duda)\b|o no\b"
        r"|no obstante\b|no\.º"
        r"|nada más\b|de nada\b|no hay más que\b)|, ¿no\b|¿no\?",
    ),
    "por": Cues(
        scripts="Latn",
        sure="não sem impossível impossíveis",
        concord="nunca jamais nada ninguém nenhum nenhuma nenhuns nenhumas tampouco",
        link="nem",
        soft="incapaz inválido inválida inválidos falha falhou inibir carece incorreto incorreta inadequado "
        "imperfeitas",
        soft_phrases=r"\b(?:a (?:menos|não ser) que\b(?: (?:\S+ ){0,4}?não\b)?|pouco ou nada\b|se não[,.)]"
        r"|em vez de\b|ao invés\b|não (?:mais|menos) (?:de"
        r"|que|do)\b|caso contrário\b|quase (?:nunca|nada|nenhum\w*)\b|enquanto não\b)",
        idioms=r"\b(?:não (?:[^\s,;:.]+ ){0,2}?(?:só|somente|apenas)\b|sem dúvida\b|ou não\b|nada mais\b|de nada\b)"
        r"|, não (?:é|foi)\?",
    ),
    "ita": Cues(
        scripts="Latn",
        sure="non senza impossibile impossibili",
        concord="mai nessun nessuno nessuna nulla niente neanche nemmeno neppure",
        link="né",
        soft="disattiva disabilita incapace fallito fallita fallisce omettere inutile invalido invalida "
        "imperfette privo priva",
        forms="senz'.+",
        soft_phrases=r"\b(?:non-(?=\w)|a meno che\b(?: (?:\S+ ){0,4}?non\b)?|salvo che\b(?: (?:\S+ ){0,4}?non\b)?"
        r"|poco o (?:nulla|niente)\b|se non (?:addirittura|proprio|l'|il |la |lo )|se non[,.)]|fino? a (?:che"
        r"|quando) non\b|finché(?: non)?\b"
        r"|non (?:più|meno) (?:di|che)\b|invece (?:di|che)\b|al posto\b|in caso contrario\b"
        r"|quasi mai\b|non (?:\S+ ){1,3}(?:che|altro che) (?:un|una|il|la|di|a)\b|prima che non\b)",
        idioms=r"\b(?:non (?:[^\s,;:.]+ ){0,2}?(?:solo|soltanto|solamente)\b|senza dubbio\b|senz'altro\b|o (?:no|meno"
        r"|non)\b|no\?"
        r"|non appena\b|mai come\b|se mai\b|non per niente\b|niente meno\b|non (?:è|sono) altro che\b)|, non \S+\?",
    ),
    "ron": Cues(
        scripts="Latn",
        sure="nu n fără imposibil imposibilă",
        concord="niciodată nimic nimeni nimănui niciun nicio niciunul niciuna nicăieri nicidecum",
        link="nici",
        soft="eșec eşec eșuat eșuează invalid invalidă incapabil",
        forms="n-.+|nu-.+",
        soft_forms="ne(?!cesi|cesa|clar|ag|vo|gr|gativ|lini|tw|t)[a-zăâîșțşţ]{3,}(?:at|ată|ate|ați|ut|ută|ute|it"
        "|ită|ite|it|bil|bilă|bile|e)",
        soft_phrases=r"\b(?:dacă nu[,.)]|în loc\b|nu mai (?:mult|puțin|puţin) (?:de|decât)\b|până (?:ce|când) nu\b"
        r"|în caz contrar\b|nu (?:\S+ ){1,3}decât\b)",
        idioms=r"\b(?:nu (?:[^\s,;:.]+ ){0,2}?(?:numai|doar)\b|fără îndoială\b|sau nu\b|nu-i așa\b|fără doar\b)",
    ),
    "cat": Cues(
        scripts="Latn",
        sure="no sense impossible impossibles",
        concord="pas mai res ningú cap gens enlloc tampoc",
        link="ni",
        soft="incorrecta incorrecte incapaç invàlid invàlida impedeix impedir erroni errònia indispensable",
        soft_phrases=r"\b(?:(?:a menys|tret|llevat) que\b(?: (?:\S+ ){0,6}?no\b)?|poc o gens\b|si no[,.)]|en (?:lloc"
        r"|comptes) de\b|no (?:més|menys) (?:de|que)\b"
        r"|fins que no\b|en cas contrari\b|gairebé (?:mai|res|cap)\b|no (?:\S+ ){1,3}més que\b)",
        idioms=r"\b(?:no (?:[^\s,;:.]+ ){0,2}?(?:només|sols|solament|únicament)\b|sense dubte\b|sens dubte\b|o no\b"
        r"|no obstant\b|oi\?"
        r"|(?:el|un|del|al|cada) cap\b|cap (?:a|al|als|amunt|avall|enrere|endavant|endins|enfora|aquí|on"
        r"|d'any)\b|al cap d|de cap i|mai més\b(?! )|els? caps?\b|de cap a\b|no cal dir\b|ni tan sols\b"
        r"|en cap cas que\b)",
    ),
    "glg": Cues(
        scripts="Latn",
        sure="non sen imposible imposibles imposíbel imposíbeis",
        concord="nunca xamais nada ninguén ningún ningunha ningúns ningunhas tampouco nengún nengunha",
        link="nin",
        soft="incapaz erro inválido inválida incorrecto incorrecta descoñecido descoñecida fallou fallo",
        soft_phrases=r"\b(?:se non[,.)]|non (?:máis|menos) (?:de|que)\b)",
        idioms=r"\b(?:non (?:[^\s,;:.]+ ){0,2}?(?:só|soamente|unicamente)\b|sen dúbida\b|sen embargo\b|ou non\b"
        r"|non obstante\b"
        r"|nada máis\b)",
    ),
    "ast": Cues(
        scripts="Latn",
        sure="nun nu non ensin sin imposible",
        concord="enxamás nunca nada naide nadie nengún nenguna dengún denguna nengunu nengunos",
        link="nin",
        soft="incapaz inválidu inválida incorreutu desconocíu falló fallu",
        idioms=r"\b(?:nun (?:un|una|unos|caxón|sitiu)\b|nun sólo\b|nun namái\b|ensin embargu\b|sin embargu\b"
        r"|o non\b)",
    ),
    "arg": Cues(
        scripts="Latn",
        sure="no sin sinse imposible",
        concord="nunca mai res brenca garra dengún denguna dingún dinguna ningún ninguna garren",
        link="ni",
        soft="incapaz invalido invalida incorrecto desconoixiu falló",
        idioms=r"\b(?:no (?:nomás|solo|solament)\b|no obstant\b|u no\b|sin embargo\b)",
    ),
    "oci": Cues(
        scripts="Latn",
        sure="pas sens sense impossible",
        concord="jamai jamais mai res cap degun digun ges dengun deguns enluòc non no ne",
        link="ni",
        soft="incapable invalid invalida incorrècte desconegut fracassat fracàs",
        idioms=r"\b(?:pas (?:solament|sonque)\b|o (?:pas|non)\b|mai(?= (?:de|d'|que|granda?|aut|pichon|recent|tard"
        r"|util))\b|de mai\b|(?:lo|un|al|cada) cap\b|cap (?:a|al|als|de|d')\b(?= (?:la|las|lo|los)))",
    ),
    "fur": Cues(
        scripts="Latn",
        sure="no cence impussibil impossibil nol",
        concord="mai nissun nissune nuie nie nancje nience",
        link="ni",
        soft="falît falide invalit invalide",
        idioms=r"\b(?:no dome\b|o no\b|no nome\b)",
    ),
    "lmo": Cues(
        scripts="Latn",
        sure="minga mia senza",
        concord="mai nissun nissügn nagott nient negott nigun nissuna ne no",
        link="né",
    ),
    "vec": Cues(
        scripts="Latn",
        sure="no sensa senza",
        concord="mai nisun nisuna nissun nissuna gnente nesun nesuna gnanca",
        link="né gnanca",
        idioms=r"\bno (?:solo|soło)\b",
    ),
    "scn": Cues(
        scripts="Latn",
        sure="nun non nu' senza",
        concord="mai nuddu nudda nenti nissunu mancu",
        link="né",
    ),
    "srd": Cues(
        scripts="Latn",
        sure="no non chene chena kene kena sena",
        concord="mai nemos nemus nudda niunu niuna perunu peruna nissunu nissuna nisciunu nisciuna nisunu",
        link="ne nen",
        idioms=r"\bno (?:solu|feti)\b",
    ),
    "lad": Cues(
        scripts="Latn",
        sure="no sin",
        concord="nunka nada dinguno ninguno ninguna dinguna dingun ningun",
        link="ni",
    ),
    "roh": Cues(
        scripts="Latn",
        sure="betg brich na buca nun nu nagut bec bitg bigia sainza senza sainsa",
        concord="mai nagin nagina nagins naginas nagut negin negina nigin nigina ningün ningüna ingün ingüna "
        "nagün nagüna nigün niginas inguns inguna nign nigna nagets negn ingin nigigns",
        link="ni ne",
        idioms=r"\b(?:na be\b|na mo\b)",
    ),
    "lij": Cues(
        scripts="Latn",
        sure="no sensa",
        concord="mai nisciun nisciuña nisciùn nisciunna ninte",
        link="né",
        forms="n'.+",
    ),
    "cos": Cues(
        scripts="Latn",
        sure="ùn un'hè senza",
        concord="micca mai nimu nisunu nisuna nulla nunda nè",
        phrases=r"\bun (?=(?:pò|pudarà|hè|sò|sarà|deve|averà|ci|si|hà) )",
    ),
    "hat": Cues(
        scripts="Latn",
        sure="pa pas poko pap p",
        concord="okenn pèsonn janm anyen nonplis pyès san ni",
        soft="envalid echwe enposib",
        forms="p'.+",
        idioms=r"\b(?:pa (?:sèlman|mwayen|ekzanp|egzanp)\b|san pwoblèm\b)",
    ),
    "pap": Cues(
        scripts="Latn",
        sure="no sin",
        concord="nunka nada niun ningun niunhende",
        link="ni",
        idioms=r"\b(?:no (?:solamente|solamentu)\b|sin embargo\b)",
    ),
    "crs": Cues(
        scripts="Latn",
        sure="pa san napa",
        concord="okenn personn zanmen nanryen nanyen nepli",
        link="ni",
    ),
    "mwl": Cues(
        scripts="Latn",
        sure="nun sin sien nó",
        concord="nunca nada naide ningun ninguna nanhun ningua nadie nengun denhun ningũa",
        link="nin nien",
    ),
    "lat": Cues(
        scripts="Latn",
        sure="non sine ne nequit nequeunt haud nolite noli absque",
        concord="numquam nunquam nihil nil nemo neminem nemini nullus nulla nullum nulli nullo nullius nullam "
        "nullis nullos",
        link="nec neque neve nisi",
        idioms=r"\b(?:non (?:solum|modo|tantum)\b|nec non\b|ne [a-z]+ quidem\b|nisi si\b)",
    ),
}  # fmt: skip
