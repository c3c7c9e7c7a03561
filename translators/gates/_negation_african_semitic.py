"""How Semitic languages and the languages of Africa negate."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "arb": Cues(
        scripts="Arab",
        sure="لا لم لن ليس ليست ليسوا ولا ولم ولن وليس وليست فلا فلم فلن فليس لست لسنا بدون دون بلا مستحيل يستحيل "
        "غير وغير بغير لايمكن لاتوجد لايوجد ليسا يتعذر تعذر تعذرت متعذر يحظر محظور لئلا لايجوز لايحق دونما "
        "عدم لعدم بعدم وعدم ودون ممنوع يمنع مش مو ماكو مفيش مافي فلست وبدون أليس افلا مايمكن عديم عديمة "
        "بدونه بدونها",
        concord="قط مطلقا البتة إطلاقا",
        soft="خطأ خاطئ خاطئة فشل فشلت أخفق باطل مجهول مجهولة",
        phrases=r"(?<!\w)(?:و|ف)?ما (?=(?:يمكن|كان|كنت|من (?:شيء|أحد)|لم|استطاع|عاد|عدت|هذا إلا|هو إلا)\b)",
        soft_phrases=r"\b(?:ما لم\b|لا (?:يزيد|يقل|تزيد|تقل) عن\b|حتى لا\b)",
        idioms=r"\b(?:(?:و|ف)?(?:لا|ليس) (?:فقط|فحسب|سيما|بد|شك|محالة|غنى|يزال|تزال|بأس)\b|أم لا\b|أو لا\b|(?:لا"
        r"|ما) زال\w*|لم يزل\b|دون شك\b|ليس (?:\S+ ){1,3}فحسب\b|وإلا\b|لولا\b|بلا شك\b|على غير\b|غير أن\b"
        r"|لا (?:إراد|مركزي|سلكي)\w*|إلى غير ذلك\b|غيرها?\b(?= من)|وغير(?:ها|ه|هم)\b|ألا وه[وي]\b)",
    ),
    "arz": Cues(
        scripts="Arab",
        sure="لا لم لن ليس ليست ليسوا ولا ولم ولن وليس وليست فلا فلم فلن فليس لست لسنا بدون دون بلا مستحيل يستحيل "
        "غير وغير بغير لايمكن لاتوجد لايوجد ليسا يتعذر تعذر تعذرت متعذر يحظر محظور لئلا لايجوز لايحق دونما "
        "عدم لعدم بعدم وعدم ودون ممنوع يمنع مش مو ماكو مفيش مافي فلست وبدون أليس افلا مايمكن عديم عديمة "
        "بدونه بدونها موش ماشي مهو ماحد محدش مافيش ماكانش مابش ولاحد ماهو ماهوش ماكاينش مكاينش مب ماب",
        concord="قط مطلقا البتة إطلاقا",
        soft="خطأ خاطئ خاطئة فشل فشلت أخفق باطل مجهول مجهولة",
        forms=r"ما?[\u0621-\u064a]{2,}ش",
        not_forms="معاش|منعش|ماش|مدهش|متوحش",
        phrases=r"(?<!\w)(?:(?:و|ف)?ما (?=(?:يمكن|كان|كنت|من (?:شيء|أحد)|لم|استطاع|عاد|عدت|هذا إلا|هو إلا)\b)"
        r"|ما (?=[\u0621-\u064a])(?!زال|دام|بين|عدا|لم))",
        idioms=r"\b(?:(?:و|ف)?(?:لا|ليس) (?:فقط|فحسب|سيما|بد|شك|محالة|غنى|يزال|تزال|بأس)\b|أم لا\b|أو لا\b|(?:لا"
        r"|ما) زال\w*|لم يزل\b|دون شك\b|ليس (?:\S+ ){1,3}فحسب\b|وإلا\b|لولا\b|بلا شك\b|على غير\b|غير أن\b"
        r"|لا (?:إراد|مركزي|سلكي)\w*|إلى غير ذلك\b|غيرها?\b(?= من)|وغير(?:ها|ه|هم)\b|ألا وه[وي]\b)",
    ),
    "heb": Cues(
        scripts="Hebr",
        sure="לא אין אינו אינה אינם אינן בלי ללא אל איני אינך אינכם שלא ולא שאין שאינו שאינה שאינם שאינן מבלי "
        "ואין ואינו ואינה ואינם בל בלא כשלא אסור בלתי איננו איננה הבלתי ובלי וללא לבלי כשאין כשאינו באין "
        "ושלא לאו אינני ואינן אינכן",
        concord="אף שום מעולם לעולם כלום מאומה",
        soft="שגוי שגויה שגויים שגיאה נכשל נכשלה כשל חסר חסרה חסרים נעדר מבוטל ריק ריקה לקוי",
        soft_phrases=r"\b(?:כל עוד לא\b|עד ש?לא\b|אם לא[,.])",
        idioms=r"\b(?:לא (?:רק|עוד אלא)\b|או לא\b|לא כן\b|(?:אל|אֶל) (?=ה\w|תוך|מול|קובץ|שרת|רשת|כתובת|ספר|מחיצה|מסך"
        r"|לוח|מדפסת|עבר)|אם לאו\b|אף (?:על|כי|אם|את|לא(?= רק))\b|אין ספק\b|אלא אם\b|ולא\b(?=$)|אחרת\b"
        "|לעולם (?=ה))",
    ),
    "amh": Cues(
        scripts="Ethi",
        sure="አይደለም የለም ያለ አይቻልም የለበትም የለባቸውም የለውም የላቸውም የለባትም ሳይሆን ሳይኖር አትችልም አይደሉም የማይቻል ሳይኖርበት አይ ያለምንም ሳይደረግ "
        "አለመሆን የሌለው የሌለ የሌላቸው በሌለበት ከሌለ የሌለበት ያልሆነ አልቻለም አይገባም አይደረግም",
        concord="ምንም ማንም በጭራሽ ፈጽሞ ከቶ",
        soft="የተሳሳተ ልክ ስህተት ትክክል",
        forms="(?:አይ|አት|አል|አን|አላ|አያ|አለ)[ሀ-፿]{1,}ም|(?:የማ|የማይ|የማት|ያል|ያላ|ሳይ|ሳት|ሳል|ሳያ|ሳና|ሳን|ካል|ካላ|ባል|ባላ|ላል|እንዳይ|እንዳት"
        "|እንዳል|እንዳያ|ባይ|የማያ|ስላል|ስለማይ|ከማይ|በማይ|ለማይ|የሌ|በሌ|ከሌ|ለሌ|አለመ|ባለመ|ያለመ|በአለመ)[ሀ-፿]{1,}|(?:የለ)[ሀ-፿]{0,}ም",
        # "Do not", and many nouns.
        soft_forms="አት[ሀ-፿]{2,}",
        not_forms="አለም|የአለም|አይነት.*|አላማ.*|ያላቸው.*|ያላት|ያለው.*|ያለባቸው|ያለበት|ያለኝ|ያለን|የማግኘት.*|የማ[ሀ-ሕሟ-ፚ]{1}.*ት"
        "|የማ[ሀ-፿]*(?:ት|ረግ|ለጥ|ሄድ|ቀበል|ድ|ል|ር)(?<!ይችል)|አላህ|አለም.*|የማህበ.*|የማኅበ.*|የማን.*|የማሰ.*|ባላ.{0,3}ት|አትክል.*"
        "|አልጋ.*|አልኮል.*|አማር.*|አላም.*|አይን.*|የማዕ.*|የማስ.*|የማየ.*|የማወ.*|የማቋ.*|የማመ.*|የማሳ.*|የማካ.*",
        idioms="ብቻ (?:ሳይሆን|አይደለም)|ወይም አይደለም",
        near=20,
        last=True,
    ),
    "tir": Cues(
        scripts="Ethi",
        sure="የለን ኣይኮነን ብዘይ የብሉን የብሎምን የብላን ዘይ ዘይኮነ አይኮነን ኣይፍቀድን አይፍቀድን ዘይምዃን ዘይብሉ ዘይብሎም የልቦን ከይ ከይተ",
        concord="ማንም ምንም ፍፁም ፈፂሙ",
        forms="(?:ኣይ|አይ|ኣየ|አየ|ኣይተ|ኣይት|ኣይን)[ሀ-፿]{1,}ን|(?:ዘይ|ከይ|እንተዘይ|ብዘይ|ንዘይ|ካብዘይ|ዘይም|ዘየ|ከየ|ምስዘይ|ስለዘይ|እንከይ"
        "|እንተይ)[ሀ-፿]{1,}|(?:ኣይ|አይ)[ሀ-፿]{2,}",
        not_forms="አይነት.*|ኣይነት.*|ብዘይካ",
        idioms="ጥራይ (?:ዘይኮነ|ኣይኮነን)",
        near=20,
        last=True,
    ),
    "mlt": Cues(
        scripts="Latn",
        sure="mhux mhix mhumiex mingħajr mhijiex mhuwiex bla m'għandux m'għandhiex m'għandhomx tistax jistax "
        "impossibbli le m'hemmx m'humiex",
        concord="ebda qatt ħadd xejn mkien",
        link="lanqas",
        soft="żball falla invalidu",
        forms="(?:m'|ma'?)?[a-zàċġħż]{2,}x(?<!index)(?<!fax)(?<!unix)(?<!linux)(?<!ix)|m'[a-zàċġħż]+x"
        "|[a-zàċġħż]+ix|[a-zàċġħż]+ux",
        soft_forms="in(?:valid|korrett|validu)[a-z]*|bla-.+",
        not_forms="index|linux|unix|fax|box|mailbox|max|ex|tax|text|biex|għaliex|kemmxejn|x|matrix|ukoll|sex"
        "|prefix|suffix|frax|ħaxix|dixx.*|feliċi|għax",
        idioms=r"\b(?:il-ħadd\b|mhux (?:biss|talli)\b|jew (?:le|mhux)\b|mhux hekk\b)",
    ),
    "aii": Cues(
        scripts="Syrc",
        sure="ܠܐ ܠܝܬ ܕܠܐ ܠܝܢܐ ܠܝܠܗ ܠܝܠܗܘܢ ܘܠܐ ܠܝܬܠܗ ܠܵܐ ܠܹܐ ܕܠܵܐ ܠܝܼܬ ܠܲܝܬ ܠܐܵ ܠܟ",
    ),
    "kab": Cues(
        scripts="Latn",
        sure="ur war wer ulac uṛ maci mačči xaṭi",
        concord="ara ula ḥedd maḍi",
        soft="arameɣtu armeɣtu irekḍ yecceḍ tuccḍa",
        soft_forms="ar(?:am|m|us|is|az|ur)[a-zɣḍčǧḥṛṣṭẓɛ]{3,}|war[a-z]+",
        idioms=r"\b(?:mačči kan\b|neɣ (?:ala|xaṭi)\b)",
    ),
    "zgh": Cues(
        scripts="Tfng",
        sure="ⵓⵔ ⵡⴰⵔ",
    ),
    "hau": Cues(
        scripts="Latn",
        sure="babu kada kar bâbù maras marasa",
        concord="ba bai bata basa babu kada kar ban bamu baya maras marasa ba'a bá bàbù bàa kàdà bâ baza bazai "
        "bazata bazasu babbu bâbu",
        idioms=r"\b(?:ba (?:ma|wai)\b|ba kawai ba\b|ba da\b(?= (?:tallafi|gudummawa|umarni|izini)\b))",
        near=20,
    ),
    "swh": Cues(
        scripts="Latn",
        sure="si bila hapana hakuna hamna sio siyo pasipo haipo hayupo hawapo haiwezi haiwezekani hawezi hawana "
        "hana haina hazina marufuku kutokuwa kutowa haiwezekana isiwe pasiwepo",
        concord="kamwe wala",
        link="wala",
        soft="batili kosa makosa si",
        forms="hu(?:ja|ta|wez|na|ru|pas)[a-z]+|ha(?:li|u|i|zi|ya|ki|vi|wa|tu|m|ku|pa)(?:wez|ta|ja|na|to|ku)[a-z]*"
        "|ha(?:i|wa|zi|ya|u|ku|pa|tu|m|li|ki|vi|ji)(?:ta|ku|ja|na|we|wa|ru|ku|pa|po|fa|tu|si|li|ki|ya|ji|fu"
        "|so|te|ha|he|se|ba|be|ka|ke|tam|hu|on|an|za|ond|on|end|ma|mu|po|to|pe|sh|eg|ch|ik|pi)[a-z]{1,}"
        "|si(?:ta|ku|ja|wez|jui|na|o)[a-z]*|(?:a|u|i|wa|zi|ya|ki|vi|li|ku|m|tu|pa|yа)si(?:po)?(?:[a-z]{3,})"
        "|[a-z]{1,4}sio[a-z]*|ku?to(?:[a-z]{3,})|[a-z]{1,3}sizo[a-z]+|[a-z]{1,4}siye[a-z]*|ha(?:tu|m|wa|i|u"
        "|zi|ku|ya|pa|ki|vi|li)[a-z]*[ie]",
        not_forms="hata.*|haki.*|hasa|hali.*|habari.*|halafu|hapo.*|hapa|haya|hawa|hawo|hizi|hii|hiyo|hajambo"
        "|hadhi.*|harak.*|hatimaye|hatua.*|haswa|hakika.*|hatari.*|hakimu.*|hamisha.*|hariri.*|hakiki.*"
        "|hakikish.*|hamu.*|hamsini|hatia|hati|halali.*|kusi.*|siku(?:kuu.*|zote)?|msimb.*|msim.*|usi[a-z]{0,2}"
        "|wasi.*|asili.*|asilimia|usiku|msingi.*|misingi|kisiwa.*|visiwa|kisiasa|siasa.*|usimamiz.*"
        "|msimam.*|kusimam.*|kusisit.*|usikiv.*|kusikil.*|masikil.*|msikil.*|usiri|msichana|kisic.*|tusi"
        "|msiba.*|kusini|usita|kuto[akl].{0,3}|kutoka.*|kutoa|kutolewa|kutokana|kutokea|kutosh.*"
        "|kutole.*|kutoro.*|kutoz.*|kitongoji|mtoto|toto|kasi.*|mashindano|masika|masi.*|kiasi.*"
        "|nafasi.*|wasiwasi|sita|sitini|sindano|sinema|sikia|sikiliza|sababu|wasichana|asista|mkutano"
        "|kitovu|kutokomeza|hatujambo|hifadhi|haraka|hadi|hewa.*|husika.*|husisha.*|asant.*|usimb.*"
        "|kisimb.*|hatukio|usindik.*|kusindik.*|kisintaksia|kisimu|visimbuzi|wasifu.*|mtoa.*|mtozi"
        "|kutoweka",
        idioms=r"\b(?:si (?:tu|peke)\b|au (?:la|hapana|siyo|sio)\b|sivyo\?|bila shaka\b)",
        near=20,
    ),
    "zul": Cues(
        scripts="Latn",
        sure="cha qha akukho ngaphandle ayikho akekho abakho azikho akunakwenzeka akusiyo akufanele akumele "
        "akuyona hhayi angeke ngeke awukho akufanelekile akuvunyelwe",
        concord="neze",
        forms="a(?:ka|ba|yi|ku|zi|wu|li|si|ngi|u|i|ma|ki|lu|bu)(?:na|nge|ka|zu|sa|be|fa|vu|kh|yi|ma|me|tho|li|bo"
        "|wa|hl|se|hamb|qond|kwaz|dla|the|siz|vum|tsh|phe|ye|zo|lu|bu)[a-z]{1,}|[a-z]*(?:nga|ngaz"
        "|nge)[a-z]{2,}(?:i|anga|ile)|[a-z]{3,}anga|[a-z]*ngeke[a-z]*|[a-z]*nganga[a-z]+|[a-z]+ngena[a-z]+"
        "|angeke|[a-z]{0,4}(?:nga|inge|inga)(?:vumelekile|akwazi|enzi|sebenzi)[a-z]*",
        not_forms="[a-z]*nganga|lapho.*|abantu.*|abanye|akhe|ayisikhombisa|izinga.*|ngaphansi|ngaphezu.*|abaphathi"
        "|amanga.*|amalungelo|ngokwe.*|azise.*|akhi|abakhi|angabe|angaba|angathi|kungaba|singakwazi"
        "|zingakwazi|kungenzeka|ungangeza|ungakhetha|[a-z]*nganani|[a-z]*linganis[a-z]*"
        "|[a-z]*hlangan[a-z]*|inhlanga[a-z]*|inhlangano|izinhlanga[a-z]*|ubungani|ngani|abangani|umngani"
        "|[a-z]*langan[a-z]*|[a-z]*zingeni[a-z]*|angeni|ekungeneni|[a-z]*ngenis[a-z]*|zinga|ingane",
        idioms=r"\b(?:hhayi (?:nje|kuphela)\b|noma (?:cha|qha)\b|akugcini\b)",
    ),
    "xho": Cues(
        scripts="Latn",
        sure="hayi akukho ngaphandle ayikho akekho abakho azikho akunakwenzeka akufanelekanga akunako akuyi asiyo "
        "ayiyo awukho alikho asikho akamelwe akuvumelekanga akukwazeki ayiveli akayi kungekho kungabikho "
        "ngekhe kungekhona ayivumelekanga ayifumaneki ayinako asinakwenzeka asinako asinakukwazi",
        concord="nakanye",
        forms="a(?:ka|ba|yi|ku|zi|wu|li|si|ndi|u|i|ma|ki|lu|bu)[a-z]{2,}(?:anga|eki|i|wa)(?<!abantwana)"
        "|[a-z]*(?:nge|nga)(?:na|ka|kho|vum|fane|yo|zi)[a-z]{1,}|[a-z]{3,}anga|[a-z]*(?:unga|inga|zinga"
        "|kunga)[a-z]{3,}(?:i|anga)|[a-z]*ngekhe[a-z]*|andi[a-z]{3,}",
        soft_forms="[a-z]*(?:ngalung|ngazi|babanzi|xhas|miselw)[a-z]*anga|awunabubanzi|ayinabubanzi",
        not_forms="[a-z]*banzi.*|ubungakan.*|ezi.*|yobuhlanga|ngezi.*|ngezin.*|amanani|akhuseli|abakhi|amandla"
        "|abahlali|abasebenzisi|abasebenzi|abani|abafundi|abadali|abaphathi|abaguquli|abaququzeleli"
        "|abahleli|angaphezulu|ngaphezu.*|ngaphantsi|abanini|abazali|ngaphakathi|[a-z]*hlangan[a-z]*"
        "|[a-z]*langan[a-z]*|umlinganisi|iqanga|[a-z]*manga|[a-z]*zinga|umbanga|[a-z]*ngenis[a-z]*"
        "|ungakhetha.*|izinga.*|amazinga|umgangatho|[a-z]*banga",
        idioms=r"\b(?:hayi (?:nje|kuphela)\b|okanye (?:hayi|akukho)\b)",
    ),
    "ssw": Cues(
        scripts="Latn",
        sure="cha ngaphandle kute akukho akafanele",
        forms="a(?:ka|ba|yi|ku|ti|wu|li|si|ngi|ma)[a-z]{2,}(?:i|anga|wa|e)|[a-z]*nga[a-z]{2,}i|[a-z]{3,}anga"
        "|[a-z]*nge(?:ke|na)[a-z]*",
        not_forms="abantfu|amalungelo|ngaphansi|[a-z]*hlangan[a-z]*|inhlangano|[a-z]*manga|angani",
    ),
    "sna": Cues(
        scripts="Latn",
        sure="kwete hapana hakuna pasina hazvi havana hana haina musa hazvibviri hakufanirwi haazi "
        "hazvingabvumirwi pasingaverengi",
        forms="ha(?:nga|va|zvi|u|i|a|pa|ku|chi|ri|zi|ti|ndi|fa|mu)(?:nga|fa|go|si|ku|na|zo|zi|kwa|f|ba|bv|re|di|sa"
        "|to|c|sh|te|vi)[a-z]*|[a-z]{0,4}si(?:nga|na|ri|ka|cha|so|ngo)[a-z]*|[a-z]+singa[a-z]+",
        not_forms="hama.*|hanzu|hasha|hapa|hafu",
        idioms=r"\b(?:kana kwete\b|kwete (?:chete|bedzi)\b)",
    ),
    "nya": Cues(
        scripts="Latn",
        sure="ayi palibe kulibe popanda osati mulibe sipadzakhala alibe lilibe ilibe zilibe osa asakhale "
        "chosavomerezeka kopanda opanda wopanda mopanda",
        concord="konse",
        forms="s(?:a|i|u|ti|mu|ndi|ku|pa|zi|chi|li)(?:nga|ku|ma|da|dza|yenera|zo|kha|loledwa|na|e|t)[a-z]{2,}"
        "|[a-z]{0,4}sa(?:[a-z]{4,})|[a-z]{0,3}sana[a-z]{2,}|[a-z]*sanga[a-z]+|sayenera|sangathe|asa[a-z]{3,}"
        "|musa[a-z]{3,}|osa[a-z]{3,}",
        not_forms="pansanja|msanga|masana|nsanja.*|kusankha.*|kusangal.*|kusamal.*|kusamuk.*|[a-z]*sankh[a-z]*"
        "|[a-z]*sangal[a-z]*|[a-z]*samal[a-z]*|[a-z]*samuk[a-z]*|[a-z]*sawalul[a-z]*"
        "|[a-z]*nsanamir[a-z]*|wosamal.*|sinthani|sitolo|sukulu|[a-z]*sakani.*|[a-z]*sayin.*"
        "|[a-z]*satan[a-z]*|[a-z]*sanduk.*|[a-z]*sanamir.*|chisamaliro",
        idioms=r"\b(?:kapena ayi\b|osati kokha\b|osati (?:\S+ ){0,2}(?:zokha|yekha|okha)\b|ngati sichoncho\b)",
    ),
    "kin": Cues(
        scripts="Latn",
        sure="oya nta ntawe ntabwo ntibishoboka atari hatari hatariho ntacyo ntanu ntawukwiye utari batari "
        "idafite utabifitiye ntaho ntihagire ntihakagire ntihakagirwe ntihazagire ntawukwiriye",
        forms="nti?[abhiuynkcz][a-z]{2,}|nta[a-z]{2,}|(?:bi|i|zi|a|u|ba|ka|tu|mu|ha|ki|ri|ku|hu|bu)da(?:[a-z]{4,})"
        "|(?:ba|a|u|i|zi|bi|ha|ki|ri|ku|tu|mu)ta[a-z]{4,}|kuda[a-z]+|[a-z]{1,3}tari[a-z]*"
        "|[a-z]{1,3}ta(?:gira|gomba|fite|bifite|shobora|bera|gombye)[a-z]*",
        not_forms="ntambwe.*|ntara.*|ntebe|ntego.*|ntangarugero|ntu|bitangaza.*|itangaza.*|atangaza.*|itandukan.*"
        "|atandukan.*|utandukan.*|batandukan.*|hatand.*|bitand.*|utanga.*|atanga.*|itanga.*|batanga.*"
        "|hatang.*|kitang.*|ritang.*|bitang.*|mutang.*|itange.*|mutekano|zitand.*|zitang.*|mutara.*"
        "|ibitabo|igitabo",
        idioms=r"\b(?:cyangwa (?:oya|ntacyo|atari)\b|si (?:\S+ ){0,1}gusa\b|atari (?:\S+ ){0,1}gusa\b)",
    ),
    "lin": Cues(
        scripts="Latn",
        sure="te tɛ tɛ́ tê",
        forms="e?zang[aá][a-zɛɔáéíóúâêîôû]*|kozanga",
        idioms=r"\b(?:to te\b|kaka te\b|soki te\b|te kaka\b|po te\b)|(?<!\w)'te\b",
    ),
    "nso": Cues(
        scripts="Latn",
        sure="ntle aowa",
        phrases=r"\b(?:ga (?:se|go|ba|ke|a|di|e|re|le|wa|ya|ka|lo|bo|na)(?: (?:se|na|a|ka|no|nang))?\b"
        r"|ka ntle (?:le|ga)\b|o (?:se|ka se)\b|ka se\b|(?:e|go|di|ba|a|o|ke|re|le|bo|wa|ya) sa\b|se (?:ke"
        r"|ka)\b|(?:e|ba|di|go) se\b|sego\b)",
        idioms=r"\b(?:e sego fela\b|goba (?:aowa|bjang)\b)",
    ),
    "tsn": Cues(
        scripts="Latn",
        sure="se sa seng senang kwantle",
        phrases=r"\b(?:ga (?=(?:go|a|ba|ke|re|le|di|e|o|se|lo|bo|gona) )(?:(?:go|a|ba|ke|re|le|di|e|o|se|lo|bo) )"
        r"|kwa ?ntle (?:le|ga)\b)",
        idioms=r"\be seng fela\b",
    ),
    "sot": Cues(
        scripts="Latn",
        sure="se sa seng tjhe che kantle",
        phrases=r"\b(?:ha (?=(?:ho|a|ba|ke|re|le|di|li|e|o|se|lo|bo) )(?:(?:ho|a|ba|ke|re|le|di|li|e|o|se|lo|bo) )"
        r"|ka ?ntle le\b)",
        idioms=r"\b(?:e seng feela\b|e seng fela\b)",
    ),
    "yor": Cues(
        scripts="Latn",
        sure="kò kọ̀ kì kìí kíì kìi láì láìsí láìní kòsí kòní kòsọ́ máṣe má bẹ́ẹ̀kọ́ ò àìsí àìní aláìní àìmọ̀ "
        "kogbọdọ̀ koní kosi kole ko ki laisi lai ma mase aìsí láìjẹ́ aláìṣẹ̀ kìkìí àìdọ́gba",
        concord="rárá",
        soft="kó",  # to carry, more often
        forms="(?:lá|là|la|a|alá|ala|à)ì(?!y[eé])[a-zẹọṣ̀́àáèéìíòóùúǹńḿ]{2,}|ki[ìí]",
        not_forms="àìkú|aiku",
        phrases=r"\b(?:k[iìí] ?í\b|kò (?:sí|ní|gbọdọ̀)\b|má ṣe\b|ko (?:si|ni|gbọdọ)\b|ma ṣe\b|láì (?:sí|ní|ṣe|fi)\b"
        r"|lai (?:si|ni|ṣe|fi)\b)",
        idioms=r"\b(?:kì í ṣe (?:\S+ ){0,3}nìkan\b|tàbí (?:bẹ́ẹ̀kọ́|rárá)\b|kò sí (?:iyèméjì|tàbí)\b|kó (?=(?:àwọn|ọjà"
        r"|ẹrù|jọ|ara)\b)|ki (?=(?:o|ó|a|á|won|wọn|i le|olukuluku|gbogbo|awọn|ijọba|orilẹ|ẹni|eniyan"
        r"|olúkúlùkù|ènìyàn|gbogbo|àwọn)\b)|ma (?=ṣe (?:é|iṣẹ))|má a\b|ko (?:ara|gbogbo|awọn)\b|ma (?:n"
        r"|ń)\b)",
    ),
    "ibo": Cues(
        scripts="Latn",
        sure="mba enweghị abụghị adịghị e'nweghi abughi enweghi adighi ọdịghị ọbụghị ekwesịghị agaghị agaghi "
        "ekwesighi kwesighi kwesịghị gaghị",
        soft="ezighi",
        forms="(?:na-|ka-)?[a-zịọụñṅ'-]{2,}(?:gh[iị]|kw?agh[iị])|[a-zịọụ]+(?:kwaghị|beghị|taghị|rịghị|taghi|beghi)",
        not_forms="nghi.*|ghi|aghi",
        idioms=r"\b(?:ọ bụghị (?:naanị|sọọsọ)\b|ma ọ bụ mba\b|ma ọ bụghị\b)",
    ),
    "som": Cues(
        scripts="Latn",
        sure="ma aan la'aan maaha maya lama cidna looma laguma mana ahayn aanay aanu aanad aanan aaney uusan ayan "
        "ayna inayna mayso malaha aanla la'aanteed lamana laaan",
        concord="marnaba cidna weligeed waligood",
        forms="(?:aan|uus|ays|aad|ays)an|[a-z]+la'aan[a-z]*",
        idioms=r"\b(?:mise ma\b|ma aha oo keliya\b|haddii kale\b)",
        last=True,
    ),
    "gaz": Cues(
        scripts="Latn",
        sure="miti mitti hinqabu hinqaban dhowwaadha hindanda'u hinjiru hinta'u hin lakki hindandeenye dhorkaadha "
        "hinqabne",
        concord="tokkollee eenyumtu eenyuyyuu homaa",
        forms="hin[a-z']{3,}(?<!hinga)|[a-z]+(?:miti|mitti)|osoo_hin.+|[a-z']+maleessa",
        not_forms="hinsa",
        soft_phrases=r"\bmalee\b",
        idioms=r"\b(?:qofa (?:otuu hin taane|miti)\b|miti moo\b)",
        last=True,
    ),
    "twi": Cues(
        scripts="Latn",
        sure="nni nnyɛ enni onni ɛnni wonni nntumi ntumi ɛnsɛ nsɛ nnyɛɛ ɛnyɛɛ nnim onnya ennyɛ ɔnni yɛnni onnyi "
        "nnyi ɛnse ennyi dabi nnya",
        concord="hwee mfa mma mfi",
        forms="(?:wɔ|wo|ɔ|o|ɛ|me|yɛ)?re(?:n|m)[a-zɛɔ]{2,}|(?:ɛ|ɔ|wɔ|wo|e|o)(?:mm|nn|nk|nt|mp|ns|nh|ny"
        "|mf)[a-zɛɔ]{1,}|nn[a-zɛɔ]{2,}",
        not_forms="ɔman.*|wɔnn?|nnipa|nneɛma|nnwuma|nnuan|nnoɔma|nnyina|ɔmma|nnye",
        phrases=r"\bobi(?:ara| biara) (?:nni|nnya)\b",
    ),
    "wol": Cues(
        scripts="Latn",
        sure="du amul baña bañ duñu duma warul dul duñ bul buñu duleen warula amuñu manul kenn",
        concord="dara kenn mukk",
        forms="[a-zàéëñŋó]{2,}(?:ul|uñu|uma|uleen|uloo|unu)",
        not_forms="réew.*|askan.*",
    ),
    "bam": Cues(
        scripts="Latn",
        sure="tɛ ma kana t'a te t' tɛna tena man kan'a ma' bali",
        concord="si foyi",
        phrases=r"\bsi (?:tɛ|te|ma|kana|man)\b",
    ),
    "bem": Cues(
        scripts="Latn",
        sure="te takuli tapali ukwabula awe tabafwile tafwile tatu",
        forms="ta(?:ku|pa|ba|a|tu|mu|li|fi|ci|i|u|lu|ka|bu)[a-z]{2,}|[a-z]{0,3}sha[a-z]{3,}|uku(?:bula|shi)[a-z]*",
        not_forms="tata.*|tamaka.*",
    ),
}  # fmt: skip
CUES |= dict.fromkeys(
    (
        "ary",
        "apc",
        "ajp",
        "acm",
        "afb",
        "ars",
        "aeb",
        "arq",
        "ayl",
        "acq",
        "apd",
    ),
    CUES["arz"],
)
