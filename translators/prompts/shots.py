"""Examples for the few-shot prompts, written for Glotmill.

`SENTENCES` says the same six things in every language, so that any two of its languages make a set of pairs. They
show what prompts are like: orders, questions, a number, a decimal, a negation.
"""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "eng_Latn": (
        "Write a short letter to a friend who has moved to another city.",
        "Name 5 birds that live near rivers and describe each of them in one sentence.",
        "Why do leaves fall in autumn? Explain it to a child.",
        "Plan a walk of 3 hours for my grandparents, but do not choose a steep path.",
        "Help me to say thank you for a present that I did not like.",
        "How much do 4 tickets cost if one ticket costs 12.50?",
    ),
    "fra_Latn": (
        "Écris une courte lettre à un ami qui a déménagé dans une autre ville.",
        "Nomme 5 oiseaux qui vivent près des rivières et décris chacun d'eux en une phrase.",
        "Pourquoi les feuilles tombent-elles en automne ? Explique-le à un enfant.",
        "Prévois une promenade de 3 heures pour mes grands-parents, mais ne choisis pas de chemin raide.",
        "Aide-moi à dire merci pour un cadeau qui ne m'a pas plu.",
        "Combien coûtent 4 billets si un billet coûte 12,50 ?",
    ),
    "spa_Latn": (
        "Escribe una carta breve a un amigo que se ha mudado a otra ciudad.",
        "Nombra 5 aves que vivan cerca de los ríos y describe cada una en una frase.",
        "¿Por qué caen las hojas en otoño? Explícaselo a un niño.",
        "Planea un paseo de 3 horas para mis abuelos, pero no elijas un camino empinado.",
        "Ayúdame a dar las gracias por un regalo que no me gustó.",
        "¿Cuánto cuestan 4 entradas si una entrada cuesta 12,50?",
    ),
    "deu_Latn": (
        "Schreibe einen kurzen Brief an einen Freund, der in eine andere Stadt gezogen ist.",
        "Nenne 5 Vögel, die an Flüssen leben, und beschreibe jeden von ihnen in einem Satz.",
        "Warum fallen im Herbst die Blätter? Erkläre es einem Kind.",
        "Plane einen Spaziergang von 3 Stunden für meine Großeltern, aber wähle keinen steilen Weg.",
        "Hilf mir, mich für ein Geschenk zu bedanken, das mir nicht gefallen hat.",
        "Wie viel kosten 4 Karten, wenn eine Karte 12,50 kostet?",
    ),
    "por_Latn": (
        "Escreva uma carta curta a um amigo que se mudou para outra cidade.",
        "Cite 5 aves que vivem perto de rios e descreva cada uma delas em uma frase.",
        "Por que as folhas caem no outono? Explique isso a uma criança.",
        "Planeje um passeio de 3 horas para os meus avós, mas não escolha um caminho íngreme.",
        "Ajude-me a agradecer por um presente de que eu não gostei.",
        "Quanto custam 4 ingressos se um ingresso custa 12,50?",
    ),
    "rus_Cyrl": (
        "Напиши короткое письмо другу, который переехал в другой город.",
        "Назови 5 птиц, которые живут у рек, и опиши каждую из них одним предложением.",
        "Почему осенью опадают листья? Объясни это ребёнку.",
        "Составь план прогулки на 3 часа для моих бабушки и дедушки, но не выбирай крутую тропу.",
        "Помоги мне поблагодарить за подарок, который мне не понравился.",
        "Сколько стоят 4 билета, если один билет стоит 12,50?",
    ),
    "hin_Deva": (
        "दूसरे शहर में रहने चले गए एक दोस्त को एक छोटा पत्र लिखो।",
        "नदियों के पास रहने वाले 5 पक्षियों के नाम बताओ और हर एक का एक वाक्य में वर्णन करो।",
        "पतझड़ में पत्ते क्यों गिरते हैं? यह एक बच्चे को समझाओ।",
        "मेरे दादा-दादी के लिए 3 घंटे की सैर की योजना बनाओ, लेकिन खड़ी चढ़ाई वाला रास्ता मत चुनो।",
        "जो उपहार मुझे पसंद नहीं आया, उसके लिए धन्यवाद कहने में मेरी मदद करो।",
        "अगर एक टिकट की कीमत 12.50 है, तो 4 टिकटों की कीमत कितनी होगी?",
    ),
    "arb_Arab": (
        "اكتب رسالة قصيرة إلى صديق انتقل إلى مدينة أخرى.",
        "اذكر 5 طيور تعيش قرب الأنهار وصف كل واحد منها في جملة واحدة.",
        "لماذا تتساقط الأوراق في الخريف؟ اشرح ذلك لطفل.",
        "خطط لنزهة مدتها 3 ساعات لجدي وجدتي، لكن لا تختر طريقا شديد الانحدار.",
        "ساعدني في قول شكرا على هدية لم تعجبني.",
        "كم تكلف 4 تذاكر إذا كانت التذكرة الواحدة تكلف 12.50؟",
    ),
    "jpn_Jpan": (
        "別の町に引っ越した友人に短い手紙を書いてください。",
        "川の近くにすむ鳥を5種類挙げ、それぞれを一文で説明してください。",
        "秋になるとなぜ葉が落ちるのですか。子どもにわかるように説明してください。",
        "祖父母のために3時間の散歩を計画してください。ただし、急な坂道は選ばないでください。",
        "気に入らなかった贈り物にお礼を言うのを手伝ってください。",
        "切符1枚が12.50のとき、4枚ではいくらになりますか。",
    ),
    "zho_Hans": (
        "给一位搬到别的城市的朋友写一封简短的信。",
        "说出5种生活在河边的鸟，并用一句话描述每一种。",
        "秋天树叶为什么会落下？请给一个孩子解释一下。",
        "为我的祖父母安排一次3小时的散步，但不要选择陡峭的路。",
        "帮我为一份我不喜欢的礼物道谢。",
        "如果一张票12.50，那么4张票要多少钱？",
    ),
    "tha_Thai": (
        "เขียนจดหมายสั้น ๆ ถึงเพื่อนที่ย้ายไปอยู่เมืองอื่น",
        "บอกชื่อนก 5 ชนิดที่อาศัยอยู่ใกล้แม่น้ำ และอธิบายแต่ละชนิดในหนึ่งประโยค",
        "ทำไมใบไม้จึงร่วงในฤดูใบไม้ร่วง อธิบายให้เด็กฟัง",
        "วางแผนเดินเล่น 3 ชั่วโมงให้ปู่ย่าของฉัน แต่อย่าเลือกทางที่ชัน",
        "ช่วยฉันกล่าวขอบคุณสำหรับของขวัญที่ฉันไม่ชอบ",
        "ตั๋ว 4 ใบราคาเท่าไร ถ้าตั๋วหนึ่งใบราคา 12.50",
    ),
    "swh_Latn": (
        "Andika barua fupi kwa rafiki aliyehamia mji mwingine.",
        "Taja ndege 5 wanaoishi karibu na mito na ueleze kila mmoja kwa sentensi moja.",
        "Kwa nini majani huanguka wakati wa vuli? Mweleze mtoto.",
        "Panga matembezi ya saa 3 kwa babu na bibi yangu, lakini usichague njia yenye mwinuko mkali.",
        "Nisaidie kusema asante kwa zawadi ambayo sikuipenda.",
        "Tiketi 4 zinagharimu kiasi gani ikiwa tiketi moja inagharimu 12.50?",
    ),
    "yor_Latn": (
        "Kọ lẹ́tà kúkúrú sí ọ̀rẹ́ kan tí ó kó lọ sí ìlú mìíràn.",
        "Dárúkọ ẹyẹ 5 tí ó ń gbé nítòsí odò, kí o sì ṣàpèjúwe ọ̀kọ̀ọ̀kan nínú gbólóhùn kan.",
        "Kí ló dé tí ewé fi ń jábọ́ ní ìgbà ìwọ́wé? Ṣàlàyé rẹ̀ fún ọmọdé kan.",
        "Ṣètò ìrìn wákàtí 3 fún àwọn òbí mi àgbà, ṣùgbọ́n má ṣe yan ọ̀nà tí ó ga sókè gan-an.",
        "Ràn mí lọ́wọ́ láti dúpẹ́ fún ẹ̀bùn kan tí n kò fẹ́ràn.",
        "Èló ni tíkẹ́ẹ̀tì 4 tí tíkẹ́ẹ̀tì kan bá jẹ́ 12.50?",
    ),
    "amh_Ethi": (
        "ወደ ሌላ ከተማ ለተዛወረ ጓደኛ አጭር ደብዳቤ ጻፍ።",
        "በወንዞች አቅራቢያ የሚኖሩ 5 ወፎችን ጥቀስና እያንዳንዳቸውን በአንድ ዓረፍተ ነገር ግለጽ።",
        "በበልግ ቅጠሎች ለምን ይረግፋሉ? ለልጅ አስረዳ።",
        "ለአያቶቼ የ3 ሰዓት የእግር ጉዞ አቅድ፣ ነገር ግን ዳገታማ መንገድ አትምረጥ።",
        "ላልወደድኩት ስጦታ አመሰግናለሁ እንድል እርዳኝ።",
        "አንድ ትኬት 12.50 ከሆነ 4 ትኬቶች ስንት ያስከፍላሉ?",
    ),
}

