"""How Uralic, Turkic and Mongolic languages negate: by a verb, by an ending, or within the verb."""

from __future__ import annotations

from translators.gates._negation_reader import Cues

CUES = {
    "fin": Cues(
        scripts="Latn",
        sure="ei en et emme ette eivät eikä älä älkää älköön älkäämme ilman mahdoton mahdotonta eihän eipä eikö "
        "enkä etkä eivätkä emmekä ettekä",
        concord="koskaan milloinkaan kukaan ketään kenenkään kenellekään mikään mitään minkään missään mihinkään",
        link="eikä eivätkä enkä",
        soft="virheellinen virheellisiä virheellistä tuntematon tuntemattomia epäonnistui epäonnistunut kelvoton "
        "puuttuu kielletty kielletään vasta tuskin",
        forms="[a-zäö]{2,}(?:matta|mättä)",
        soft_forms="[a-zäö]{3,}(?:maton|mätön|tön|ttoma[a-zäö]*|ttömä[a-zäö]*|tonta|töntä)|epä(?:on|tarkka|tosi"
        "|täyd|kelpo|suora|norm|yhten)[a-zäö]*",
        not_forms="(?:eri|mutta|matta|kotona|osa|.*kattamatta)|muutta|välttämättä|riippumatta|huolimatta"
        "|pitkällä.*|ammatta",
        soft_phrases=r"\b(?:ellei\w*|jollei\w*|ei (?:enempää|vähempää) kuin\b|jos ei[,.])",
        idioms=r"\b(?:ei (?:ainoastaan|vain|pelkästään|yksinomaan)\b|tai (?:ei|ette|eivät)\b|vai ei\b|eikö (?:niin"
        r"|vain|totta)\b|ennen kuin\b|ei muuta kuin\b|kuin (?:mikään|missään|mihinkään|minkään|koskaan|kukaan"
        r"|kenenkään|yksikään)\b)",
    ),
    "ekk": Cues(
        scripts="Latn",
        sure="ei pole polnud ega ära ärge ärgem ilma võimatu võimatud polegi eipä ärgu mitte",
        concord="keegi kunagi miski midagi kellegi mingit mitte iialgi ükski ühtegi ühtki kellelegi kedagi",
        link="ega",
        soft="vigane vigased tundmatu tundmatud nurjus ebaõnnestus puudub puuduvad keelatud",
        soft_forms="eba[a-zäöüõ]{4,}|mitte[a-zäöüõ]{3,}|[a-zäöüõ]{4,}mat(?:u|a|ud|ut)",
        not_forms="keegi|kunagi|miski|midagi|kedagi|kellegi|kellelegi|mingit",
        soft_phrases=r"\b(?:kui (?:\S+ ){0,1}ei[,.]|ei (?:rohkem|vähem) kui\b)",
        idioms=r"\b(?:(?:mitte|ei) (?:ainult|üksnes|pelgalt)\b|või (?:ei|mitte)\b|ei muud kui\b|kas või\b)",
    ),
    "hun": Cues(
        scripts="Latn",
        sure="nem ne nincs nincsenek sincs sincsenek mégsem sosem nélkül lehetetlen se sem nincsen nélküli tilos "
        "nehogy",
        concord="soha sohasem senki senkit senkinek semmi semmit semmilyen semmiféle semmire sehol sehova "
        "semelyik semmiképpen sose semmivel senkire senkivel senkitől",
        link="sem se",
        soft="érvénytelen sikertelen ismeretlen hibás hiányzik hiányzó hibásan képtelen",
        soft_forms="[a-záéíóöőúüű]{3,}(?:talan|telen|tlan|tlen|talanul|telenül|tlanul|tlenül|atlan|etlen|talanná"
        "|mentes|nem)",
        not_forms="hanem|majdnem|egyetlen|szem|üzem|elem|nem-.*|jellem|egyetlen.*|érdem|figyelem|értelem|kérelem"
        "|védelem|verzem|türelem|.*elem|helyszínen|együtt.*|szinte|nemcsak",
        soft_phrases=r"\b(?:amíg (?:\S+ ){0,4}?nem\b|míg (?:\S+ ){0,4}?nem\b|ha nem[,.]|nem (?:több|kevesebb"
        r"|nagyobb|kisebb|hosszabb),? mint\b|hacsak (?:\S+ ){0,3}?nem\b)",
        idioms=r"\b(?:nem(?:csak| csak| csupán| pusztán)\b|vagy (?:nem|sem)\b|nem (?:más|mást),? mint\b|ha ugyan\b"
        r"|ugye nem\b|sőt nem\b|sem?\b(?= pedig))",
    ),
    "udm": Cues(
        scripts="Cyrl",
        sure="уг ӧвӧл эн уз ӧз ум уд эй ӧй ӧм ӧд",
        concord="нокин нокыӵе номыр ноку нокинэ ногинэ",
        forms="[а-яӝӟӥӧӵ]{2,}тэк",
    ),
    "tur": Cues(
        scripts="Latn",
        sure="değil değildir değildi değilse değiller değildirler yok yoktur yoktu yoksa yokken hayır imkansız "
        "imkânsız olmaksızın olmadan olanaksız yasaktır yasak",
        concord="hiç hiçbir asla kimse hiçbiri hiçbirini kimseye kimseyi kimsenin hiçbirşey katiyen",
        soft="geçersiz başarısız bilinmeyen hatalı yanlış yetersiz",
        forms="[a-zçğıöşü]{1,}(?:[ae])?(?:maz|mez|mam|mem|mazs|mezs|mayız|meyiz|mazlar|mezler|mazsa|mezse|mazsanız"
        "|mezseniz|mazsınız|mezsiniz|mamış|memiş|madı|medi|mıyor|miyor|muyor|müyor|maya(?:cak|cağ)"
        "|meye(?:cek|ceğ)|madan|meden|maksızın|meksizin|mamalı|memeli|mamak|memek|mayan|meyen|madığ|mediğ"
        "|mayın|meyin|mayınız|meyiniz|mamas|memes|mayıp|meyip|mazdı|mezdi|mamaya|memeye|mamakta|memekte"
        "|mamayı|memeyi)[a-zçğıöşü]*|[a-zçğıöşü]{1,}(?:ama|eme)(?:z|dı|di|mış|miş|yan|yen|dığ|diğ|yız|yiz|m"
        "|yacak|yecek)[a-zçğıöşü]*",
        soft_forms="(?!ben)[a-zçğıöşü]{3,}(?:sız|siz|suz|süz)(?:dır|dir|dur|dür|ca|ce|lık|lik)?|gayri[a-z]*",
        not_forms="hiçbir|eksiksiz|şüphesiz|kuşkusuz|.*semiz|temiz.*|.*deniz.*|.*miz|.*mız|.*ümüz|.*umuz|.*tamam.*"
        "|tamam.*|namaz.*|zaman.*|hemen.*|gösterme.*|memnun.*|.*memur.*|madd.*|.*emek|.*amak|mem.*"
        "|.*maman.*|hamam.*|imam.*|.*meden(?:i|iy).*|neden.*|mayın.*|tamamen|program.*|reklam.*|filesize"
        "|görmezden|.*[ae]rma|neden|nedeniyle|kamera.*|sistem.*|gündem.*|kelime.*|deneme.*|çerez.*"
        "|merkez.*|kez|sekiz|siz|sizin|size|sizi|biz.*|ikiz|domuz|omuz|yalnız.*|hırsız.*|ağız|öküz"
        "|gündüz.*|yıldız.*|kırmızı.*|arayüz.*|düz.*|yüz.*|söz.*|öz.*|güz.*|cihaz.*|dizi.*|beyaz.*|yaz.*"
        "|biraz|az|en az|hız.*|kız|uz.*|iz.*|izin.*|çiz.*|özel.*|çöz.*|tezgah|boğaz|ne.*siz",
        soft_phrases=r"\b(?:aksi (?:halde|takdirde)\b|sürece\b|(?:daha|en) (?:çok|az|fazla) değil\b)",
        idioms=r"\b(?:(?:yalnızca|sadece) (?:\S+ ){0,4}değil\b|değil mi\b|ya da değil\b|ne var ne yok\b"
        r"|hiç (?:kuşkusuz|şüphesiz)\b|olsun olmasın\b|ister (?:\S+ ){1,2}istemez\b|gerek(?:mez)? ?mi\b)",
        near=25,
        last=True,
    ),
    "azj": Cues(
        scripts="Latn Cyrl",
        sure="deyil deyildir deyilsə deyillər yox yoxdur yoxdu yoxsa xeyr qeyri mümkünsüz olmadan deyildi дејил "
        "дејилдир јох јохдур",
        concord="heç heçbir kimsə һеч кәс һечбир əsla",
        soft="yanlış naməlum uğursuz səhv etibarsız",
        forms="[a-zçəğıöşü]{1,}(?:mır|mir|mur|mür|maz|məz|mam|məm|mayıb|məyib|madı|mədi|mayan|məyən|madan|mədən"
        "|madığ|mədiy|mayacaq|məyəcək|mamalı|məməli|mamaq|məmək|mamas|məməs|masan|məsən|masa|məsə|mayıbsa"
        "|mırsa|mirsə|mazs|məzs)[a-zçəğıöşü]*|[а-яәғөүһҹҝј]{2,}(?:маз|мәз|мыр|мир|мајан|мәјән|мадан|мәдән"
        "|мајаҹаг|мәјәҹәк|мамалы|мәмәли)[а-яәғөүһҹҝј]*",
        soft_forms="(?:etibar|etina|məna|şifrə|uğur|əhəmiyyət|limit|faydа)[a-zçəğıöşü]*(?:sız|siz|suz"
        "|süz)[a-zçəğıöşü]{0,4}",
        not_forms="əmir.*|kimsə|təhlükəsiz.*|toxunulmaz.*|platforma.*|.*əmiz|.*ımız|.*imiz|.*umuz|.*ümüz|dəmir.*"
        "|tamam.*|zaman.*|mədən.*|namaz.*|təmiz.*|dəniz.*|siz.*|hamı.*|ömür.*|məmə.*|təmir.*|yarımmur"
        "|kömür|qırmız.*",
        near=25,
        last=True,
    ),
    "uzn": Cues(
        scripts="Latn Cyrl",
        sure="emas yo'q yo'qdir yoʻq mumkinmas bo'lmasdan эмас йўқ йўқдир emasligi emasdir",
        concord="hech ҳеч hechqanday hechqachon aslo",
        soft="noto'g'ri noma'lum xato yaroqsiz нотўғри номаълум хато",
        forms="[a-z']{2,}(?:lik|ish|ash|lash|itish|uv)siz|[а-яёўқғҳ]{2,}(?:лик|иш|аш|лаш)сиз|[a-z']{2,}(?:maydi"
        "|mayman|maymiz|maysiz|maydilar|madi|maysiz|masdan|magan|mas|maslig|maslik|may|masa|mang|mangiz"
        "|masin|masak|madim|mabdi|mayotg)[a-z']*|[а-яёўқғҳ]{2,}(?:майди|маймиз|майсиз|мади|масдан|маган|мас"
        "|маслиг|маслик|май|маса|манг|масин)[а-яёўқғҳ]*",
        soft_forms="no(?:to|ma|qon|ani|yo)[a-z']{3,}|(?:parol|foyda|yaroq|nom|cheklov)siz[a-z]*|e'tiborsiz"
        "|be(?:kor|dav|nom)[a-z]*",
        not_forms="emas.*|amas.*|.*amasi[a-z]*|.*kmasi[a-z]*|.*masi|.*mangiz.*ni|namoyish.*|umumiy.*|almash.*"
        "|hammas.*|may|maydon.*|qurilma.*|tizim.*|masala.*|.*rmasi.*|.*qulf.*|alomat.*",
        idioms=r"\b(?:nafaqat\b|faqat (?:\S+ ){0,3}emas\b)",
        near=25,
        last=True,
    ),
    "kaz": Cues(
        scripts="Cyrl",
        sure="емес емеспін емессіз жоқ мүмкінсіз болмаса емеспе",
        concord="ешқашан ешкім ешқандай ештеңе ешбір ешкімді ешкімнің ешкімге",
        soft="қате жарамсыз белгісіз дұрысемес сәтсіз",
        forms="[а-яәғқңөұүһі]{1,}(?:май|мей|бай|бей|пай|пей)(?:ды|ді|мін|мыз|міз|сыз|сіз|тын|тін|ақ|ынша"
        "|інше)?[а-яәғқңөұүһі]{0,4}|[а-яәғқңөұүһі]{1,}(?:ма|ме|ба|бе|па|пе)(?:ды|ді|ған|ген|с|са|се|ңыз|ңіз"
        "|йтын|йтін|йынша|йінше|у|уы|уі|уға|уге|сын|сін|стан|стен)[а-яәғқңөұүһі]{0,6}",
        soft_forms="(?:қолжетер|жарам|мүмкін|шек|нәтиже|пароль|дұрыс|белгі)[а-яәғқңөұүһі]*(?:сыз"
        "|сіз)[а-яәғқңөұүһі]{0,3}",
        not_forms=".*баған.*|бағдарлама.*|.*лама|кейбір.*|бейне.*|пайда.*|.*(?:ма|ба|па)сы[а-яәғқңөұүһі]{0,3}"
        "|.*(?:ме|бе|пе)сі[а-яәғқңөұүһі]{0,3}|бума.*|шама.*|ұзамай|елеме.*|.*беті.*|пайдалан.*"
        "|мемлекет.*|мен|бар.*|майдан.*|еңбе.*|әлеумет.*|жаңбыр|себе.*|паспорт.*|.*пайыз.*|байлан.*"
        "|байқа.*|баспа.*|қабаттас.*|бейімде.*|жаба.*|беттес.*|баса.*|.*мақсат.*|аспап.*|хабас.*|баста.*"
        "|немесе|арнаба.*|мезгіл.*|бес.*|мас.*|мекен.*|маңыз.*|маған.*|және|тамаш.*|сабақ.*|шаба.*"
        "|қаба.*|таба.*|тобе.*|сөзсіз|сіз.*|егіз.*|.*ыңыз|.*іңіз|неме.*|әбден|есебе.*|күмәнсіз|есептебеу"
        "|қаласа.*|жалпы|.*мысыз|.*маст.*|шеберс.*|шебе.*|көрсет.*|алмас.*|ауыстыр.*|қаламас|жамау"
        "|баға.*",
        near=25,
        last=True,
    ),
    "kir": Cues(
        scripts="Cyrl",
        sure="эмес эмеспи эместиги жок жоктугу",
        concord="эч эчким эчкандай эчнерсе эчкимдин эчтеке",
        soft="ката жараксыз белгисиз",
        forms="[а-яёңөү]{1,}(?:ма|ме|мо|мө|ба|бе|бо|бө|па|пе|по|пө)(?:ган|ген|гон|гөн|ды|ди|ду|дү|йт|й|сын|син|сун"
        "|сүн|стан|стен|стон|стөн|йын|йинче|йынча|йунча|гондуктан|йм|йсыз|йсиз|са|се|со|сө|с|ңыз|ңиз|ңуз"
        "|ңүз)[а-яёңөү]{0,7}",
        soft_forms="(?:жарак|бел|мүмкүн|купуя|чек|колдоо)[а-яёңөү]*(?:сыз|сиз|суз|сүз)[а-яёңөү]*",
        not_forms=".*колдонмо.*|групп.*|пайда.*|эмейл.*|.*(?:ма|ме|мо|мө)(?:су|сү|сы|си)[а-яёңөү]*|.*дүсү|тайпа.*"
        "|демейки.*|.*пасы|эмес.*|баса.*|байлан.*|бай.*|маса.*|бас.*|бейне.*|программа.*|абс.*|майдан.*"
        "|маселе.*|мас.*|баш.*|кабыл.*|табыш.*|себе.*|кабаттас.*|.*масы.*|.*меси.*|аспап.*|терме.*|сиз.*"
        "|сөзсүз|болбосо|жаба.*|алмаш.*|.*ңыз|.*ңиз|бес.*|босо.*",
        near=25,
        last=True,
    ),
    "tuk": Cues(
        scripts="Latn",
        sure="däl däldir ýok ýokdur ýogsa mümkinsiz",
        concord="hiç hiçbir hiçhaçan asla hiçkim",
        soft="nädogry näbelli ýalňyş säwlik ýaramsyz",
        forms="[a-zçäňöşüýž]{1,}(?:ma|me)(?:z|zlyk|zlik|dy|di|n|ýar|ýär|ýan|ýän|dyk|dik|sa|se|ga|ge|gynyň|zdan"
        "|zden)[a-zçäňöşüýž]{0,7}|[a-zçäňöşüýž]{1,}(?:mär|mar|maz|mez|nok|ok)(?:ler|lar|sy|syz"
        "|siz)?(?<!blok)(?<!ýok)",
        soft_forms="[a-zçäňöşüýž]{3,}(?:syz|siz)[a-zçäňöşüýž]{0,4}",
        not_forms="siz.*|domen.*|hökman.*|element.*|[a-z]*many|.*formany|timezone|.*management.*|durmaga|almaga"
        "|.*maga|.*mäge|.*ňyz|.*ňiz|zaman.*|tamam.*|hemme.*|men|menzil.*|blok|.*blok|çäk.*|ok|.*ýok"
        "|kömek|demok|.*eleman.*|programman.*|programmadan|nädogry",
        near=25,
        last=True,
    ),
    "tat": Cues(
        scripts="Cyrl",
        sure="түгел түгелдер юк юктыр ярамый tügel yuq",
        concord="һичкем беркем берни бернинди беркайчан һич һичбер беркемнең беркемне беркая беркайда hiç berkem "
        "berni bernindi",
        soft="хата ялгыш билгесез дөрес",
        forms="[а-яёәөүҗңһ]{1,}(?:ма|мә)(?:ган|гән|ды|де|с|сә|са|ячак|ячәк|сын|сен|гыз|гез|скә|ска|у|ү|стан|стән"
        "|ыйча|йча|ыйк|үе|уы|үен|уын|ым)[а-яёәөүҗңһ]{0,6}|[а-яёәөүҗңһ]{1,}(?:мый|ми|мыйча|мичә|мыйлар"
        "|миләр)(?:ча|лар|ләр|быз|без|м|сыз|сез)?",
        soft_forms="[а-яёәөүҗңһ]{3,}(?:сыз|сез)[а-яёәөүҗңһ]{0,4}",
        not_forms="замаn.*|заман.*|сез.*|.*гыз|.*гез|рәсми|гыйльми|.*ами|тами.*|программа.*|тамга.*|кулланма.*"
        "|рәсем.*|гамәл.*|мәс.*|кими|исеми|махсус.*|дәүләти|әһәмият|мәгълүмати|җәмигыять|гомуми|ирекле.*"
        "|халыкара.*|ислами|.*ләми",
        near=25,
        last=True,
    ),
    "bak": Cues(
        scripts="Cyrl",
        sure="түгел юҡ ярамай түгелме",
        concord="һис һисбер",
        soft="хата яңылыш билдәһеҙ дөрөҫ",
        forms="[а-яёәөүҡғҫҙһң]{1,}(?:ма|мә)(?:ған|гән|ны|не|ҫ|һа|һә|ясаҡ|йәсәк|һын|һен|ғыҙ|геҙ|ҫҡа|ҫкә|у|ү|ҫтан"
        "|ҫтән|йынса|йенсә|й|йбыҙ|йбеҙ|йым|йһың|уы|үе|уын|үен|йҙар|йҙәр)[а-яёәөүҡғҫҙһң]{0,6}",
        soft_forms="[а-яёәөүҡғҫҙһң]{3,}(?:һыҙ|һеҙ|һоҙ|һөҙ)[а-яёәөүҡғҫҙһң]{0,4}",
        not_forms="программа.*|.*тәржемә.*|.*өҫтәмә.*|форма.*|.*нәмә.*|.*ҡормаһ.*|яҙма.*|.*күсермә.*|бикләмә.*"
        "|.*ҡоролма.*|заман.*|һеҙ.*|тамға.*|ҡулланма.*|.*ламаһы.*|.*мәһе.*|.*маһы.*|май|майҙан.*|эйәлә.*"
        "|сумма.*|ярҙам.*|йома.*|һәм.*|дәүмә.*|урынлаштырмаһ.*|ҡушма.*",
        concord_phrases=r"\b(?:бер (?:кем|ниндәй|ҡасан|нәмә|ни)[а-яәөүҡғҫҙһң]* (?:лә|дә|ҙә|тә)\b|һис\b|һис кем\w*)",
        near=25,
        last=True,
    ),
    "uig": Cues(
        scripts="Arab Latn",
        sure="ئەمەس يوق ئەمەستۇر مۇمكىنسىز ياق emes yoq emestur",
        concord="ھېچقانداق ھېچكىم ھېچ ھېچبىر ھەرگىز ھېچقاچان héchqandaq héchkim héch heçqandaq heckim hichqandaq "
        "hichkim héchkimning",
        soft="خاتا ئىناۋەتسىز نامەلۇم",
        forms=r"\w{1,}(?:ما|مە)(?:يدۇ|يدىغان|يمىز|يسىز|يمەن|ي|سلىق|سلىك|س|ستىن|ڭ|ڭلار|ڭىز|دى|ەن|غان|گەن|يۋات|پتۇ"
        r"|پتىكەن|سا|سە|يلا|يلى|غۇدەك|سلىقى|يتتى)\w{0,6}|\w{1,}(?:مى|مۇ|مۈ|مى)(?:دى|گەن|غان|سا|سە|دۇق"
        r"|دىم)\w{0,5}|[a-zéöü]{1,}(?:maydu|meydu|maydighan|meydighan|mas|mes|masliq|meslik|mastin|mestin|may"
        "|mey|mighan|migen|masliqi|mesliki)[a-zéöü]{0,6}",
        soft_forms=r"(?:چەك|ئىناۋەت|مەنى|پايدى|كېرەك)\w*سىز|نا(?:مەلۇم|توغر|تونۇش)\w*",
        not_forms="زامان.*|ئىلتىماس.*|.*ئېقىم.*|.*ىمىد(?:ە|ىن|ىكى).*|timestamp.*|gschemas.*|كېمەي.*|سىما.*"
        "|.*سىما.*|[a-z]*stamp.*|schemas?|.*[ىۇ]مىدى(?:كى|ن)|مەن.*|.*نامەسى|سىز.*|تامام.*|ھەممە.*|.*ىڭىز"
        "|نامايان.*|مۇناسىۋەت.*|پروگرامما.*|تېما.*|تېمىس.*|نامى.*|ماي.*|.*تىمىد.*|.*سىستېمىسى"
        "|.*سىستېمىد.*|emes|.*ىمىسا",
        near=25,
        last=True,
    ),
    "crh": Cues(
        scripts="Latn Cyrl",
        sure="degil degildir yoq yoqtır yoqtur imkânsız olmadan дегиль ёкъ",
        concord="iç içbir asla kimse ич ичбир",
        soft="yañlış keçersiz bilinmegen",
        forms="[a-zçğıñöşüâ]{1,}(?:maz|mez|may|mey|madı|medi|mağan|megen|madan|meden|mamaq|memek|mamalı|memeli"
        "|maycaq|meycek|mayıp|meyip|masa|mese|mañ|meñ|mazlıq|maycaq)[a-zçğıñöşüâ]*",
        soft_forms="[a-zçğıñöşüâ]{3,}(?:sız|siz|suz|süz)[a-zçğıñöşüâ]{0,4}",
        not_forms="zaman.*|tamam.*|temiz.*|siz.*|.*ñız|.*ñiz|.*mız|.*miz|namaz.*|mayıs",
        near=25,
        last=True,
    ),
    "khk": Cues(
        scripts="Cyrl",
        sure="биш үгүй болохгүй эс үл бүү битгий алга бус үгүйгээр бишээ",
        soft="буруу хүчингүй идэвхгүй тодорхойгүй",
        forms="[а-яёөү]{2,}(?:гүй|гүйгээр|гүйд|гүйг|гүйн|гүйн|гүйц)[а-яёөү]{0,5}",
        not_forms="аюулгүй.*|магадгүй|идэвхгүй.*|хүчингүй.*|тодорхойгүй.*|удахгүй|болзошгүй|хамаагүй",
        soft_phrases=r"\bүл мэд\w+",
        idioms=r"\b(?:төдийгүй\b|төдий бус\b|эс[вб]эл\b)",
        near=25,
        last=True,
    ),
    "chv": Cues(
        scripts="Cyrl",
        sure="мар ҫук ан",
        concord="нихҫан никам ним нимӗн никама никамӑн нимӗнле нимле",
        forms="[а-яёӑӗҫӳ]{1,}(?:мас|мес|маҫт|меҫт|мар|мер|ман|мен|масть|сӑр|сӗр|масӑр|месӗр)[а-яёӑӗҫӳ]{0,5}",
        not_forms="хамӑр.*",
        near=25,
        last=True,
    ),
}  # fmt: skip
