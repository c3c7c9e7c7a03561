"""The negation gate: pairs written by hand in many languages, idioms, and what a seeded fault does."""

from __future__ import annotations

import random

import pytest
import seeded_language
import seeded_negation
import seeded_omission
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import negation
from translators.gates._negation_reader import Cues, Reader
from translators.gates.gate import Pair

LIMIT = negation.GATE.limit
ENGLISH = "eng_Latn"
OPEN, SHUT = "The library is open on Sunday.", "The library is not open on Sunday."
WITH, WITHOUT = "You can travel with a passport.", "You can travel without a passport."
ALWAYS, NEVER = "My brother drinks coffee every day.", "My brother never drinks coffee."
ALL, NONE = "Everybody saw the letter.", "Nobody saw the letter."
MUST, MUST_NOT = "Touch the red button.", "Do not touch the red button."

# Language, the English, and the same in the language: without a negation and with one.
PAIRS = [
    ("fra_Latn", OPEN, "La bibliothèque ouvre le dimanche.", SHUT, "La bibliothèque n’ouvre pas le dimanche."),
    ("fra_Latn", WITH, "On peut voyager avec un passeport.", WITHOUT, "On peut voyager sans passeport."),
    ("fra_Latn", ALL, "Tout le monde a vu la lettre.", NONE, "Personne n'a vu la lettre."),
    ("spa_Latn", OPEN, "La biblioteca abre los domingos.", SHUT, "La biblioteca no abre los domingos."),
    ("spa_Latn", ALL, "Todos vieron la carta.", NONE, "No vio la carta nadie."),
    ("por_Latn", OPEN, "A biblioteca abre no domingo.", SHUT, "A biblioteca não abre no domingo."),
    ("ita_Latn", ALWAYS, "Mio fratello beve il caffè ogni giorno.", NEVER, "Mio fratello non beve mai il caffè."),
    ("ron_Latn", OPEN, "Biblioteca este deschisă duminica.", SHUT, "Biblioteca nu este deschisă duminica."),
    ("cat_Latn", OPEN, "La biblioteca obre el diumenge.", SHUT, "La biblioteca no obre pas el diumenge."),
    ("glg_Latn", OPEN, "A biblioteca abre o domingo.", SHUT, "A biblioteca non abre o domingo."),
    ("deu_Latn", OPEN, "Die Bücherei hat sonntags geöffnet.", SHUT, "Die Bücherei hat sonntags nicht geöffnet."),
    ("deu_Latn", WITH, "Man kann mit Pass reisen.", WITHOUT, "Man kann ohne Pass reisen."),
    ("nld_Latn", OPEN, "De bibliotheek is op zondag open.", SHUT, "De bibliotheek is op zondag niet open."),
    ("afr_Latn", OPEN, "Die biblioteek is Sondag oop.", SHUT, "Die biblioteek is nie Sondag oop nie."),
    ("dan_Latn", OPEN, "Biblioteket har åbent om søndagen.", SHUT, "Biblioteket har ikke åbent om søndagen."),
    ("nob_Latn", ALL, "Alle så brevet.", NONE, "Ingen så brevet."),
    ("nno_Latn", OPEN, "Biblioteket er ope på søndag.", SHUT, "Biblioteket er ikkje ope på søndag."),
    ("swe_Latn", WITH, "Man kan resa med pass.", WITHOUT, "Man kan resa utan pass."),
    ("isl_Latn", OPEN, "Bókasafnið er opið á sunnudögum.", SHUT, "Bókasafnið er ekki opið á sunnudögum."),
    ("rus_Cyrl", OPEN, "Библиотека открыта в воскресенье.", SHUT, "Библиотека не открыта в воскресенье."),
    ("rus_Cyrl", ALL, "Все видели письмо.", NONE, "Никто не видел письма."),
    ("ukr_Cyrl", WITH, "Можна їхати з паспортом.", WITHOUT, "Можна їхати без паспорта."),
    ("bel_Cyrl", OPEN, "Бібліятэка адчынена ў нядзелю.", SHUT, "Бібліятэка не адчынена ў нядзелю."),
    ("bul_Cyrl", OPEN, "Библиотеката работи в неделя.", SHUT, "Библиотеката не работи в неделя."),
    ("pol_Latn", ALWAYS, "Mój brat codziennie pije kawę.", NEVER, "Mój brat nigdy nie pije kawy."),
    ("ces_Latn", OPEN, "Knihovna má v neděli otevřeno.", SHUT, "Knihovna nemá v neděli otevřeno."),
    ("ces_Latn", ALL, "Všichni ten dopis viděli.", NONE, "Nikdo ten dopis nikdy neviděl."),
    ("slk_Latn", OPEN, "Knižnica je v sobotu otvorená.", SHUT, "Knižnica nie je v sobotu otvorená."),
    ("slv_Latn", OPEN, "Knjižnica je odprta v soboto.", SHUT, "Knjižnica ni odprta v soboto."),
    ("hrv_Latn", OPEN, "Knjižnica je otvorena u subotu.", SHUT, "Knjižnica nije otvorena u subotu."),
    ("srp_Cyrl", OPEN, "Библиотека ради суботом.", SHUT, "Библиотека не ради суботом."),
    ("lit_Latn", OPEN, "Biblioteka dirba sekmadienį.", SHUT, "Biblioteka nedirba sekmadienį."),
    ("lvs_Latn", OPEN, "Bibliotēka svētdien strādā.", SHUT, "Bibliotēka svētdien nestrādā."),
    ("ell_Grek", OPEN, "Η βιβλιοθήκη ανοίγει την Κυριακή.", SHUT, "Η βιβλιοθήκη δεν ανοίγει την Κυριακή."),
    ("fin_Latn", OPEN, "Kirjasto on auki sunnuntaina.", SHUT, "Kirjasto ei ole auki sunnuntaina."),
    ("fin_Latn", WITH, "Passin kanssa voi matkustaa.", WITHOUT, "Ilman passia voi matkustaa."),
    ("ekk_Latn", OPEN, "Raamatukogu on pühapäeval lahti.", SHUT, "Raamatukogu ei ole pühapäeval lahti."),
    ("hun_Latn", OPEN, "A könyvtár vasárnap nyitva van.", SHUT, "A könyvtár vasárnap nincs nyitva."),
    ("tur_Latn", OPEN, "Kütüphane pazar günü açılır.", SHUT, "Kütüphane pazar günü açılmaz."),
    ("tur_Latn", MUST, "Kırmızı düğmeye dokunun.", MUST_NOT, "Kırmızı düğmeye dokunmayın."),
    ("azj_Latn", OPEN, "Kitabxana bazar günü açılır.", SHUT, "Kitabxana bazar günü açılmır."),
    ("kaz_Cyrl", OPEN, "Кітапхана жексенбіде жұмыс істейді.", SHUT, "Кітапхана жексенбіде жұмыс істемейді."),
    ("uzn_Latn", OPEN, "Kutubxona yakshanba kuni ishlaydi.", SHUT, "Kutubxona yakshanba kuni ishlamaydi."),
    ("khk_Cyrl", OPEN, "Номын сан ням гарагт ажилладаг.", SHUT, "Номын сан ням гарагт ажилладаггүй."),
    ("hye_Armn", OPEN, "Գրադարանը կիրակի օրը բաց է։", SHUT, "Գրադարանը կիրակի օրը բաց չէ։"),
    ("kat_Geor", OPEN, "ბიბლიოთეკა კვირას ღიაა.", SHUT, "ბიბლიოთეკა კვირას არ არის ღია."),
    ("eus_Latn", OPEN, "Liburutegia igandean zabalik dago.", SHUT, "Liburutegia ez dago igandean zabalik."),
    ("cym_Latn", OPEN, "Mae'r llyfrgell ar agor ddydd Sul.", SHUT, "Nid yw'r llyfrgell ar agor ddydd Sul."),
    ("cym_Latn", OPEN, "Mae'r llyfrgell ar agor ddydd Sul.", SHUT, "Dyw'r llyfrgell ddim ar agor ddydd Sul."),
    ("gle_Latn", OPEN, "Tá an leabharlann oscailte Dé Domhnaigh.", SHUT, "Níl an leabharlann oscailte Dé Domhnaigh."),
    ("mlt_Latn", OPEN, "Il-librerija tiftaħ il-Ħadd.", SHUT, "Il-librerija ma tiftaħx il-Ħadd."),
    ("als_Latn", OPEN, "Biblioteka hapet të dielën.", SHUT, "Biblioteka nuk hapet të dielën."),
    ("arb_Arab", OPEN, "تفتح المكتبة يوم الأحد.", SHUT, "لا تفتح المكتبة يوم الأحد."),
    ("arb_Arab", WITH, "يمكنك السفر بجواز سفر.", WITHOUT, "يمكنك السفر بدون جواز سفر."),
    ("heb_Hebr", OPEN, "הספרייה פתוחה ביום ראשון.", SHUT, "הספרייה לא פתוחה ביום ראשון."),
    ("fas_Arab", OPEN, "کتابخانه روز جمعه باز می‌شود.", SHUT, "کتابخانه روز جمعه باز نمی‌شود."),
    ("urd_Arab", OPEN, "کتب خانہ اتوار کو کھلتا ہے۔", SHUT, "کتب خانہ اتوار کو نہیں کھلتا۔"),
    ("amh_Ethi", OPEN, "ቤተ መጻሕፍቱ እሑድ ይከፈታል።", SHUT, "ቤተ መጻሕፍቱ እሑድ አይከፈትም።"),
    ("hin_Deva", OPEN, "पुस्तकालय रविवार को खुलता है।", SHUT, "पुस्तकालय रविवार को नहीं खुलता।"),
    ("hin_Deva", WITH, "आप पासपोर्ट के साथ यात्रा कर सकते हैं।", WITHOUT, "आप पासपोर्ट के बिना यात्रा कर सकते हैं।"),
    ("ben_Beng", OPEN, "গ্রন্থাগার রবিবার খোলা থাকে।", SHUT, "গ্রন্থাগার রবিবার খোলা থাকে না।"),
    ("mar_Deva", OPEN, "वाचनालय रविवारी उघडे असते.", SHUT, "वाचनालय रविवारी उघडे नसते."),
    ("tam_Taml", OPEN, "நூலகம் ஞாயிறு திறந்திருக்கும்.", SHUT, "நூலகம் ஞாயிறு திறக்கப்படாது."),
    ("tel_Telu", OPEN, "గ్రంథాలయం ఆదివారం తెరుస్తారు.", SHUT, "గ్రంథాలయం ఆదివారం తెరవలేదు."),
    ("jpn_Jpan", OPEN, "図書館は日曜日に開いています。", SHUT, "図書館は日曜日に開いていません。"),
    ("jpn_Jpan", MUST, "赤いボタンに触れてください。", MUST_NOT, "赤いボタンに触れないでください。"),
    ("kor_Hang", OPEN, "도서관은 일요일에 엽니다.", SHUT, "도서관은 일요일에 열지 않습니다."),
    ("kor_Hang", MUST, "빨간 단추를 누르십시오.", MUST_NOT, "빨간 단추를 누르지 마십시오."),
    ("zho_Hans", OPEN, "图书馆星期天开门。", SHUT, "图书馆星期天不开门。"),
    ("zho_Hant", ALL, "大家都看到了那封信。", NONE, "沒有人看到那封信。"),
    ("yue_Hant", OPEN, "圖書館禮拜日開。", SHUT, "圖書館禮拜日唔開。"),
    ("tha_Thai", OPEN, "ห้องสมุดเปิดวันอาทิตย์", SHUT, "ห้องสมุดไม่เปิดวันอาทิตย์"),
    ("tha_Thai", MUST, "กดปุ่มสีแดง", MUST_NOT, "ห้ามกดปุ่มสีแดง"),
    ("lao_Laoo", OPEN, "ຫໍສະໝຸດເປີດວັນອາທິດ", SHUT, "ຫໍສະໝຸດບໍ່ເປີດວັນອາທິດ"),
    ("khm_Khmr", OPEN, "បណ្ណាល័យបើកនៅថ្ងៃអាទិត្យ។", SHUT, "បណ្ណាល័យមិនបើកនៅថ្ងៃអាទិត្យទេ។"),
    ("mya_Mymr", OPEN, "စာကြည့်တိုက်က တနင်္ဂနွေနေ့ ဖွင့်တယ်။", SHUT, "စာကြည့်တိုက်က တနင်္ဂနွေနေ့ မဖွင့်ဘူး။"),
    ("vie_Latn", OPEN, "Thư viện mở cửa vào chủ nhật.", SHUT, "Thư viện không mở cửa vào chủ nhật."),
    ("ind_Latn", OPEN, "Perpustakaan buka pada hari Minggu.", SHUT, "Perpustakaan tidak buka pada hari Minggu."),
    ("fil_Latn", OPEN, "Bukas ang aklatan tuwing Linggo.", SHUT, "Hindi bukas ang aklatan tuwing Linggo."),
    ("swh_Latn", OPEN, "Maktaba inafunguliwa Jumapili.", SHUT, "Maktaba haifunguliwi Jumapili."),
    ("hau_Latn", OPEN, "Ana buɗe ɗakin karatu ranar Lahadi.", SHUT, "Ba a buɗe ɗakin karatu ranar Lahadi ba."),
    ("yor_Latn", OPEN, "Ilé ìkàwé máa ń ṣí ní ọjọ́ Àìkú.", SHUT, "Ilé ìkàwé kì í ṣí ní ọjọ́ Àìkú."),
    ("zul_Latn", ALL, "Bonke bayibonile incwadi.", NONE, "Akekho owayibona incwadi."),
    ("epo_Latn", OPEN, "La biblioteko malfermiĝas dimanĉe.", SHUT, "La biblioteko ne malfermiĝas dimanĉe."),
]  # fmt: skip

