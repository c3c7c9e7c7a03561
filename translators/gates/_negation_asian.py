"""How the languages of East and South-East Asia and the Pacific negate, many of which write no spaces."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "zho": Cues(
        scripts="Hans Hant Hani",
        phrases="[不没沒](?![同断斷久少过過仅僅管论論但止妨然愧料禁锈鏽])|无法|無法|(?:无"
        "|無)(?![论論疑所谓謂锡錫线線限数數意形辜聊障])|(?<![是越除])非(?![常洲但得法凡])|未(?![来來婚])"
        "|否(?![则則])(?<![是能可与與]否)|勿|别(?![人的处處])|毋|禁止|严禁|嚴禁|免(?![费費])",
        soft_phrases="無效|无效|非法|失败|失敗|除非|未知|免费|免費|无线|無線|无限|無限|不同"
        "|非(?=[零空标標线線交自])",
        idioms="[不没]只|不[仅僅單单]|不但|不得不|不能不|不[断斷][地的]?|不[久少]|不[过過](?!滤|濾|期|程)|不管"
        "|不[论論]|无论|無論|是不是|能不能|会不会|會不會|可不可以|要不要|有没有|有沒有|对不起|對不起|差不多"
        "|不好意思|是否|能否|可否|与否|與否|否则|否則|非常|分[别別]|特[别別]|级[别別]|級別|类[别別]|類別"
        "|性[别別]|[识識][别別]|区[别別]|區別|[个個][别別]|[别別]名|[别別]的|[别別]人|[辨鉴鑑][别別]"
        "|未[来來]|不妨|不然|毫无疑问|毫無疑問|非洲|无非|要不|[从從]而不|(?:直|等)到[^，。；]{0,12}[不没]再"
        "|沒收|没收|淹没|埋没|沉没|沒落|[与與]众不同|不锈|不銹|不鏽|无所谓|免疫|避免|免得|以免|除非|不一"
        "|不止|[参參]差不[齐齊]|(?<=或)不(?=[^，。]{0,3}(?:的|，|。|$))",
        triggers="不 没 沒 无 無 非 未 否 勿 别 毋 禁 免",
    ),
    "lzh": Cues(
        scripts="Hant Hans",
        phrases="[不無无未非勿莫毋弗否](?![常])",
        soft_phrases="失|誤|误|禁",
        idioms="不但|不亦[^。]{0,4}乎|無論|无论|是否|莫不|非但|無不",
        triggers="不 無 无 未 非 勿 莫 毋 弗 否",
    ),
    "yue": Cues(
        scripts="Hant Hans",
        phrases="唔|冇|[不無无未非](?![同断斷久少論论但常])|勿|咪(?!高)|禁止|无法|無法|沒有|没有|否認",
        soft_phrases="無效|无效|非法|錯誤|失敗|除非|未知",
        idioms="不只|不[仅僅]|不但|不得不|唔好意思|唔該|[係系]唔[係系]|有冇|無論|无论|是否|能否|可否|否则|否則"
        "|非常|未[来來]|唔單止|除非",
        triggers="唔 冇 不 無 无 未 非 勿 咪 禁 没 沒 否",
    ),
    "wuu": Cues(
        scripts="Hans Hant",
        phrases="[不勿弗没沒無无未非呒](?![论論但常仅])|覅|呒没",
        idioms="不仅|不但|无论|無論|是否|非常|未来",
        triggers="不 勿 弗 没 沒 無 无 未 非 呒 覅",
    ),
    "gan": Cues(
        scripts="Hans Hant",
        phrases="[不冇无無未非莫](?![论論但常仅])|冇有",
        idioms="不仅|不但|无论|無論|是否|非常|未来",
        triggers="不 冇 无 無 未 非 莫",
    ),
    "hsn": Cues(
        scripts="Hans Hant",
        phrases="[不冇无無未非莫冒](?![论論但常仅])",
        idioms="不仅|不但|无论|無論|是否|非常|未来",
        triggers="不 冇 无 無 未 非 莫 冒",
    ),
    "hak": Cues(
        scripts="Hans Hant",
        phrases="[不唔毋無无未非莫](?![论論但常仅])|冇",
        idioms="不仅|不但|无论|無論|是否|非常|未来",
        triggers="不 唔 毋 無 无 未 非 莫 冇",
    ),
    "nan": Cues(
        scripts="Hans Hant",
        phrases="[不毋無无未非莫](?![论論但常仅])|袂|免(?!費)|𣍐",
        idioms="不仅|不但|无论|無論|是否|非常|未来",
        triggers="不 毋 無 无 未 非 莫 袂 免 𣍐",
    ),
    "jpn": Cues(
        scripts="Jpan",
        phrases="な(?:い(?![でとよがしたま])|かっ|く(?!す)|けれ|ければ|いで|いと|いよう|いが|いし|いた|いまま)"
        "|(?<=[あかさたなまられわじべえけせてねめれきしちにみりび来出せ見])(?:ず(?:に|、|。|$|とも|、)"
        r"|ない)|ません|(?<=[ん])ず|ぬ(?=[。、」])|(?<!わず)無い|無し|なし(?=に|で|の|、|。|\)|）|$)|なく"
        "|禁[じず止]|不可能"
        "|出来ません|できません|できず|ではな|じゃな|もない|え[なぬ]い?",
        soft_phrases="(?:無|非|未|不(?!可能))(?![議事料線限常])|(?:サポート|対象|範囲|想定|圏|枠)外|例外|何もしなければ|なくな[らりるっれ]|ない限り|不足|不明|不要|無効|無視|失敗"
        "|誤[りった]|不正|不適|未知|無線|不安|不能|無意味"
        "|無関係|不便|非常|不在|無理|無用|ではなく|非[^常]|でなく",
        idioms="不透明|非常|未来|無地|(?:でも|ても|て|で)(?:構|かま)(?:いません|わない|わず)|申し?(?:訳|わけ)(?:あり|ござい)ません|申し?(?:訳|わけ)な"
        "[いく]|す[みい]ません|[素そ][気っ]け?な[いく]|素っ気な[いく]|とてつもな[いく]|とんでもな[いく]|とんでもありません|この上な[いく]|限りな[いく]"
        "|間違いな[いく]|何気な[いく]|さりげな[いく]|仕方な[いく]|しかたな[いく]|もったいな[いく]|つまらな[いく]|ほどなく|程なく|余儀なく|否応な[いく]"
        "|とりあえず|相変わらず|あいかわらず|絶えず|たえず|残らず|関係なく|関わりなく|かかわりなく|お?構いなく|ませんか|ではない(?:か|でしょうか)"
        "|ないわけに(?:は)?(?:いかない|いきません)|か(?:どうか|(?:そうで|そうじゃ|で)ないか|否か)|無料|無線|無限|なければ(?:なり|なら)(?:ない|ません)|なくては(?:なり|なら"
        "|いけ)(?:ない"
        "|ません)|なくてはなりません|ないと(?:いけない|いけません)|なければいけ(?:ない|ません)"
        "|なければならず|なくてはならず|ねばなら(?:ない|ず|ぬ)|ねばなりません|せざるを得(?:ない|ません)"
        "|だけで(?:は)?な(?:く|い)|のみならず|ばかりで(?:は)?なく|かもしれ(?:ない|ません)|かも知れ(?:ない"
        "|ません)|に(?:ほか|他|すぎ|過ぎ)(?:なら)?(?:ない|ません|なりません)|にすぎず|に過ぎず|ず(?:つ|っと"
        "|れ|ら)|必ず(?!しも)|ま(?:ず|ずは)|わずか|少な(?:い|く)|はず(?![にで]い)|みず|いず|少なくとも"
        "|まもなく|間もなく|問題なく|関わらず|かかわらず|拘らず|に限らず|を問わず|問わず|思わず|(?:少"
        "|すく)なから?ず|たいていない|違いない|違いありません|かどうか|(?:する|した|の)か(?:し)?ないか"
        "|しか(?![しもる])(?:[^。、]{0,20})(?:ない|ません|なかった)|切な|つなが?く?|繋な|やむを得ず|無事|おな|同な"
        "|行な(?:い|く|っ)|伴な|おこな(?:い|っ|く)|異な|重な|みな(?:し|す|さ)|こな|はな(?:し|す|れ)|話な"
        "|ともな(?:い|って)|な(?:くなく)|あぶない|危ない|絶え間な[くい]|滑らか|なお|なぜ|など|なる"
        "|なら(?!ない)|ながら|ながり",
        triggers="ない なか なく なけ なし ません ず ぬ 無 不 非 未 禁 えな",
        last=True,
    ),
    "kor": Cues(
        scripts="Hang",
        phrases="않|못(?!쓰|지않)|없(?!애|앴|앨)|아니(?:다|라|며|고|ㅂ|지|한|하|었|므|면|에|십)|아닌|아닙|아님"
        "|(?<![가-힣])안(?= ?(?:되|됩|돼|됨|하|합|함|한|할|해|나|나오|보|보이|쓰|열|맞|가|간|갈|걸|좋|써"
        "|들|읽|먹|됐|된|될|됐))|말(?=고(?: |$)|아야|라(?![가-힣])|것|지(?:어다)?|십시오|아라|아주)"
        "|지 ?마(?:십시오|세요|시오|라|시기|시고)|금지|(?<![가-힣])(?:미|비|불|무)(?=(?:지정|설정|지원"
        "|완성|등록|사용|승인|해결)(?:[가-힣]?)(?= |$))|불가능|지 ?말(?:고|아)|말라|아니(?:오|요)(?= |,|."
        "|$)",
        soft_phrases="잘못|실패|무효|불가(?!능)|부족|거부|올바르지|유효하지|비활성|(?<![가-힣])(?:불필요|불완전"
        "|불명|부정확|부적|무제한|무단|미지|비공개|불법|부당|무관|무선|비표준|비압축)|무료|모르|모릅"
        "|모름|이 아닌|가 아닌",
        idioms="뿐(?:만)? ?아니라|(?:뿐만이|뿐이) 아니라|않(?:을|는)까|아니면|어쩔 수 없이|하지 않으면 안 ?(?:되"
        "|됩|된)|지 않으면 안 ?(?:되|됩|된)|못지않|틀림없|끊임없|수많|상관없|관계없|다름없|변함없|적지 않"
        "|머지않|(?:인지|거나) 아닌지|(?:뿐|밖에)(?= 없)|수밖에 없|지 않을 수 없|않을 수 없|없애|만 아니라",
        triggers="않 못 없 아니 아닌 아닙 아님 안 말 지마 마십 마세 마시 금지 미 비 불 무",
        last=True,
    ),
    "vie": Cues(
        scripts="Latn",
        sure="không chẳng chả đừng chớ vô cấm hổng chưa",
        soft_phrases=r"\b(?:bất hợp|thất bại|vô hiệu|không hợp lệ|trừ khi|miễn phí|vô hạn|sai)\b",
        idioms=r"\b(?:không (?:chỉ|những|gian|độ|khí|quân|dây|kể)\b|(?:bằng|số|khác) không\b|hay không\b|(?:có"
        r"|hoặc) không\b(?=[?.,]|$)|hay chưa\b|vô (?:cùng|số|tuyến|tận|lý|địch|tình|danh|tội|hại)\b"
        r"|chẳng hạn\b|đi đâu\b|không thể không\b|nếu không(?:,| thì)|chưa kể\b|bất (?:kỳ|cứ|kì|động|ngờ"
        r"|thường|chấp)\b|hay là không\b)",
    ),
    "tha": Cues(
        scripts="Thai",
        phrases="ไม่(?!กี่)|มิ(?=ได้|ให้|ชอบ|ควร|อาจ|ใช่|พึง)|ห้าม|ไร้(?!สาย)|ปราศจาก|อย่า(?!ง)|ยังไม่"
        "|เปล่า(?!ประโยชน์)|โดยไม่"
        "|ไม่มี|ไม่สามารถ|หาไม่|บ่มิ|ปลอด(?!ภัย)",
        soft_phrases="ล้มเหลว|ผิดพลาด|ขาด|ปฏิเสธ|ไร้สาย|อสมการ|อนันต์|ไม่ถูกต้อง",
        idioms="ไม่(?:เพียง|เฉพาะ|ใช่(?:เพียง|แค่|แต่)|ว่า|กี่|ใช่หรือ|ไผ่|ไกล|น้อยกว่า|เกิน|มากก็น้อย)|หรือไม่"
        "|หรือเปล่า|ใช่ไหม|อย่างไร"
        "|อย่าง|ตัวอย่าง|มิฉะนั้น|มิเช่นนั้น|ไม่งั้น|แม่ไม่|ว่างเปล่า|มิใช่แต่",
        triggers="ไม่ มิ ห้าม ไร้ ปราศจาก อย่า เปล่า หาไม่ ปลอด",
    ),
    "lao": Cues(
        scripts="Laoo",
        phrases="ບໍ່(?!ວ່າ|ພຽງ|ແຮ່|ນ້ຳ)|ບໍ(?=່|ມີ|ໄດ້|ສາມາດ|ແມ່ນ|ອາດ|ໃຫ້)|ຫ້າມ|ຢ່າ(?!ງ)|ປາສະຈາກ|ມິ(?=ໄດ້)|ໄຮ້|ບ່(?=ໍ"
        "|ໄດ້|ມີ|ສາມາດ)"
        "|ຫາກໍບໍ່",
        soft_phrases="ຜິດພາດ|ລົ້ມເຫຼວ|ຍົກເວັ້ນ|ຂາດ",
        idioms="ຫຼືບໍ່|ຫລືບໍ່|ບໍ່(?:ພຽງ|ວ່າ)|ແມ່ນບໍ່",
        triggers="ບໍ ຫ້າມ ຢ່າ ປາສະຈາກ ມິ ໄຮ້ ບ່",
    ),
    "khm": Cues(
        scripts="Khmr",
        phrases="មិន(?!ត្រឹម|ថា)|ពុំ|ឥត|គ្មាន|គ្មា|ដោយគ្មាន|កុំ(?!ព្យូ|ផ្លឺ|ម៉ុ)|ហាម|អត់(?!ធ្មត់)|គ្មានន|ឥតគិត(?!ថ្លៃ)",
        soft_phrases="បរាជ័យ|ខុស|លើកលែង|បដិសេធ|ខ្វះ|ឥតគិតថ្លៃ|អសកម្ម|ទទេ",
        idioms="ឬ(?:ក៏)?(?:អត់|មិន|ទេ)|មិន(?:ត្រឹម|ថា)|គ្មានសង្ស័យ|បើមិនដូច្នេះទេ|មិនយូរ|កុំឱ្យតែ|តើ[^។]{0,30}ឬទេ",
        triggers="មិន ពុំ ឥត គ្មា កុំ ហាម អត់",
    ),
    "mya": Cues(
        scripts="Mymr",
        phrases=r"မ[က-ဪဿ][^\s။၊]{0,60}?ဘူး|မ(?=ရှိ|ဟုတ်|ရ(?!ှ)|[က-ဪဿ][^\s။၊]{0,30}?(?:နိုင်|နှင့်|နဲ့|ရန်|ပါနှင့်|ဘဲ"
        r"|စေရ|ချေ|အောင်|သော"
        r"|သည့်|ရ(?=။|\s|$)))|ကင်းမဲ့|တားမြစ်|မဲ့(?=စွာ|သော)",
        soft_phrases="မှား|ပျက်|ချို့ယွင်း|ငြင်း",
        idioms="သာမက|မသက်ဆိုင်|မျှမက|မကြာမီ|မဟုတ်လား|မတိုင်မီ|မတိုင်ခင်|မိမိ|မဆို|မည်|မြို့|မှတ်|မူ|မဲ|မိုး|မြင်"
        "|သို့မဟုတ်|ဒါမှမဟုတ်|မြန်မာ|မေး|မော|မိ"
        "|မောင်း|မီး|မျိုး|များ|မျ|မှ|မြ|မွ|သာမ|(?:မည်သူ|မည်သည့်|ဘယ်)[က-႟]{0,20}?မဆို",
        triggers="မ ဘူး",
        last=True,
    ),
    "dzo": Cues(
        scripts="Tibt",
        phrases="མི་|མེད|མེན|(?<![ཀ-྄])མ་(?=འབད|ཚུགས|ཐོབ|བཏུབ|འཐོབ|ཤེས|བྱུང|གྲུབ|འགྱུར|མཐུན|ནུས|གསལ|རུང|རྙེད|ཐོན|བཟོ"
        "|བསྒྱུར|བྲིས|འབྱུང|གནང|མཐོང"
        "|འོང|གཏང|སྤྲོད|བཞག|བཀོད|ཚང|འཐུས|དགོ|ལྷོད|སྡོད|བསྡོམ|ཁྱབ|ཕྱེ|གཞི|བཙུགས|བསྣམ|སླེབ|ཧ་|འདྲཝ|དྲན)|མིན|བཀག|མས་(?!)",
        soft_phrases="འཛོལ|འཐུས་ཤོར|ནུས་མེད|མ་ཤེས",
        idioms="མ་ཚད|(?:ཡང་ན|ཡོད་)མེད(?=་ག)|མི་(?:མང|དམང|སྡེ|རིགས|དབང|ངོམ|ངོ|འབོར|ཚེ|གྲངས|སེར|ལོ)|མ་(?:དངུལ|རྩ|ཡིག"
        "|དཔེ|འོངས|ཕྲན|ལག|ཀྱེན"
        "|འཕྲུལ|ཁུངས|གཏོགས)|མེན་པར|ཡོད་མེད|ཨིན་མེན",
        triggers="མི་ མེད མེན མ་ མིན བཀག",
        last=True,
    ),
    "ind": Cues(
        scripts="Latn",
        sure="tidak tak bukan tanpa jangan belum tiada mustahil nggak enggak ndak janganlah tidaklah bukanlah "
        "dilarang tidakkah bukannya nir",
        soft="gagal selain",
        soft_forms="non-?[a-z]{3,}|ketidak[a-z]+",
        soft_phrases=r"\b(?:tidak (?:lebih|kurang) dari|tidak valid|tidak sah)\b",
        idioms=r"\b(?:(?:tidak|bukan) (?:hanya|cuma|saja|sekadar|sekedar)\b|atau (?:tidak|belum|bukan)\b"
        r"|tidak lain\b|mau tidak mau\b|sebelum\b)",
    ),
    "zsm": Cues(
        scripts="Latn",
        sure="tidak tak bukan tanpa jangan belum tiada mustahil janganlah tidaklah bukanlah dilarang enggan",
        soft="gagal selain",
        soft_forms="ketidak[a-z]+|bukan-.+|tak-.+",
        idioms=r"\b(?:(?:tidak|bukan) (?:hanya|sahaja|setakat|sekadar)\b|atau (?:tidak|belum|tak|bukan)\b"
        r"|bukan saja\b|mahu tidak mahu\b|tidak lain\b)",
    ),
    "zlm": Cues(
        scripts="Latn Arab",
        sure="tidak tak bukan tanpa jangan belum tiada tidaklah bukanlah تيدق تيدقله تنڤا جاڠن بلوم بوکن تياد "
        "تياڎا تيڤد تنفا تيادا",
    ),
    "jav": Cues(
        scripts="Latn",
        sure="ora mboten ndhak ndak boten dudu sanes aja ojo tanpa durung dereng tanpo tan datan nora orak",
        idioms=r"\b(?:ora (?:mung|among)\b|utawa ora\b|mboten (?:namung|amung)\b)",
    ),
    "sun": Cues(
        scripts="Latn",
        sure="teu henteu sanes lain ulah entong tanpa can acan euweuh moal tara hanteu",
        idioms=r"\b(?:(?:teu|lain) (?:ngan|ukur|wungkul|wae)\b|atawa henteu\b)",
    ),
    "min": Cues(
        scripts="Latn",
        sure="indak ndak tidak tak bukan tanpa jan jangan alun indaklah ndaklah bukanlah",
    ),
    "ban": Cues(
        scripts="Latn",
        sure="nenten ten tan tusing tuara tanpa sing boya ndaten sampunang eda",
        idioms=r"\bnenten (?:wantah|ja)\b",
    ),
    "bjn": Cues(
        scripts="Latn",
        sure="kada kadada lain tanpa jangan balum kada' indak kadadanya kadanya",
    ),
    "fil": Cues(
        scripts="Latn",
        sure="hindi huwag wala walang di hindî imposible huag hindi't ayaw bawal 'di wag",
        concord="kailanman alinman ninuman",
        soft="bigo nabigo pumalya",
        forms="di-.+|walang-.+",
        idioms=r"\b(?:hindi (?:lamang|lang)\b|o (?:hindi|wala)\b|hindi ba\b|walang (?:anuman|alinlangan)\b"
        "|kung (?:hindi|di)[,.])",
    ),
    "ceb": Cues(
        scripts="Latn",
        sure="dili wala walay walang ayaw di",
        idioms=r"\b(?:dili lamang\b|o (?:dili|wala)\b)",
    ),
    "hil": Cues(
        scripts="Latn",
        sure="indi wala walay wala'y indî di dili ayaw",
        idioms=r"\b(?:indi lamang\b|ukon indi\b)",
    ),
    "war": Cues(
        scripts="Latn",
        sure="diri waray ayaw dire di dili",
        idioms=r"\bdiri la\b",
    ),
    "ilo": Cues(
        scripts="Latn",
        sure="saan awan di haan saanna saanda saanen awanan saanto",
        forms="saan[a-z]{0,4}",
        idioms=r"\b(?:saan laeng\b|wenno saan\b)",
    ),
    "bcl": Cues(
        scripts="Latn",
        sure="dai dae mayo mayong bakong bako daing diri indi",
        idioms=r"\bbako sana\b",
    ),
    "tet": Cues(
        scripts="Latn",
        sure="la lae laos labele lahó laiha seidauk keta lalika la'ós laós",
        soft="sala falla inválidu",
        forms="la-.+",
        idioms=r"\b(?:ka la(?:e)?\b|la'os de'it\b|a la carte\b)",
    ),
    "plt": Cues(
        scripts="Latn",
        sure="tsy tsia aza tsisy sanatria tsya tsymisy",
        concord="velively",
        soft="diso",
        idioms=r"\b(?:tsy (?:ny|miova|vitan'ny)?\s?(?=ihany koa)|(?:na|sa) tsia\b|tsy maintsy\b|raha tsy izany\b)",
    ),
    "mri": Cues(
        scripts="Latn",
        sure="kāore kaore kore kkāhore kahore kīhai kihai ehara kāre karekau kōre ēhara kaare kahorerawa "
        "kāhorerawa hore koretake",
        soft="hapa hē muhu",
        soft_forms="[a-zāēīōū]{2,}kore",
        idioms=r"\b(?:ehara i te mea (?:anake|ko)\b|(?:rānei|ranei) (?:kāore|kore)\b)",
    ),
    "smo": Cues(
        scripts="Latn",
        sure="lē le'i leai aua aunoa leaina",
        phrases=r"\b(?:le (?=mafai|tatau|fa'atagaina|faia|faasā|faasaina)|le toe\b)",
    ),
    "tpi": Cues(
        scripts="Latn",
        sure="no nogat inogat",
        idioms=r"\bo nogat\b",
    ),
    "cjy": Cues(
        scripts="Hans Hant Hani",
        phrases="[不没沒](?![同断斷久少过過仅僅管论論但止妨然愧料禁锈鏽])|无法|無法|(?:无"
        "|無)(?![论論疑所谓謂锡錫线線限数數意形辜聊障])|(?<![是越除])非(?![常洲但得法凡])|未(?![来來婚])"
        "|否(?![则則])(?<![是能可与與]否)|勿|别(?![人的处處])|毋|禁止|严禁|嚴禁|免(?![费費])",
        soft_phrases="無效|无效|非法|失败|失敗|除非|未知|免费|免費|无线|無線|无限|無限|不同"
        "|非(?=[零空标標线線交自])",
        idioms="[不没]只|不[仅僅單单]|不但|不得不|不能不|不[断斷][地的]?|不[久少]|不[过過](?!滤|濾|期|程)|不管"
        "|不[论論]|无论|無論|是不是|能不能|会不会|會不會|可不可以|要不要|有没有|有沒有|对不起|對不起|差不多"
        "|不好意思|是否|能否|可否|与否|與否|否则|否則|非常|分[别別]|特[别別]|级[别別]|級別|类[别別]|類別"
        "|性[别別]|[识識][别別]|区[别別]|區別|[个個][别別]|[别別]名|[别別]的|[别別]人|[辨鉴鑑][别別]"
        "|未[来來]|不妨|不然|毫无疑问|毫無疑問|非洲|无非|要不|[从從]而不|(?:直|等)到[^，。；]{0,12}[不没]再"
        "|沒收|没收|淹没|埋没|沉没|沒落|[与與]众不同|不锈|不銹|不鏽|无所谓|免疫|避免|免得|以免|除非|不一"
        "|不止|[参參]差不[齐齊]|(?<=或)不(?=[^，。]{0,3}(?:的|，|。|$))",
    ),
}  # fmt: skip
