"""How languages outside the large families negate: Greek, Albanian, Armenian, Georgian, Celtic, Basque, made ones."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "ell": Cues(
        scripts="Grek",
        sure="δεν δε μη μην χωρίς δίχως όχι αδύνατο αδύνατη αδυναμία αδύνατον ανέφικτο άνευ ουδόλως",
        concord="ποτέ κανένας κανείς καμία κανένα κανέναν καμιά κανενός καμίας τίποτα τίποτε πουθενά καθόλου "
        "ουδείς ουδέποτε",
        link="ούτε μήτε ουδέ",
        soft="εσφαλμένος εσφαλμένη εσφαλμένο εσφαλμένα απέτυχε αποτυχία αποτύχει αποτυγχάνει άγνωστος άγνωστη "
        "άγνωστο άκυρος άκυρη άκυρο λείπει λείπουν λάθος",
        soft_forms="(?:μη|αν|α|ά|άν)(?:έγκυρ|ενεργ|ορατ|κυρ|γνωστ|ορισμέν|αποδεκτ|επιτρεπτ|επιλεγμέν|ακριβ|επαρκ"
        "|έγκυρ|υποστηριζ|διαθέσιμ|ύπαρκτ|ενεργ|κατάλληλ|παρκ|συμβίβαστ|σύμβατ|διαφαν|δύνατ|ναγνώριστ"
        "|ναπάντεχ|πενεργοποι|σφαλ|χρωμ|όρατ)[α-ωάέήίόύώϊϋΐΰς]*|μη-.+",
        soft_phrases=r"\b(?:μέχρι να μη(?:ν)?\b|αν όχι[,.]|όχι (?:περισσότερ|λιγότερ|μεγαλύτερ)\w+ από\b)",
        idioms=r"\b(?:όχι μόνο\b|δε(?:ν)? .{0,20}μόνο(?=[^.;]{0,80}αλλά)|ή (?:όχι|μη|μην)\b|μη(?:ν)? τυχόν\b"
        r"|χωρίς αμφιβολία\b|έτσι δεν είναι\b|όσο ποτέ\b|αν μη τι άλλο\b|παρά ποτέ\b)",
    ),
    "als": Cues(
        scripts="Latn",
        sure="nuk mos pa jo pamundur pamundshme s'ka s'mund s'është moszbatim",
        concord="askush asnjë asnjëri kurrë asgjë askurrë askund askënd askujt asnjërit kurrsesi kurrkush hiç",
        link="as",
        soft="pavlefshme pavlefshëm gabim gabuar panjohur dështoi pasaktë dështim papranueshme",
        forms="s'.+",
        soft_forms="pa(?:vlef|njoh|sakt|mjaft|pran|lejue|përdor|plot|mund|zbat|prekur|përcakt|dukshm|përputh"
        "|lidhur|fund|ver|auto|pajis|miratuar|kufi|pritur|drejt)[a-zëç]*|mos[a-zëç]{3,}|jo-.+",
        not_forms="pas|para",
        soft_phrases=r"\b(?:në mos\b|derisa (?:\S+ ){0,3}?(?:nuk|mos)\b)",
        idioms=r"\b(?:jo vetëm\b|(?:ose|apo) jo\b|pa (?:dyshim|tjetër)\b|që pa\b|jo më pak\b|mos (?:vallë"
        r"|ndoshta)\b)",
    ),
    "hye": Cues(
        scripts="Armn",
        sure="չէ չի չեն չեմ չես չեք չենք ոչ առանց անհնար անհնարին չկա չկան չունի չունեն չպետք չպիտի անկարելի մի՛ "
        "մի´ չէր չէին չլինի չունեք չէինք",
        concord="երբեք ոչինչ ոչոք",
        soft="անվավեր սխալ անհայտ ձախողվեց բացակայում ձախողվել անճիշտ",
        forms="չ[ա-ֆև]{2,}",
        soft_forms="ան(?:վավեր|ծանոթ|ճանաչ|հայտ|ճիշտ|բավարար|թույլատր|հասանել|կարող|տեսան|համատեղ|որոշ|գործուն"
        "|պատշաճ|ստույգ|լիարժեք|իրավ|օրինակ|սահման|կախ|լար|օգուտ|մարդկ|օտար|խախտ|աշխատունակ)[ա-ֆև]*"
        "|ոչ-.+",
        not_forms="չափ.*|չորս.*|չոր.*|չար.*|չինական.*|չինարեն|չեխ.*|չիպ.*|չորեք.*|չեկ.*|չաթ.*",
        phrases=r"\bմի՛?´? (?=[ա-ֆև]+(?:եք|իր|եր|ր)\b)",
        idioms="ոչ միայն|թե ոչ|կամ ոչ|անկասկած|ոչ (?:այլ|ավել)",
    ),
    "kat": Cues(
        scripts="Geor",
        sure="არ ვერ ნუ არა შეუძლებელია შეუძლებელი მხარდაუჭერელია მხარდაუჭერელი გარეშე აღარ ვეღარ ნურც ნუღარ არაა "
        "არცა ვერც აკრძალულია დაუშვებელია არაფრით",
        concord="არავინ ვერავინ არავის არაფერი ვერაფერი არაფერს არასდროს არასოდეს ვერასდროს არანაირი არცერთი "
        "არცერთ არცერთს არავითარი არავითარ ნურავინ ნურავის ვერავის არსად ვერსად",
        link="არც",
        soft="არასწორი უცნობი მცდარი უცნობია არასწორია შეცდომა",
        forms="[ა-ჰ]{3,}გარეშე",
        soft_forms="არა[ა-ჰ]{4,}|უ(?:ცნობ|ვარგის|შეცდომ|მოქმედ|ხილავ|სარგებლ|ცვლელ|თანხმ)[ა-ჰ]*",
        idioms=r"არა (?:მარტო|მხოლოდ)|თუ არა|მხოლოდ (?:[ა-ჰ]+ ){0,2}არა|ან არა|ასე არ არის\?|არამარტო|არამხოლოდ"
        "|სულ ცოტა",
        last=True,
    ),
    "eus": Cues(
        scripts="Latn",
        sure="ez ezin gabe ezinezkoa ezinezko ezina debekatuta gabeko ezetz debekatua",
        concord="inoiz inork inor ezer inon inongo batere inori inoren ezein",
        soft="okerra oker baliogabea baliogabeko huts ezezaguna ezezagun errorea ustekabeko",
        forms="ezin[a-z]{2,}|bait?ezin.*",
        soft_forms="ez(?:[a-z]{0,2}(?:gaitu|ezagun|egoki|aktibo|ohiko|berdin|behar|leku|arau|garbi|hobe))[a-z]*"
        "|[a-z]{3,}(?:gabe|gabea|gabeak|gabeko|gabekoa|ezin|ezina|ezinak|ezineko|ezinezko|gaitz)"
        "|des(?:gai|akti|blok|konek|insta)[a-z]*",
        not_forms="ezar.*|ezag.*|eztabaid.*|ezkont.*|ezaug.*|ezker.*|ezgaitu.*|ezik|ezkutu.*|ezab.*",
        soft_phrases=r"\b(?:\S+(?:n|r|l|z|t) ezean\b|ezean\b)",
        idioms=r"\b(?:ez (?:bakarrik|ezik|soilik|ohik)\b|ala ez\b|(?:edo|nahiz) ez\b|ezta\b|(?:bestela"
        r"|bestelakoa)\b|ezbestelako\b|inoiz baino\b)",
    ),
    "cym": Cues(
        scripts="Latn",
        sure="ni nid nis nad nas heb peidiwch dydy amhosibl amhosib diwahân ddiwahân ddiwahan methu peidio dyw "
        "nac doedd does",
        concord="ddim dim neb byth erioed unlle nunlle mo unman",
        link="nac na",
        soft="annilys methodd methu anghywir anhysbys methiant coll annerbyniol gwallus",
        forms="peidi(?:wch|o|er|ant)|nid.+",
        soft_forms="an(?:n|m|ng|gh|h|f|w|y|ab|ad|al|ac)[a-zŵŷâêîôû]{4,}|di[- ]?(?:enw|werth|angen|ddi|lys"
        "|dâl)[a-zŵŷâêîôû]*|heb-.+",
        soft_phrases=r"\b(?:os na(?:d|c)?\b|oni bai\b)",
        idioms=r"\b(?:nid (?:yn unig|dim ond)\b|(?:neu|ynteu) (?:beidio|ddim|na)\b|ddim ond\b|dim ond\b|(?:mwy|llai"
        "|fwy|lai|arall|gwell|well|hŷn|uwch|is|hirach|yn hytrach|cynt|diweddarach|hwyrach|byrrach|llawer"
        r"|hirach|cryfach) na(?:'r|'u|'i|g|c|'n)?\b|heb os\b|nid oes amheuaeth\b|o'r neb\b|na(?:'r|'i|g) \d)",
    ),
    "gle": Cues(
        scripts="Latn",
        sure="ní níl níor nach nár gan ná cha nílim nílimid níorbh nárbh dodhéanta níltear níorb chan nílid nil",
        concord="dada faic riamh choíche tada ceachtar",
        link="ná",
        soft="earráid neamhbhailí mícheart anaithnid theip easpa cearr",
        soft_forms="neamh[a-záéíóú]{4,}|mí(?:cheart|cheadaithe|oiriúnach)|an(?:aithnid|chuí)|éagsúil|dofheicthe",
        soft_phrases=r"\b(?:mura[rb]?h?\b|muna\b)",
        idioms=r"\b(?:ní (?:hamháin|amháin)\b|ní mór\b|ní foláir\b|nó (?:nach|ná)\b|níos (?:mó|lú|fearr|fad"
        r"|déan)\S*(?: ná)?\b|(?:mó|lú|fearr|faide|luaithe|measa|airde|ísle|sine|óige|giorra|\S+e|eile"
        r"|seachas|nuaí|sine) ná\b|gan amhras\b|nach (?:mór|ea)\b|ní ba\b)",
    ),
    "gla": Cues(
        scripts="Latn",
        sure="chan cha nach chaneil cha'n",
        concord="riamh neoni",
        soft="mhearachd mearachd dh'fhàillig ceàrr",
        soft_forms="(?:neo|mì|ana|do|eu)-[a-zàèìòù]{3,}",
        not_forms="na",
        phrases=r"\b(?:gun (?=(?:a|lethbhreith|eadar-dhealachadh|fhios|chead|bhacadh|aon|ainm|cheangal|tiotal|feum"
        r"|dàil|bhith|ghin|dhuine|chosgais|taghadh|susbaint|fhacal|sgur|luchd)\b)|as aonais\b|às aonais\b"
        "|na (?=(?:cleachd|cuir|dèan|sgrìobh|innis|dùin|sguab|toir|faigh|gabh|bi|seall|atharraich|tagh"
        r"|brùth|fosgail|cùm|leig)\b))",
        idioms=r"\b(?:(?:an e|mur) nach\b|chan e a-mhàin\b|no nach\b)",
    ),
    "bre": Cues(
        scripts="Latn",
        sure="ne n' na hep arabat nann n'haller dic'hallus ned n'eo n'eus n'en n'int",
        concord="ket netra ebet nikun biken biskoazh morse",
        link="na",
        soft="fazi direizh dianav fazieg faziek c'hwitet talvoudek",
        forms="n'.+",
        soft_forms="di(?:dalv|anav|reizh|c'hall|wir|bosubl|veg|vev|aoz|rummet|anv)[a-z'ñù]*",
        idioms=r"\b(?:ne(?:d eo)? ket hepken\b|pe get\b|pe (?:ne|n'))",
    ),
    "glv": Cues(
        scripts="Latn",
        sure="cha nagh dyn chanel gyn nel",
        phrases=r"\b(?:fegooish\b|gyn\b)",
    ),
    "epo": Cues(
        scripts="Latn",
        sure="ne sen neebla neeble neeblas malpermesita",
        concord="neniu neniun nenio nenion neniam nenie neniel nenia nenian neniom neniuj neniujn",
        link="nek",
        soft="nevalida nevalidaj nevalidan nekonata nekonataj malsukcesis malsukcesa fuŝa eraro mankas malĝusta "
        "mankanta",
        soft_forms="ne(?!ces|gat|j$|reg|r$|n$|nio|niu|nia|tt?o?$|p[or]|v[oe]r?t|ŭt|to|kropol"
        "|klar$x)[a-zĉĝĥĵŝŭ]{4,}(?:a|aj|ajn|an|e)|mal(?:ĝust|sukces|plen|aktiv|ŝalt|permes|valid|ebl"
        "|efik)[a-zĉĝĥĵŝŭ]*|sen[a-zĉĝĥĵŝŭ]{4,}(?:a|aj|an|e)",
        soft_phrases=r"\b(?:ne (?:pli|malpli) ol\b|ĝis ne\b|se ne[,.])",
        idioms=r"\b(?:ne nur\b|ĉu ne\b|aŭ ne\b|sendube\b|sen dubo\b)",
    ),
    "ido": Cues(
        scripts="Latn",
        sure="ne sen neposibla",
        concord="nula nulo nulu nultempe nulatempe nuli nulun nulaloke",
        link="nek",
        soft="nevalida nekonocata eroro",
        soft_forms="ne[a-z]{4,}(?:a|e)",
        not_forms="neces.*",
        idioms=r"\b(?:ne nur\b|ka ne\b)",
    ),
    "ile": Cues(
        scripts="Latn",
        sure="ne sin",
        concord="nequó nequi nequande null nulli niun nulcos",
        link="ni",
        idioms=r"\bne solmen\b",
    ),
    "ina": Cues(
        scripts="Latn",
        sure="non sin impossibile nulle nulla nihil nemo necun nunquam",
        link="nec ni",
        soft="invalide incorrecte incognite fallite error falleva",
        soft_forms="in(?:val|cor|cog|defin|complet|access)[a-z]*",
        idioms=r"\b(?:non solo\b|o non\b|non solmente\b)",
    ),
}  # fmt: skip