# Holds a cue, and no negation; the English beside it has none either.
IDIOMS = [
    ("deu_Latn", "Birds sing, and frogs too.", "Nicht nur Vögel singen, sondern auch Frösche."),
    ("fra_Latn", "He speaks Welsh alone.", "Il ne parle que le gallois."),
    ("fra_Latn", "Step by step she learns.", "Elle apprend pas à pas."),
    ("fra_Latn", "She will surely come tomorrow.", "Elle viendra sans doute demain."),
    ("por_Latn", "The cat sleeps in the garden.", "O gato dorme no jardim."),
    ("ita_Latn", "The dog and the cat sleep.", "Ne parlo: il cane e il gatto dormono."),
    ("spa_Latn", "However, the road is long.", "Sin embargo, el camino es largo."),
    ("cat_Latn", "Go towards the river.", "Aneu cap al riu."),
    ("jpn_Jpan", "You must write your name.", "名前を書かなければなりません。"),
    ("kor_Hang", "The road is long, and steep as well.", "길은 길 뿐만 아니라 가파릅니다."),
    ("zho_Hans", "This is a very good road.", "这是一条非常好的路。"),
    ("rus_Cyrl", "Read the poem and the letter.", "Читайте не только стихи, но и письмо."),
    ("vie_Latn", "The space is wide.", "Không gian rất rộng."),
    ("arb_Arab", "The road is still long.", "لا يزال الطريق طويلا."),
    ("swe_Latn", "Wait outside the house.", "Vänta utanför huset."),
]
ENGLISH_IDIOMS = [
    "Not only birds sing, but frogs too.",
    "No sooner had she sat down than it rang.",
    "We shall know whether or not it rains.",
    "See chapter No. 7 of the book.",
    "She is nothing but kind.",
    "It is cold, isn't it?",
    "Run the tool with --no-wait and read the log.",
    "Nonetheless the bridge was built.",
]


