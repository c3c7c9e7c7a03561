"""How Slavic and Baltic languages negate. Most write "no one never nothing not-does" for one negation."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "rus": Cues(
        scripts="Cyrl",
        sure="не без нет нельзя невозможно невозможен невозможна невозможны безо неможно",
        concord="никогда никто никого никому никем ничто ничего ничему ничем никакой никакая никакое никакие "
        "никакого никаких никаким никакому никакими никаком никакую нигде никуда некого нечего незачем "
        "ниоткуда никоим",
        link="ни",
        soft="недопустимый недопустимое недопустимая недопустимо неверный неверная неверное неверно неправильно "
        "неправильный неизвестный неизвестная неизвестное недействительный недействительная отсутствует "
        "отсутствуют отсутствия отсутствие ошибка недостаточно недоступен недоступна недоступно недоступны "
        "едва запрещено нечувствительный",
        soft_forms="не(?!сколько|сколь|которы|который|ё|го|й|му|обход|медлен|зависим|посредств|прерыв|го|бо|рв"
        "|гатив|дел|давн|взирая|жел|сти|тто)[а-яё]{4,}(?:ый|ая|ое|ые|ого|ой|ых|ым|ому|ыми|ую|ом|ий|яя"
        "|ее|ие|его|их|им|ен|на|но|ны|та|то|ты)",
        soft_phrases=r"\b(?:если не\b(?=,)|если только (?:\S+ ){0,4}?не\b|пока (?:\S+ ){0,4}?не\b|не (?:более|менее"
        r"|больше|меньше"
        r"|позднее|ранее)\b|чуть ли не\b|едва ли не\b|до тех пор,? пока (?:\S+ ){0,5}не\b)",
        idioms=r"\b(?:не (?:только|просто|столько)\b|не смотря на\b|или (?:не|нет)\b|не что иное\b|тем не менее\b"
        r"|вовсе не\b(?= ?только)|как ни\b|кто бы ни\b|что бы ни\b|как бы ни\b|где бы ни\b|во что бы то ни\b"
        r"|ни с того\b|какой бы ни\b|какие бы ни\b|без сомнения\b|без исключения\b)",
    ),
    "ukr": Cues(
        scripts="Cyrl",
        sure="не без немає нема неможливо неможливий неможлива неможливі ні",
        concord="ніколи ніхто нікого нікому ніким ніщо нічого нічому нічим ніякий ніяка ніяке ніякі ніякого "
        "ніяких ніякої ніякому ніякою жоден жодна жодне жодні жодного жодної жодному жодним жодних жодну "
        "жодними ніде нікуди ніскільки",
        link="ані",
        soft="некоректний некоректна некоректне некоректно некоректні невідомий невідома невідоме невідомі "
        "помилка помилкова неправильний неправильна неправильне недостатньо недоступний недоступна "
        "недоступне відсутній відсутня відсутні",
        soft_forms="не(?!обхід|зважа|залеж|щод|да|що|хай|т)[а-яіїєґ']{4,}(?:ий|а|е|і|ого|ої|их|им|ому|ими|у|ою|о)",
        soft_phrases=r"\b(?:доки (?:\S+ ){0,4}?не\b|поки (?:\S+ ){0,4}?не\b|не (?:більше|менше|більш|менш"
        r"|пізніше)\b)",
        idioms=r"\b(?:не (?:лише|тільки|просто|стільки)\b|або (?:ні|не)\b|чи ні\b|тим не менше\b|тим не менш\b"
        r"|хто б не\b|що б не\b|як би не\b|без сумніву\b)",
    ),
    "bel": Cues(
        scripts="Cyrl Latn",
        sure="не ня без няма нельга немагчыма немагчымы адсутнічае адсутнічаюць забаронена ne nia biez niama "
        "nielha niemahčyma bez nie",
        concord="ніколі ніхто нікога нікому ніякі ніякая ніякае ніякія ніякага ніякай ніякіх ніякім нічога нішто "
        "нідзе ніводны ніводная ніводнага ніводнае ніводнай nikoli nichto nikoha nikomu nijaki nijakaja "
        "nijakaha ničoha ništo nidzie nivodny nivodnaha",
        link="ні ani ni",
        soft="памылковы памылковая памылка невядомы невядомая няправільны няправільная хібны хібная хібнае",
        forms="nie?maj[a-zćčłńśšźž]*",
        soft_forms="(?:не|ня)[а-яёіў']{4,}(?:ы|ая|ае|ыя|ага|ай|ых|ым|ую|а|о)",
        idioms=r"\b(?:не (?:толькі|проста)\b|nia? tolki\b|ці не\b|альбо не\b|тым не менш\b)",
    ),
    "bul": Cues(
        scripts="Cyrl",
        sure="не без няма нямате нямаме немога нямаше нямат невъзможно невъзможен невъзможна недей недейте "
        "неспособен нямам нито",
        concord="никога никой никого никому нищо никакъв никаква никакво никакви никъде ничий ничие никоя никое",
        link="нито",
        soft="невалиден невалидна невалидно невалидни неправилен неправилна неправилно непознат непозната грешен "
        "грешна грешно неизвестен неизвестна грешка липсва липсват неуспешно неуспех",
        soft_forms="не(?!обход|зависим|що|го|я|ин|т|делим|медлен)[а-я]{4,}(?:ен|на|но|ни|ан|т|та|то|ти|ния|ният"
        "|ните|ната|ното|м|ма|мо|ми)",
        soft_phrases=r"\b(?:докато (?:\S+ ){0,3}?не\b|не (?:повече|по-малко|по-голям\w*|по-малък) от\b"
        r"|освен ако не\b|ако не[,.])",
        idioms=r"\b(?:нито (?=един)|не (?:само|просто)\b|или не\b|не по-малко\b|без съмнение\b|нали\b)",
    ),
    "mkd": Cues(
        scripts="Cyrl",
        sure="не без нема немаше невозможно невозможен невозможна немој немојте",
        concord="никогаш никој никого никому ништо никаков никаква никакво никакви никаде ниеден ниедна ниедно "
        "ниту",
        link="ниту",
        soft="невалиден невалидна невалидно непознат непозната неправилен грешка неуспешно неуспех",
        soft_forms="не(?!кој|која|кое|кои|што|опход|зависн|делив|го|говот|колку|каков|каде"
        "|посред)[а-яѓќѕјљњџ]{4,}(?:ен|на|но|ни|ан|т|та|то|ти|м|ма|мо)",
        soft_phrases=r"\b(?:освен ако не\b|додека не\b|не (?:повеќе|помалку) од\b)",
        idioms=r"\b(?:не само\b|или не\b|без оглед\b)",
    ),
    "srp": Cues(
        scripts="Cyrl Latn",
        sure="не без нема нису није нисам ниси нисмо нисте нећу нећеш неће нећемо нећете немој немојте немам "
        "немаш немамо немате немају немогуће немогућ немогућа ne bez nema nisu nije nisam nisi nismo niste "
        "neću nećeš neće nećemo nećete nemoj nemojte nemam nemaš nemamo nemate nemaju nemoguće nemoguć "
        "nemoguća nemogućno",
        concord="никад никада нико никог никога никоме ништа ничега ничему ниједан ниједна ниједно ниједне "
        "ниједног ниједну никакав никаква никакво никакве никакву никаквих нигде никуда нити nikad nikada "
        "niko nitko nikog nikoga nikome ništa ničega ničemu nijedan nijedna nijedno nijedne nijednog "
        "nijednu nikakav nikakva nikakvo nikakve nikakvu nikakvih nigde nigdje nikuda",
        link="ни нити ni niti",
        soft="неисправан неисправна неисправно неисправни непознат непозната непознато грешка неуспешно неуспех "
        "недостаје neispravan neispravna neispravno neispravni nepoznat nepoznata nepoznato greška neuspešno "
        "neuspeh nedostaje",
        soft_forms="не(?!ки|ка|ко|ке|што|ће|опход|зави|где|го|посред|дел)[а-яђјљњћџ]{4,}(?:ан|на|но|ни|не|т|та|то"
        "|ти|те|ог|е|их|им)|ne(?!ki|ka|ko|ke|što|će|ophod|zavi|gde|gdje|go|posred|del"
        "|t)[a-zčćđšž]{4,}(?:an|na|no|ni|ne|t|ta|to|ti|te|og|ih|im)",
        soft_phrases=r"\b(?:док (?:\S+ ){0,4}?не\b|dok (?:\S+ ){0,4}?ne\b|ne (?:više|manje) od\b|не (?:више"
        r"|мање) од\b|сем ако не\b|osim ako ne\b|осим ако не\b|укључен[оаи]?/ ?не\b)",
        idioms=r"\b(?:не само\b|ne samo\b|или не\b|ili ne\b|без обзира\b|bez obzira\b|без сумње\b|bez sumnje\b"
        r"|зар не\b)",
    ),
    "hrv": Cues(
        scripts="Latn",
        sure="ne bez nema nisu nije nisam nisi nismo niste neću nećeš neće nećemo nećete nemoj nemojte nemam "
        "nemaš nemamo nemate nemaju nemoguće nemoguć nemoguća nemogućno nemojmo",
        concord="nikad nikada niko nitko nikog nikoga nikome nikomu ništa ničega ničemu nijedan nijedna nijedno "
        "nijedne nijednog nijednu nikakav nikakva nikakvo nikakve nikakvu nikakvih nikakvog nikakvom "
        "nigdje nikuda nikamo",
        link="ni niti",
        soft="neispravan neispravna neispravno neispravni nepoznat nepoznata nepoznato nepoznati greška "
        "neuspješno neuspjeh neuspjelo nedostaje nevaljan nevaljana nevaljano nevažeći nevažeća nedovoljno",
        soft_forms="ne(?!ki|ka|ko|ke|što|će|ophod|ovis|gdje|go|posred|dj|t|w)[a-zčćđšž]{4,}(?:an|na|no|ni|ne|t|ta"
        "|to|ti|te|og|ih|im|u)",
        soft_phrases=r"\b(?:dok (?:\S+ ){0,4}?ne\b|sve dok (?:\S+ ){0,4}?ne\b|ne (?:više|manje) od\b"
        r"|osim ako (?:\S+ ){0,3}?ne\b)",
        idioms=r"\b(?:ne samo\b|ili ne\b|bez obzira\b|bez sumnje\b|zar ne\b)",
    ),
    "slv": Cues(
        scripts="Latn",
        sure="ne ni nista brez niso nisem nisi nismo niste nima nimajo nimate nimam nimamo noče nočejo nočem "
        "nemogoče nemogoč nemogoča",
        concord="nikoli nihče nikogar nikomur nič ničesar ničemur noben nobena nobeno nobenega nobene nobenem "
        "nobeni nobenih nobenim nikjer nikamor nikakor nikakršen nikakršna nikakršno nikakršne",
        link="niti",
        soft="neveljaven neveljavna neveljavno neveljavni neznan neznana neznano neznani napačen napačna napačno "
        "spodletelo spodletel spodletela manjka manjkajoč manjkajoča napaka neuspešno nepravilen",
        soft_forms="ne(?!k|go|odvis|posred|s?t|ob?hod|w|b)[a-zčšž]{4,}(?:en|na|no|ni|ne|an|n|nega|ne|nih|nim)",
        soft_phrases=r"\b(?:dokler (?:\S+ ){0,4}?(?:ne|ni)\b|ne (?:več|manj) (?:kot|od)\b"
        r"|razen če (?:\S+ ){0,2}?(?:ne|ni)\b|sicer\b)",
        idioms=r"\b(?:ne (?:le|samo|zgolj)\b|ali ne\b|brez dvoma\b|ni (?:le|samo)\b)",
    ),
    "ces": Cues(
        scripts="Latn",
        sure="ne bez není nejsou nejsem nejsi nejsme nejste nejde nejdou nelze beze nejen",
        concord="nikdy nikdo nikoho nikomu nikým nic ničeho ničemu ničím žádný žádná žádné žádného žádnou žádném "
        "žádných žádným žádní žádnému žádnými nikoli nikoliv nikde nikam nijak nijaký nikterak aniž",
        link="ani",
        soft="chybný chybná chybné chybně selhal selhala selhalo selhání selže zakázáno",
        forms="(?:ne|naneš)[a-záčďéěíňóřšťúůýž]{2,}",
        soft_forms="ne(?:platn|znám|správn|vhodn|úpln|dostatečn|povolen|závazn|přím|určit|viditeln|aktivn|využit"
        "|použit|potřebn|žádouc|kompatibiln|konzistentn|průhledn|uložen|chráněn|volitel|stabiln|bezpeč"
        "|oprávněn|dostupn|prázdn|označen|vybran|omezen|příjemn|obvykl)[a-zýéáíěšůú]*",
        not_forms="nebo|neboť|neboli|ně.*|nej.+|nech|nechť|nechat?|necháte|nechte|nechá|nechal.*|než|nežli|neb[eo]"
        "|nebesk.*|nebes|nerv.*|net.?|netw.*|netto|netc.*|new.*|neděl.*|neustál.*|nezbytn.*|nezávisl.*"
        "|nebezpeč.*|německ.*|neutrál.*|nedávn.*|neon.*|nehod.*|nenávist.*|negativ.*|negac.*|next.*"
        "|nemocn.*|nemoc.?|neprodlen.*|nedíln.*|neobvykl.*|nejspíš.*|nést|nese|nesou|nesl.|nese.*"
        "|nedostat.*|nevýhod.*|neptun.*|nehet.*|neostr.*|nezapome.*|nekoneč.*|nesmírn.*|nepořád.*"
        "|neutraliz.*|neighbo.*",
        soft_phrases=r"\b(?:dokud (?:\S+ ){0,4}?ne\w+|ne (?:více|méně) než\b|pokud ne[,.]|jestliže ne[,.])",
        idioms=r"\b(?:nejen\w*\b|(?:nebo|či|zda) ne(?:ní|jsou)?\b|bez pochyby\b|nic jiného než\b)",
    ),
    "pol": Cues(
        scripts="Latn",
        sure="nie bez brak niemożliwe niemożliwy niemożliwa nieprawda brakuje beze",
        concord="nigdy nikt nikogo nikomu nikim nic niczego niczemu niczym żaden żadna żadne żadnego żadnej żadną "
        "żadnych żadnym żadnemu żadnymi nigdzie znikąd donikąd",
        link="ani",
        soft="błędny błędna błędne błędnie nieprawidłowy nieprawidłowa nieprawidłowe nieznany nieznana nieznane "
        "niepoprawny niepoprawna niepoprawne niedozwolony brakujący błąd zabroniony zabronione",
        soft_forms="nie(?!zbęd|zależ|dawn|b|któr|raz|miec|mniej|stety|skończ|mal|pokal|ustan|go|j|m"
        "|ma)[a-ząćęłńóśźż]{4,}",
        soft_phrases=r"\b(?:(?:dopóki|póki|aż|zanim) (?:\S+ ){0,4}?nie\b|chyba że (?:\S+ ){0,3}?nie\b|nie (?:więcej"
        r"|mniej|dłuższ\w+|większ\w+|mniejsz\w+|później) niż\b|jeśli nie[,.])",
        idioms=r"\b(?:nie (?:tylko|jedynie|wyłącznie)\b|(?:czy|lub|albo) nie\b|nic innego\b|bez wątpienia\b"
        r"|nie mniej\b|nic więcej\b)",
    ),
    "csb": Cues(
        scripts="Latn",
        sure="nie ni bez biéz nimòże nimô nimògã niemòżno",
        concord="nigdë nicht niżóden niżódny nick nic",
        link="ani",
    ),
    "szl": Cues(
        scripts="Latn",
        sure="ńy niy nie bez ńyma",
        concord="żodyn żodnygo żodny nic nikt nigdy",
        link="ani",
    ),
    "slk": Cues(
        scripts="Latn",
        sure="nie ne bez niet bezo nemožno neni nieje niesú niesu niej",
        concord="nikdy nikto nikoho nikomu nikým nič ničoho ničomu ničím žiaden žiadny žiadna žiadne žiadneho "
        "žiadnej žiadnu žiadnych žiadnym žiadnom žiadni žiadnou nikde nikam nijako nijaký",
        link="ani",
        soft="chybný chybná chybné zlyhal zlyhala zlyhalo zlyhanie zakázané nedostatok nedostatočné",
        forms="ne[a-záäčďéíĺľňóôŕšťúýž]{2,}",
        soft_forms="ne(?:platn|znám|správn|vhodn|úpln|dostatočn|povolen|záväzn|priam|určit|viditeľn|aktívn|využit"
        "|použit|potrebn|žiaduc|kompatibiln|konzistentn|priehľadn|uložen|chránen|stabiln|oprávnen"
        "|dostupn|prázdn|označen|vybran|zhod|zodpovedaj|súlad|obmedzen|nulov|obvykl|vyžiadan"
        "|dokumentovan|splnen)[a-zýéáíôšúäľ]*",
        not_forms="nech.*|nesk[ôo]r.*|neb[aeu][sz].*|nerv.*|net.?|netw.*|netto|new.*|nedeľ.*|neustál.*|nevyhnut.*"
        "|nezávisl.*|nebezpeč.*|nemeck.*|neutrál.*|nedávn.*|neón.*|nehod.*|nenávist.*|negat.*|next.*"
        "|nemoc.*|neodkladn.*|nesie|nesú|niesť|nemu|nej|neho|neskor.*|nedostat.*|nevýhod.*|nezabud.*"
        "|nekoneč.*|niej|ne",
        soft_phrases=r"\b(?:kým (?:\S+ ){0,4}?ne\w+|pokiaľ ne\w+|pokiaľ nie\b|nie (?:viac|menej) (?:ako|než)\b"
        "|ak nie[,.])",
        idioms=r"\b(?:nie(?:len| iba| len)\b|alebo nie\b|či nie\b|bez pochyby\b|niekto|nie menej\b)",
    ),
    "hsb": Cues(
        scripts="Latn",
        sure="nic bjez nima nimam nimaće nimaja nimamy",
        concord="ženje nichtó nikoho nikomu ničo ničeho žadyn žana žane žaneho žanych žanej žanu žanym žadnemu "
        "nihdźe",
        link="ani",
        forms="nje(?!pos|bjo|směr|dźel|woprawd)[a-zćčěłńóřšžź]{2,}",
        not_forms="njeparuj.*",
        idioms=r"\b(?:nic jenož\b|abo nic\b|njeho\b|njej\b)",
    ),
    "dsb": Cues(
        scripts="Latn",
        sure="bźez bźeze",
        concord="nigdy nichten nikogo nikomu nic ničogo žeden žedna žedno žedne žednogo žednych žednu žednej "
        "žednem",
        link="ani",
        forms="nj[ea](?!pos|bjo|źel)[a-zćčěłńóŕšžź]{2,}",
        not_forms="nježli.*|njedaw.*",
        idioms=r"\b(?:nic jano\b|abo nic\b|njogo\b|njej\b)",
    ),
    "lit": Cues(
        scripts="Latn",
        sure="ne be nėra neįmanoma neįmanomas nebėra nepavyko neranda nerasta nerasti nerastas",
        concord="niekada niekas nieko niekam nieku niekur joks jokia jokio jokios jokių jokį jokią jokie jokiu "
        "jokiems jokiais niekuomet jokiam jokiame nėvienas",
        link="nė",
        forms="ne[a-ząčęėįšųūž]{2,}",
        soft_forms="ne(?:tinkam|teising|žinom|galioj|leistin|matom|aktyv|pažymėt|naudojam|reikaling|būtin|privalom"
        "|įdiegt|tiesiogin|išplečiam|lyg|mažo|didel|skaidr|permatom|aišk|tikslu|tikslum|galimyb"
        "|suderinam|korektišk|apibrėžt|išsaugot|nulin|tikr|bebenaudojam|sklandum|gerom)[a-ząčęėįšųūž]*",
        not_forms="nebent|nes|nesi|negu|nei|ne[tw]|nerv.*|neutral.*|neig.*|negat.*|neilon.*|nepal.|nepalo"
        "|nepriklaus.*|newt.*|network.*|netvark.*|netgi|nesenai|neseniai|nežiūr.*|neišvengiam.*"
        "|nepaisan.*|netrukus|nedelsian.*|neabejotin.*|nesvarb.*|nepermatom.*|nepaisom.*|nepaisyt.*|neto"
        "|neon.*|nekreip.*|nest|nešti|neš[aė]|nesąmon.*|nelygyb.*|nestabil.*|nes[aiu].{0,2}|nepaprast.*"
        "|neįtikėtin.*|nedaug.*|nešvar.*|neefektyv.*|negeri",
        phrases=r"\bnei (?=.{1,60}\bnei\b)",
        soft_phrases=r"\b(?:kol ne\w+|nebent\b|jei nenurodyta kitaip\b|ne (?:daugiau|mažiau) (?:kaip|nei)\b|o ne\b)",
        idioms=r"\b(?:ne (?:tik|vien|tiktai)\b|arba ne\b|ar ne\b|be abejo\w*\b|be to\b|ne mažiau\b|be galo\b)",
    ),
    "lvs": Cues(
        scripts="Latn",
        sure="ne bez nav neiespējami neiespējams nē nebija nebūs nevar",
        concord="nekad neviens nevienu neviena nevienam nevienas nekas neko nekādu nekāds nekāda nekādas nekādi "
        "nekādā nekur nekādos nekādiem",
        link="nedz",
        forms="ne[a-zāčēģīķļņšūž]{2,}",
        soft_forms="ne[a-zāčēģīķļņšūž]{2,}(?:[dmnrltgps][sai]|ais|ajam|ajai|ajās|gi|zi|ni|ēti|oti|tas|tos|tus|tiem"
        "|tajām|tie|gas|go|gus|mas|mus|mo|na|nas|šs|ša|šas)(?<!nebija)(?<!netika)(?<!neizdevās)",
        not_forms="nes|ne[tw]|nerv.*|negat.*|neutr.*|neatkar.*|neatņem.*|neaizskar.*|neatliek.*|nedaudz|nesen.*"
        "|nemitīg.*|nekavējot.*|nekavējoš.*|nedēļ.*|nekā|nepieciešam.*|neto|newt.*|network.*"
        "|nepārtrauk.*|nesēj.*|nest|nese|nesa|neskar.*|neraugot.*|nevis|neapš.*|nej.ut.*",
        soft_phrases=r"\b(?:kamēr ne\w+|ja vien ne\w+|ne (?:vairāk|mazāk) (?:par|kā)\b)",
        idioms=r"\b(?:ne tikai\b|vai n[eē]\b|bez šaubām\b|bez tam\b)",
    ),
}  # fmt: skip
CUES |= dict.fromkeys(
    (
        "bos",
        "cnr",
    ),
    CUES["srp"],
)
