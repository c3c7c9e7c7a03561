"""Examples for base models: passages with questions and answers, written for Glotmill.

No native speaker has read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """A passage and what is asked about it.

    Args:
        passage: one line.
        question: that the passage answers.
        answer: of the question.
        depth: a question that goes on from the answer.
        breadth: a question about something else near it.
    """

    passage: str
    question: str
    answer: str
    depth: str
    breadth: str


SHOTS: Mapping[str, tuple[Shot, ...]] = {
    "eng_Latn": (
        Shot(
            "In Whitby the fishing boats are blessed on the first Sunday of May. The boats leave the harbour one after "
            "another, and each captain throws a wreath into the sea.",
            "What do captains in Whitby throw into the sea when the boats are blessed?",
            "Each captain throws a wreath into the sea on the first Sunday of May, when the fishing boats are blessed.",
            "Why do the captains throw a wreath and nothing else?",
            "Which other customs do fishing towns near Whitby keep in spring?",
        ),
        Shot(
            "Laverbread is made from seaweed that is boiled for six hours. In Swansea it is eaten for breakfast with "
            "cockles and bacon.",
            "How is laverbread eaten in Swansea?",
            "In Swansea laverbread is eaten for breakfast, with cockles and bacon.",
            "Why does the seaweed for laverbread have to be boiled so long?",
            "What else do people in Swansea cook with cockles?",
        ),
    ),
    "fra_Latn": (
        Shot(
            "À Dunkerque, les pêcheurs fêtaient leur départ pour l'Islande par un carnaval. Aujourd'hui encore, le "
            "maire jette des harengs du balcon de l'hôtel de ville.",
            "Que jette le maire de Dunkerque du balcon pendant le carnaval ?",
            "Pendant le carnaval, le maire de Dunkerque jette des harengs du balcon de l'hôtel de ville.",
            "Pourquoi jette-t-on des harengs à Dunkerque et non un autre poisson ?",
            "Quels chants entend-on dans les rues de Dunkerque pendant le carnaval ?",
        ),
        Shot(
            "Le kouglof d'Alsace cuit dans un moule en terre de Soufflenheim. On le mange le dimanche matin, avec des "
            "amandes sur le dessus.",
            "Dans quel moule cuit-on le kouglof en Alsace ?",
            "En Alsace, le kouglof cuit dans un moule en terre de Soufflenheim.",
            "Qu'est-ce qu'un moule en terre change à la cuisson du kouglof ?",
            "Quels autres gâteaux mange-t-on le dimanche en Alsace ?",
        ),
    ),
    "spa_Latn": (
        Shot(
            "En Alcoy, los Reyes Magos llegan la tarde del 5 de enero. Sus pajes suben con escaleras de madera a los "
            "balcones para dejar los regalos.",
            "¿Cómo suben los pajes a los balcones de Alcoy el 5 de enero?",
            "Los pajes suben a los balcones de Alcoy con escaleras de madera, para dejar los regalos.",
            "¿Por qué los pajes de Alcoy dejan los regalos en los balcones y no en la puerta?",
            "¿Qué dulces se comen en Alcoy la noche de Reyes?",
        ),
        Shot(
            "En Oaxaca el mole negro lleva chile chilhuacle, que se tuesta hasta que casi se quema. Se sirve en bodas "
            "y el Día de Muertos.",
            "¿Qué chile lleva el mole negro de Oaxaca?",
            "El mole negro de Oaxaca lleva chile chilhuacle, que se tuesta hasta que casi se quema.",
            "¿Qué sabor da el chile chilhuacle tostado al mole?",
            "¿Qué otros platos se sirven en las bodas de Oaxaca?",
        ),
    ),
    "deu_Latn": (
        Shot(
            "In Kaufbeuren feiern Kinder im Juli das Tänzelfest. Rund 1600 Kinder ziehen in Kleidern früherer "
            "Jahrhunderte durch die Altstadt.",
            "Was tragen die Kinder beim Tänzelfest in Kaufbeuren?",
            "Beim Tänzelfest in Kaufbeuren tragen die Kinder Kleider früherer Jahrhunderte.",
            "Wer näht die Kleider für das Tänzelfest?",
            "Welche anderen Kinderfeste gibt es im Allgäu?",
        ),
        Shot(
            "In Ostfriesland trinkt man Tee mit Kluntje und Sahne. Die Sahne wird am Rand der Tasse eingegossen und "
            "nicht umgerührt.",
            "Wie gießt man in Ostfriesland die Sahne in den Tee?",
            "In Ostfriesland gießt man die Sahne am Rand der Tasse ein und rührt sie nicht um.",
            "Warum rührt man in Ostfriesland den Tee nicht um?",
            "Welches Gebäck isst man in Ostfriesland zum Tee?",
        ),
    ),
    "rus_Cyrl": (
        Shot(
            "В Вологде кружево плетут на коклюшках из берёзы. Мастерица прикалывает рисунок к круглой подушке, набитой "
            "опилками.",
            "Из какого дерева в Вологде делают коклюшки для кружева?",
            "В Вологде коклюшки для кружева делают из берёзы.",
            "Почему для коклюшек берут именно берёзу?",
            "Какие ещё ремёсла известны в Вологде?",
        ),
        Shot(
            "Поморы пекли козули к Рождеству из ржаного теста. Фигурки оленей и рыб дарили детям, которые пели у "
            "дверей.",
            "Кому поморы дарили козули на Рождество?",
            "Поморы дарили козули детям, которые пели у дверей на Рождество.",
            "Почему козули пекли в виде оленей и рыб?",
            "Что ещё поморы готовили из ржаного теста?",
        ),
    ),
    "arb_Arab": (
        Shot(
            "في نابلس تصنع الكنافة من الجبن الأبيض والعجين الناعم، وتسقى بالقطر وهي ساخنة. يأكلها الناس صباح يوم "
            "الجمعة.",
            "متى يأكل الناس الكنافة في نابلس؟",
            "يأكل الناس الكنافة في نابلس صباح يوم الجمعة.",
            "لماذا تسقى الكنافة بالقطر وهي ساخنة؟",
            "ما الحلويات الأخرى المشهورة في نابلس؟",
        ),
        Shot(
            "في واحة سيوة تبنى البيوت من الكرشيف، وهو طين مخلوط بالملح من البحيرة. تبقى البيوت باردة في الصيف.",
            "من ماذا تبنى البيوت في واحة سيوة؟",
            "تبنى البيوت في واحة سيوة من الكرشيف، وهو طين مخلوط بالملح.",
            "كيف يجعل الملح البيوت باردة في الصيف؟",
            "ما الأشجار التي يزرعها أهل واحة سيوة؟",
        ),
    ),
    "hin_Deva": (
        Shot(
            "सोनपुर का मेला कार्तिक पूर्णिमा से शुरू होता है और गंगा के किनारे लगता है। यहाँ लोग घोड़े और गाय खरीदते हैं।",
            "सोनपुर का मेला किस दिन से शुरू होता है?",
            "सोनपुर का मेला कार्तिक पूर्णिमा से शुरू होता है।",
            "सोनपुर का मेला कार्तिक पूर्णिमा से ही क्यों शुरू होता है?",
            "बिहार में और कौन से मेले लगते हैं?",
        ),
        Shot(
            "बनारस में बुनकर ज़री की साड़ी हथकरघे पर बुनते हैं। एक साड़ी बुनने में 15 दिन लगते हैं।",
            "बनारस में एक ज़री की साड़ी बुनने में कितने दिन लगते हैं?",
            "बनारस में एक ज़री की साड़ी बुनने में 15 दिन लगते हैं।",
            "एक साड़ी बुनने में इतने दिन क्यों लगते हैं?",
            "बनारस में बुनकर और क्या बुनते हैं?",
        ),
    ),
    "tha_Thai": (
        Shot(
            "ที่จังหวัดเลยมีงานผีตาโขนในเดือนมิถุนายน ชาวบ้านทำหน้ากากจากหวดนึ่งข้าวเหนียวและทางมะพร้าว แล้วเดินแห่ไปรอบหมู่บ้าน",
            "หน้ากากผีตาโขนที่จังหวัดเลยทำจากอะไร",
            "หน้ากากผีตาโขนที่จังหวัดเลยทำจากหวดนึ่งข้าวเหนียวและทางมะพร้าว",
            "ทำไมชาวบ้านจึงใช้หวดนึ่งข้าวเหนียวทำหน้ากาก",
            "จังหวัดเลยมีงานประเพณีอะไรอีก",
        ),
        Shot(
            "ข้าวแช่เป็นอาหารของคนมอญที่เพชรบุรี กินในหน้าร้อน ข้าวแช่ในน้ำลอยดอกมะลิและกินกับลูกกะปิทอด",
            "คนมอญที่เพชรบุรีกินข้าวแช่ในหน้าอะไร",
            "คนมอญที่เพชรบุรีกินข้าวแช่ในหน้าร้อน",
            "ทำไมต้องลอยดอกมะลิในน้ำข้าวแช่",
            "คนเพชรบุรีกินอาหารอะไรอีกในหน้าร้อน",
        ),
    ),
    "jpn_Jpan": (
        Shot(
            "秋田の竿燈まつりでは、46個の提灯をつけた竹竿を手のひらや額にのせる。祭りは8月の初めに四日間続く。",
            "秋田の竿燈まつりでは竹竿にいくつの提灯をつけますか。",
            "秋田の竿燈まつりでは、竹竿に46個の提灯をつけます。",
            "竹竿を額にのせるのはなぜですか。",
            "秋田には夏にほかにどんな祭りがありますか。",
        ),
        Shot(
            "高知ではかつおを藁の火であぶり、厚く切って塩とにんにくで食べる。春のかつおは初がつおと呼ばれる。",
            "高知ではかつおを何の火であぶりますか。",
            "高知ではかつおを藁の火であぶります。",
            "藁の火であぶると味はどう変わりますか。",
            "高知では春にほかに何を食べますか。",
        ),
    ),
    "zho_Hans": (
        Shot(
            "绍兴的乌篷船用脚划桨，船篷用竹片编成，再涂上黑色的桐油。清晨人们坐船去柯桥赶集。",
            "绍兴的乌篷船用什么划桨？",
            "绍兴的乌篷船用脚划桨。",
            "为什么绍兴的船夫用脚划桨？",
            "绍兴人坐船去哪些地方？",
        ),
        Shot(
            "在自贡，人们从深井里打卤水煮盐。燊海井深1001米，挖了13年。",
            "自贡的燊海井挖了多少年？",
            "自贡的燊海井挖了13年。",
            "人们怎么挖这么深的井？",
            "自贡还有哪些有名的东西？",
        ),
    ),
    "swh_Latn": (
        Shot(
            "Kisiwani Lamu watu hushindana kwa punda katika siku za Maulidi. Mshindi hupewa zawadi na kusherehekewa na "
            "mji mzima.",
            "Watu wa Lamu hushindana kwa mnyama gani katika siku za Maulidi?",
            "Watu wa Lamu hushindana kwa punda katika siku za Maulidi.",
            "Kwa nini watu wa Lamu hutumia punda?",
            "Kuna sherehe gani nyingine kisiwani Lamu?",
        ),
        Shot(
            "Mafundi wa Zanzibar huchonga milango kwa mbao za mvule. Milango hiyo hupambwa kwa misumari ya shaba.",
            "Milango ya Zanzibar huchongwa kwa mbao gani?",
            "Milango ya Zanzibar huchongwa kwa mbao za mvule.",
            "Kwa nini milango ya Zanzibar hupambwa kwa misumari ya shaba?",
            "Mafundi wa Zanzibar huchonga vitu gani vingine?",
        ),
    ),
    "yor_Latn": (
        Shot(
            "Ní ìlú Òṣogbo, àwọn ènìyàn ń ṣe ọdún Ọ̀ṣun ní oṣù kẹjọ. Arugbá máa ń gbé igbá lọ sí odò Ọ̀ṣun.",
            "Ta ni ó máa ń gbé igbá lọ sí odò Ọ̀ṣun?",
            "Arugbá ni ó máa ń gbé igbá lọ sí odò Ọ̀ṣun ní ìlú Òṣogbo.",
            "Kí ni ó wà nínú igbá tí Arugbá máa ń gbé?",
            "Àwọn ọdún wo ni wọ́n tún máa ń ṣe ní Òṣogbo?",
        ),
    ),
    "amh_Ethi": (
        Shot(
            "በጎንደር የጥምቀት በዓል በጥር ይከበራል። ሰዎች ነጭ ልብስ ለብሰው ወደ ፋሲል መዋኛ ይሄዳሉ።",
            "በጎንደር የጥምቀት በዓል መቼ ይከበራል?",
            "በጎንደር የጥምቀት በዓል በጥር ይከበራል።",
            "ሰዎች በጥምቀት በዓል ነጭ ልብስ ለምን ይለብሳሉ?",
            "በጎንደር ሌላ ምን በዓል ይከበራል?",
        ),
    ),
}