def score(source: str, target: str, language: str, source_language: str = ENGLISH) -> float:
    pair = Pair(source, target, source_language, language)
    assert negation.applies(pair)
    value = negation.score(pair)
    assert value is not None
    return value


@pytest.mark.parametrize(("language", "plain", "same", "denied", "denied_too"), PAIRS)
def test_a_right_pair_passes_and_a_wrong_one_does_not(
    language: str, plain: str, same: str, denied: str, denied_too: str
) -> None:
    assert score(plain, same, language) == 1.0
    assert score(denied, denied_too, language) == 1.0
    assert score(denied, same, language) < LIMIT
    assert score(plain, denied_too, language) < LIMIT
    assert score(denied_too, denied, ENGLISH, language) == 1.0  # a back translation
    assert score(same, denied, ENGLISH, language) < LIMIT
    assert score(same, denied_too, language, language) < LIMIT  # a rewrite in the same language


def test_the_pairs_are_of_many_languages() -> None:
    assert len({one[0] for one in PAIRS}) >= 60


@pytest.mark.parametrize(("language", "english", "text"), IDIOMS)
def test_a_cue_in_an_idiom_is_no_negation(language: str, english: str, text: str) -> None:
    assert score(english, text, language) == 1.0


@pytest.mark.parametrize("english", ENGLISH_IDIOMS)
def test_english_idioms_are_no_negation(english: str) -> None:
    assert score(english, "Der Satz hier ist klar.", "deu_Latn") == 1.0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ces_Latn", "Nikdo nikdy nikomu nic neřekl."),
        ("rus_Cyrl", "Никто никому никогда ничего не говорил."),
        ("spa_Latn", "Nadie dijo nunca nada a nadie."),
        ("ita_Latn", "Non ha mai detto niente a nessuno."),
        ("hun_Latn", "Soha senki nem mondott semmit."),
        ("afr_Latn", "Niemand het ooit iets gesê nie."),
    ],
)
def test_words_that_deny_together_count_once(language: str, text: str) -> None:
    assert score("He did not say a word.", text, language) == 1.0
    assert score("He did not say a word and did not smile.", text, language) < LIMIT


