"""How Germanic languages negate."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "eng": Cues(
        scripts="Latn",
        sure="not cannot never no none nothing nobody nowhere without neither noone unable impossible don't "
        "doesn't didn't isn't aren't wasn't weren't can't couldn't won't wouldn't shan't shouldn't mustn't "
        "needn't mightn't mayn't hasn't haven't hadn't ain't daren't oughtn't dont doesnt didnt isnt arent "
        "wasnt cant wont couldnt wouldnt shouldnt hasnt havent",
        link="nor",
        soft="innocent lack arbitrarily hardly barely scarcely rarely seldom excluding excludes fail fails failed "
        "failing failure failures invalid missing miss lacks prevent preventing forbid forbids forbidden "
        "prohibited denied inactive incorrect incorrectly insufficient inaccessible insecure inappropriate "
        "inconsistent incompatible incomplete irrelevant illegal inalienable inviolable indispensable "
        "inhuman injustice wireless countless",
        soft_forms="un(?!der|ti[l]|i[tqfv]|ion|les|cle)[a-z]{4,}|non[a-z]{0,}|dis(?:allow|card|agree|similar"
        "|honest)[a-z]*|[a-z]{3,}less(?:ly)?",
        not_forms="unlike|under.*|until|uni(?:t|ts|ty|que|quely|on|ons|verse|versal|versity|versities|form"
        "|formly|ted|fied|fy|x|code|lateral)|until.*|uncle.*|unanim.*|undo.*|unfortun.*|unsharp"
        "|nonetheless|nevertheless",
        soft_phrases=r"(?:[→|›»“\"] ?|\bset to |\b(?:choose|select) )(?:none|never|no)\b(?! (?:of|one)\b)|\b(?:none"
        r"|never)(?= ?[|”])"
        r"|\b(?:if not[,.)]|little or no(?:thing|ne)?\b|free (?:of|from)\b|(?<=-)free\b|not (?:very |so |that "
        r"|too )?easy\b|no (?:more|less|later|fewer|greater|earlier|larger|smaller|longer"
        r"|other) than\b|not (?:less|more|later|fewer|until) than\b|not until\b|nothing more than\b"
        r"|other than\b|away from\b|need not\b|beyond (?:his|her|their|your|our|my|its) control\b"
        r"|until proven?d?\b|subject only to\b|contrary to\b)",
        idioms=r"\b(?:(?:not|(?:do|does|did|is|are|was|were|should|wo|ca)n't) (?:only|just|merely|simply|solely"
        r"|to mention|so much|least)\b|no sooner\b"
        r"|whether or not\b|or not\b|no doubt\b|no matter\b|can(?:no|')t help\b|cannot but\b|(?:nothing"
        r"|none) but\b|none other\b|(?:more often|as often as|often) (?:than )?not\b|why not\b|no\. ?\d"
        r"|no [0-9]|none the less\b|never ?the ?less\b|never ?mind\b)|, (?:is|are|do|does|did|was|were|ca"
        r"|could|wo|would|should|has|have|had)n't (?:it|he|she|we|they|you|i)\?",
    ),
    "deu": Cues(
        scripts="Latn",
        sure="nicht kein keine keinen keinem keiner keines keins nie niemals nichts niemand niemanden niemandem "
        "nirgends nirgendwo ohne nein unmöglich keinesfalls keineswegs keinerlei weder",
        soft="kaum fehlgeschlagen scheitert scheitern gescheitert misslungen verhindern verbieten verboten "
        "verweigert statt anstatt ungültig ungültige ungültiger ungültiges unbekannt unbekannte unbekannter "
        "ungleich unzureichend inkorrekt",
        soft_phrases=r"\b(?:(?:wenig|kaum) oder (?:gar )?nicht\b|wenn nicht[,.)]|nicht (?:mehr|weniger|größer"
        r"|kleiner) als\b|ohne weiteres\b"
        r"|bevor nicht\b|solange nicht\b)",
        concord_phrases=r"\b(?:auch nicht|nicht einmal|noch nicht einmal)\b",
        idioms=r"\b(?:nicht (?:nur|bloß|allein|lediglich|zuletzt|umsonst)\b|(?:wenn|ob) nicht gar\b"
        r"|nichts anderes als\b|ob (?:oder )?nicht\b|oder nicht\b)|, nicht wahr\b",
    ),
    "nld": Cues(
        scripts="Latn",
        sure="niet geen nooit nimmer niets niks niemand nergens zonder onmogelijk nee noch geenszins evenmin",
        soft="nauwelijks mislukt mislukte faalt ongeldig ongeldige onbekend onbekende onjuist onjuiste geweigerd "
        "voorkomen",
        soft_phrases=r"\b(?:zo niet\b|niet (?:meer|minder|groter|kleiner) dan\b|zolang niet\b)",
        concord_phrases=r"\b(?:zelfs niet|ook niet|niet eens)\b",
        idioms=r"\b(?:niet (?:alleen|slechts|enkel|louter|zozeer)\b|of niet\b|al dan niet\b|niets anders dan\b)"
        r"|, nietwaar\b",
    ),
    "afr": Cues(
        scripts="Latn",
        sure="geen sonder onmoontlik nee kannie",
        concord="nie nooit niemand niks nêrens g'n moenie kannie",
        link="nóg nog",
        soft="misluk ongeldig ongeldige onbekend onbekende verhoed kwalik faal",
        idioms=r"\b(?:nie (?:net|slegs|alleen)\b|of nie\b|al dan nie\b|nog(?! .{1,60}\bnog\b)\b)",
        near=16,
    ),
    "dan": Cues(
        scripts="Latn",
        sure="ikke ej ingen intet ingenting aldrig uden umulig umuligt hverken ingensinde nej",
        soft="næppe mislykkedes mislykket fejlede ugyldig ugyldigt ugyldige ukendt ukendte undlad undlade "
        "forhindre forhindrer forkert",
        soft_phrases=r"\b(?:hvis ikke[,.]|ikke (?:mere|mindre|større|længere) end\b|eller ikke\b)",
        concord_phrases=r"\b(?:ikke engang|heller ikke|ikke heller)\b",
        idioms=r"\b(?:ikke (?:kun|blot|bare|alene|mindst)\b|eller ej\b|eller ikke$|intet andet end\b)"
        r"|, ikke (?:sandt|også)\b",
    ),
    "nob": Cues(
        scripts="Latn",
        sure="ikke ei ingen intet ingenting aldri uten umulig verken hverken nei",
        soft="neppe mislyktes feilet ugyldig ugyldige ukjent ukjente unngå forhindre hindre mislykket",
        soft_phrases=r"\b(?:hvis ikke[,.]|ikke (?:mer|mindre|større|lenger) enn\b)",
        concord_phrases=r"\b(?:ikke engang|heller ikke|ikke heller)\b",
        idioms=r"\b(?:ikke (?:bare|kun|minst|utelukkende)\b|eller ei\b|eller ikke$|ei (?:bok|jente|liste|fil|side"
        r"|blanding|rekke|linje|melding|mappe|adresse|gruppe|nøkkelfil)\w*\b)|, ikke sant\b",
    ),
    "nno": Cues(
        scripts="Latn",
        sure="ikkje ingen inga inkje ingenting aldri utan umogleg umogeleg uråd verken korkje nei ikke",
        soft="neppe mislukkast feila ugyldig ugyldige ukjend ukjende unngå hindre hindrar utanom",
        soft_phrases=r"\b(?:viss ikkje[,.]|ikkje (?:meir|mindre|større|lenger) enn\b|utan at\b)",
        concord_phrases=r"\b(?:ikkje eingong|heller ikkje|ikkje heller)\b",
        idioms=r"\b(?:ikkje (?:berre|minst|einast)\b|eller (?:ei|ikkje)\b|utan(?:for|om|frå|på)\b)|, ikkje sant\b",
    ),
    "swe": Cues(
        scripts="Latn",
        sure="inte ej icke ingen inget inga ingenting aldrig omöjlig omöjligt ingenstans nej varken vare "
        "ingalunda",
        concord="utan",
        soft="knappast misslyckades misslyckas misslyckande ogiltig ogiltigt ogiltiga okänd okänt okända undvik "
        "undvika felaktig felaktigt saknas saknar",
        soft_phrases=r"\b(?:om inte[,.]|inte (?:mer|mindre|större|längre) än\b)",
        concord_phrases=r"\b(?:inte ens|heller inte|inte heller)\b",
        idioms=r"\b(?:(?:inte|icke) (?:bara|endast|enbart|minst)\b|eller (?:inte|ej)\b|utanför\b|utan tvekan\b"
        r"|inte heller$|utan (?:även|också|har|hade|är|var|kan|snarare|istället)\b)|, eller hur\b"
        "|, utan (?:även|också|att|bara|i stället|snarare|är|har|kan|den|det|de|endast|istället|på|av|en"
        r"|ett)\b",
    ),
    "isl": Cues(
        scripts="Latn",
        sure="ekki ei eigi aldrei enginn engin ekkert engan enga engu engum einskis engir engar engra engrar "
        "neinn neitt án ómögulegt hvorki hvergi nei óheimilt",
        soft="varla mistókst ógilt ógildur ógild óþekkt óþekktur misheppnaðist bannað rangt",
        soft_phrases=r"\b(?:annars\b|ekki (?:meira|minna|stærri|lengri) en\b)",
        idioms=r"\b(?:ekki (?:bara|aðeins|einungis|síst)\b|eða ekki\b|hvort eð er\b|(?:ekki|engin\w*"
        r"|aldrei) nein\w*\b(?! ))",
    ),
    "fao": Cues(
        scripts="Latn",
        sure="ikki ongin eingin einki ongan onga ongum ongar aldri aldrin uttan ómøguligt hvørki nei onki ongantíð",
        soft="ógildugt ógyldugt ókent miseydnaðist",
        idioms=r"\b(?:ikki (?:bert|bara|einans)\b|ella ikki\b|uttan(?:fyri|lands)\w*)",
    ),
    "fry": Cues(
        scripts="Latn",
        sure="net gjin nea nimmen neat nearne sûnder ûnmooglik noait nimmer gjinien",
        link="noch",
        soft="mislearre ûnjildich ûnbekend fersmyt",
        idioms=r"\b(?:net (?:allinne|allinnich|inkeld)\b|of net\b)",
    ),
    "ltz": Cues(
        scripts="Latn",
        sure="net nët kee keen keng kengem kenger keent ni näischt neischt nimools ouni onméiglech nie niemols "
        "ween",
        link="nach",
        soft="ongëlteg onbekannt",
        not_forms="ween",
        idioms=r"\b(?:net (?:nëmmen|just)\b|oder net\b|nach\b(?! .{1,40}\bnach\b))",
    ),
    "nds": Cues(
        scripts="Latn",
        sure="nich nicht keen keene keenen keeneen nüms nie nienich narms nix ahn ahne sünner nee kein",
        soft="ungüllig unbekannt fehlslahn fehlslaan",
        idioms=r"\b(?:nich (?:blots|bloots|alleen|man)\b|oder nich\b)",
    ),
    "sco": Cues(
        scripts="Latn",
        sure="no nae nane naebody naething never neer withoot without dinna disna isna arena wisna canna cannae "
        "winna wadna shallna shouldna shoudna shuldna haena hasna didna nocht nor not maunna mauna sanna "
        "haesna wes'na",
        idioms=r"\b(?:no (?:juist|anerly|only)\b|or no\b)",
    ),
    "ydd": Cues(
        scripts="Hebr",
        sure="נישט ניט ניט־",
        concord="קײן קיין קײנער קיינער קײנעם קיינעם קײנמאל קיינמאל קײנמאָל קיינמאָל גארניט גאָרנישט גארנישט גאָרניט "
        "קיינע",
        link="ניט",
        soft="אוממעגלעך",
        phrases=r"\b(?:(?:אָן|אן)\b(?! דעם\b)|בלי\b)",
        idioms=r"\bנ(?:יט|ישט) (?:נאָר|נאר|בלויז)\b",
    ),
}  # fmt: skip
