"""The same small story in many scripts, and frames of texts."""

from __future__ import annotations

import polars as pl

# Script -> label, text.
STORIES: dict[str, tuple[str, str]] = {
    "Latin": ("fra_Latn", "Le facteur a laissé la lettre sous la porte, et le chat l'a trouvée avant nous."),
    "Vietnamese": ("vie_Latn", "Người đưa thư để lá thư dưới cửa, và con mèo đã tìm thấy nó trước chúng tôi."),
    "Yoruba": ("yor_Latn", "Ológbò náà rí lẹ́tà kan lábẹ́ ilẹ̀kùn ní òwúrọ̀ yìí kí a tó dé."),
    "Cyrillic": ("rus_Cyrl", "Почтальон оставил письмо под дверью, и кошка нашла его раньше нас."),
    "Greek": ("ell_Grek", "Ο ταχυδρόμος άφησε το γράμμα κάτω από την πόρτα και η γάτα το βρήκε πρώτη."),
    "Arabic": ("arb_Arab", "ترك ساعي البريد الرسالة تحت الباب، فوجدتها القطة قبل أن نصل إليها."),
    "Persian": ("fas_Arab", "پستچی نامه را زیر در گذاشت و گربه آن را پیش از ما پیدا کرد؛ او می\u200cخواهد بازی کند."),
    "Hebrew": ("heb_Hebr", "הדוור השאיר את המכתב מתחת לדלת, והחתול מצא אותו לפנינו."),
    "Devanagari": ("hin_Deva", "डाकिया चिट्ठी दरवाज़े के नीचे छोड़ गया, और बिल्ली ने उसे हमसे पहले पा लिया।"),
    "Bengali": ("ben_Beng", "ডাকপিয়ন চিঠিটা দরজার নিচে রেখে গেল, আর বিড়ালটা আমাদের আগে সেটা পেয়ে গেল।"),
    "Tamil": ("tam_Taml", "தபால்காரர் கடிதத்தைக் கதவின் கீழ் வைத்துச் சென்றார், பூனை அதை முதலில் கண்டது."),
    "Thai": ("tha_Thai", "บุรุษไปรษณีย์วางจดหมายไว้ใต้ประตู และแมวก็พบมันก่อนพวกเรา"),
    "Lao": ("lao_Laoo", "ຄົນສົ່ງຈົດໝາຍວາງຈົດໝາຍໄວ້ໃຕ້ປະຕູ ແລະແມວກໍພົບມັນກ່ອນພວກເຮົາ"),
    "Khmer": ("khm_Khmr", "អ្នករត់សំបុត្របានទុកសំបុត្រនៅក្រោមទ្វារ ហើយឆ្មាបានរកឃើញវាមុនយើង។"),
    "Burmese": ("mya_Mymr", "စာပို့သမားက စာကို တံခါးအောက်မှာ ထားခဲ့ပြီး ကြောင်က ကျွန်တော်တို့ထက် အရင်တွေ့ခဲ့တယ်။"),
    "Tibetan": ("bod_Tibt", "སྦྲག་པས་ཡི་གེ་སྒོའི་འོག་ཏུ་བཞག་སོང་། ཞི་མིས་ང་ཚོའི་སྔོན་ལ་རྙེད་སོང་།"),
    "Han": ("zho_Hans", "邮递员把信放在门下面，猫比我们先发现了它，于是坐在上面不肯走。"),
    "Kana": ("jpn_Jpan", "郵便屋さんは手紙をドアの下に置いていき、猫がわたしたちより先に見つけました。"),
    "Hangul": ("kor_Hang", "우체부가 편지를 문 아래에 두고 갔는데, 고양이가 우리보다 먼저 찾았다."),
    "Ethiopic": ("amh_Ethi", "ፖስተኛው ደብዳቤውን ከበሩ ስር ትቶ ሄደ፣ ድመቷም ከእኛ በፊት አገኘችው።"),
    "Georgian": ("kat_Geor", "ფოსტალიონმა წერილი კარის ქვეშ დატოვა და კატამ ის ჩვენზე ადრე იპოვა."),
    "Armenian": ("hye_Armn", "Փոստատարը նամակը թողեց դռան տակ, և կատուն այն գտավ մեզնից առաջ։"),
}


def texts(*items: str | None) -> pl.DataFrame:
    """A frame with nothing but texts."""
    return pl.DataFrame({"text": pl.Series(items, dtype=pl.String)})