def test_two_negations_of_two_sentences_count_twice() -> None:
    english = "The lamp is not green. The door is not open."
    assert score(english, "Die Lampe ist nicht grün. Die Tür ist nicht offen.", "deu_Latn") == 1.0
    assert score(english, "Die Lampe ist nicht grün. Die Tür ist offen.", "deu_Latn") == 0.5


def test_words_that_may_deny_satisfy_and_never_ask() -> None:
    assert score("The key is invalid.", "Der Schlüssel ist nicht gültig.", "deu_Latn") == 1.0
    assert score("The key is not valid.", "Der Schlüssel ist ungültig.", "deu_Latn") == 1.0
    assert score("The key is invalid.", "Der Schlüssel ist falsch.", "deu_Latn") == 1.0


def test_a_soft_word_that_has_its_own_match_explains_nothing_else() -> None:
    assert score("The key is invalid and not new.", "Der Schlüssel ist ungültig und neu.", "deu_Latn") < LIMIT


def test_a_negation_that_moved_far_counts_as_lost_and_added() -> None:
    filler = "The harbour lies in the north and the boats come home in the evening with fish. "
    german = "Der Hafen liegt im Norden und die Boote kommen am Abend mit Fisch nach Hause. "
    english = "The lamp is not green. " + filler * 3 + "The door is open."
    assert score(english, "Die Lampe ist nicht grün. " + german * 3 + "Die Tür ist offen.", "deu_Latn") == 1.0
    assert score(english, "Die Lampe ist grün. " + german * 3 + "Die Tür ist nicht offen.", "deu_Latn") < LIMIT