REWRITES: Mapping[str, Mapping[str, tuple[Pair, ...]]] = {
    "naturalness": {
        "eng_Latn": (
            (
                "Make to me the list of the 4 things to bring for the camping.",
                "List 4 things I should bring on a camping trip.",
            ),
            ("Explain me how it functions, the bicycle pump.", "Explain how a bicycle pump works."),
            ("Which are the manners to not forget the names?", "How can I stop forgetting people's names?"),
        ),
        "fra_Latn": (
            (
                "Donne à moi 4 choses d'apporter pour un voyage de camping.",
                "Cite-moi 4 choses à emporter pour partir camper.",
            ),
            ("Explique comment une pompe de vélo travaille.", "Explique comment fonctionne une pompe à vélo."),
            ("Comment je peux arrêter d'oublier les noms de gens ?", "Comment ne plus oublier le nom des gens ?"),
        ),
        "spa_Latn": (
            (
                "Lista 4 cosas yo debo traer en un viaje de acampar.",
                "Dime 4 cosas que debo llevar para ir de acampada.",
            ),
            ("Explica cómo una bomba de bicicleta trabaja.", "Explica cómo funciona una bomba de bicicleta."),
            (
                "¿Cómo puedo parar de olvidar los nombres de gente?",
                "¿Cómo hago para no olvidar los nombres de las personas?",
            ),
        ),
    },
    "culture": {
        "eng_Latn": (
            ("Write a card for the Moon Festival.", "Write a card for Thanksgiving."),
            ("How many kilometres is it from Lyon to Paris?", "How many miles is it from Manchester to London?"),
            ("Give me a recipe for a picnic with onigiri.", "Give me a recipe for a picnic with sandwiches."),
        ),
        "fra_Latn": (
            ("Écris une carte pour Thanksgiving.", "Écris une carte pour la galette des Rois."),
            ("Combien de miles y a-t-il de Manchester à Londres ?", "Combien de kilomètres y a-t-il de Lyon à Paris ?"),
            ("Donne-moi une recette de cornbread pour dimanche.", "Donne-moi une recette de quiche pour dimanche."),
        ),
        "spa_Latn": (
            ("Escribe una tarjeta para Thanksgiving.", "Escribe una tarjeta para el Día de Reyes."),
            ("¿Cuántas millas hay de Manchester a Londres?", "¿Cuántos kilómetros hay de Sevilla a Madrid?"),
            (
                "Dame una receta de cornbread para el domingo.",
                "Dame una receta de tortilla de patatas para el domingo.",
            ),
        ),
    },
    "difficulty": {
        "eng_Latn": (
            (
                "Name 3 animals that live in the desert.",
                "Name 3 animals that live in the desert, explain how each finds water, and which fears drought most.",
            ),
            (
                "Plan a birthday party for a child.",
                "Plan a birthday party for 8 children in a small flat, without nuts, and on a rainy day.",
            ),
            (
                "Why do ships float?",
                "Why do steel ships float although steel sinks, and what changes when one goes out to sea?",
            ),
        ),
        "fra_Latn": (
            (
                "Nomme 3 animaux qui vivent dans le désert.",
                "Nomme 3 animaux du désert, explique comment chacun trouve de l'eau et lequel craint la sécheresse.",
            ),
            (
                "Organise un anniversaire pour un enfant.",
                "Organise un anniversaire pour 8 enfants dans un petit appartement, sans noix et sous la pluie.",
            ),
        ),
        "spa_Latn": (
            (
                "Nombra 3 animales que viven en el desierto.",
                "Nombra 3 animales del desierto, explica cómo halla agua cada uno y di cuál teme más la sequía.",
            ),
            (
                "Organiza un cumpleaños para un niño.",
                "Organiza un cumpleaños para 8 niños en un piso pequeño, sin nueces y en un día de lluvia.",
            ),
        ),
    },
}