def test_one_of_many_in_a_long_text_does_not_decide() -> None:
    english = " ".join(f"The lamp in room {room} is not green." for room in range(12))
    german = [f"Die Lampe in Zimmer {room} ist nicht grün." for room in range(12)]
    german[5] = "Die Lampe in Zimmer 5 ist rot."
    assert LIMIT <= score(english, " ".join(german), "deu_Latn") < 1.0


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ"])
def test_every_apostrophe_reads_alike(apostrophe: str) -> None:
    english = f"The lamp isn{apostrophe}t green."
    assert score(english, "Die Lampe ist nicht grün.", "deu_Latn") == 1.0
    assert score(english, "Die Lampe ist grün.", "deu_Latn") < LIMIT


def test_vowel_signs_and_joiners_do_not_hide_a_cue() -> None:
    assert score(SHUT, "لَا تَفْتَحُ المكتبة يوم الأحد.", "arb_Arab") == 1.0
    assert score(SHUT, "کتابخانه روز جمعه باز نمی شود.", "fas_Arab") == 1.0


@pytest.mark.parametrize("language", ["tlh_Latn", "und_Zyyy", "rus_Latn", "", "xx", "arb_Latn"])
def test_a_language_without_cues_does_not_apply(language: str) -> None:
    assert not negation.known(language)
    assert not negation.applies(Pair("It is not so.", "It is so.", ENGLISH, language))
    assert not negation.applies(Pair("It is not so.", "It is so.", language, ENGLISH))
    assert negation.score(Pair("It is not so.", "It is so.", ENGLISH, language)) is None


def test_the_languages_are_listed_and_all_known() -> None:
    listed = negation.languages()
    assert list(listed) == sorted(set(listed))
    assert len(listed) > 150
    assert all(negation.known(one) for one in listed)


def test_every_table_holds_words_that_can_be_met() -> None:
    for label in negation.languages():
        reader = negation.reader_of(label)
        assert reader is not None
        for word in reader._table:
            assert not set(word) & set(" -_|()[]"), f"{label}: {word!r} can never be a word"


def test_phrases_with_a_group_of_their_own_are_refused() -> None:
    with pytest.raises(ValueError, match="must not capture"):
        Reader(Cues(scripts="Latn", phrases="(no)"))


@given(st.text(), st.sampled_from(negation.languages()))
def test_any_text_against_itself_gives_one(text: str, language: str) -> None:
    assert negation.score(Pair(text, text, language, language)) == 1.0
    assert score(text, text + " ", language, language) == 1.0


@given(st.text(), st.text(), st.sampled_from(negation.languages()), st.sampled_from(negation.languages()))
def test_any_two_texts_have_a_score(source: str, target: str, one: str, other: str) -> None:
    pair = Pair(source, target, one, other)
    value = negation.score(pair)
    assert value is not None
    assert 0.0 <= value <= 1.0
    assert value == negation.score(pair)


def test_a_long_text_is_read() -> None:
    text = "It is not so. " * 70_000
    assert score(text, text[:-1], ENGLISH) > LIMIT


def test_the_gate_is_whole() -> None:
    gate = negation.GATE
    assert (gate.name, gate.reason, gate.keep) == ("negation_kept", "negation_lost", "at_least")
    assert gate.limit is not None
    pair = Pair(SHUT, "Die Bücherei hat sonntags geöffnet.", ENGLISH, "deu_Latn")
    assert gate.applies(pair)
    assert gate.score(pair) == negation.score(pair) == 0.0


@pytest.mark.parametrize(
    ("text", "kind", "made"),
    [
        ("You cannot leave.", "less", "You can leave."),
        ("Leave without a key.", "less", "Leave with a key."),
        ("No one shall be sent away.", "less", "Everyone shall be sent away."),
        ("Not only birds sing.", "less", None),
        ("The lamp is green.", "more", "The lamp is not green."),
        ("The lamp is not green.", "more", None),
        ("Green lamps.", "more", None),
    ],
)
def test_english_faults_are_seeded(text: str, kind: str, made: str | None) -> None:
    assert seeded_negation.seed(text, ENGLISH, random.Random(1), kind) == made


def test_faults_of_other_languages_are_seeded() -> None:
    rng = random.Random(1)
    assert seeded_negation.seed("Die Tür ist nicht offen.", "deu_Latn", rng) == "Die Tür ist offen."
    assert seeded_negation.seed("Nicht nur die Tür ist offen.", "deu_Latn", rng) is None
    assert seeded_negation.seed("Die Tür ist offen.", "deu_Latn", rng, "more") is None
    assert seeded_negation.seed("Something.", "tlh_Latn", rng) is None


@pytest.mark.parametrize("kind", ["sentence", "tail", "cut"])
def test_a_fifth_at_least_is_left_out(kind: str) -> None:
    text = "The harbour lies in the north. The boats come home at night. Fish is sold at dawn."
    made = seeded_omission.seed(text, ENGLISH, random.Random(3), kind)
    assert made is not None
    assert 0 < len(made) <= 0.8 * len(text)
    assert seeded_omission.seed("Too short.", ENGLISH, random.Random(3), kind) is None


def test_a_cut_ends_within_a_word() -> None:
    text = "The harbour lies in the north and the boats come home at night."
    made = seeded_omission.seed(text, ENGLISH, random.Random(3), "cut")
    assert made is not None
    assert text.startswith(made)
    assert made[-1].isalpha()
    assert text[len(made)].isalpha()


def test_a_sentence_of_another_language_is_put_in() -> None:
    german = "Der Hafen liegt im Norden. Die Boote kommen abends heim."
    english = "The harbour lies in the north. The boats come home at night."
    made = seeded_language.seed(german, "deu_Latn", random.Random(2), english)
    assert made is not None
    assert made != german
    assert any(part in made for part in ("The harbour lies in the north.", "The boats come home at night."))
    assert any(part in made for part in ("Der Hafen liegt im Norden.", "Die Boote kommen abends heim."))
    assert seeded_language.seed(german, "deu_Latn", random.Random(2)) is None
    assert seeded_language.seed(german, "deu_Latn", random.Random(2), german, "deu_Latn") is None
