"""Letters of the languages that were written in the old encodings, and the names of those encodings.

Only letters beyond ASCII, in small letters, the most frequent first (counted in the Universal Declaration of Human Rights
in each language); for Chinese, Japanese and Korean the characters that make up the `share` of usual text that is named.
"""

from __future__ import annotations

# letters, and some of the most frequent words that have none of them
WESTERN = (
    ("éàèêùçâôîûëïœüæÿ", "les des est et dans du pour un une que qui sur aux au de la"),  # French
    ("üäöß", "der die das und ist nicht von den mit zu ein eine"),  # German
    ("óíáúéñü", "el los las del que y en por un una con su es toda de la se"),  # Spanish, Galician
    ("ãçáíéàõêóâúôü", "os as dos das que em uma com do da um para de se"),  # Portuguese
    ("àèéòùìî", "il di che della del con un una gli nel sono ogni la"),  # Italian
    ("äöåé", "och att det som av till den har ja on ei jokaisella"),  # Swedish, Finnish
    ("åøæéò", "og det som til af har den er enhver"),  # Danish, Norwegian
    ("óéàèíúçòïü", "els les del amb un una que dels als tota de la"),  # Catalan
    ("éëïóèüöáê", "het een van de en dat niet met nie"),  # Dutch, Afrikaans
    ("éñüöçïáãíóèäåøâêô", "the of and was with that for in to is"),  # foreign words in English
)
SELDOM = (  # languages in which few pages are written
    ("ðþáíéóöæúý", "og ekki er hann sem til um"),  # Icelandic
    ("ëçâ", "dhe nuk me ose"),  # Albanian
    ("äõöüš", "ja on ei kes mis tema"),  # Estonian
)
CENTRAL = (
    ("łżąśęóćńź", "nie jest do na w i oraz jego ma przez lub"),  # Polish
    ("áíéýěžčřšůúťňďó", "je na se v do nebo jeho ve aby"),  # Czech
    ("áýžčéúťšíľôňäóďĺŕ", "je na sa v do alebo jeho vo aby"),  # Slovak
    ("éáőöüóíűú", "az hogy nem egy vagy minden van meg"),  # Hungarian
    ("ăţşîâțș", "de la un se cu nu este pentru sau orice din"),  # Romanian
    ("čšžćđ", "je na se ili da za u ne svatko ima ali in do"),  # Croatian, Slovene
    ("üäöß", "der die das und ist nicht von den mit zu ein eine"),  # German
)
TURKISH = (("ışüçğöâîû", "ve bir bu ile her veya olarak"),)
BALTIC = (
    ("ėųąžšįęūč", "ir kad su arba turi yra bei tai"),  # Lithuanian
    ("īāēšņūļģķžč", "ir vai par ar uz no"),  # Latvian
    ("õäöüšž", "ja on ei kes mis tema"),  # Estonian
)
RUSSIAN = "оеиантвсрлдпмкябуыьгчжйзхющцэшфъё"
UKRAINIAN = "оаніивтрседуплямкбзюгьжхчїцйєшщфґ"
SLAVIC = (
    RUSSIAN,
    UKRAINIAN,
    "аоиенвтсрдклпбзчямъугжцщйхшюфь",  # Bulgarian
    "аоиенврустдпкмлјбзчњгшцљжхђћфџ",  # Serbian, Macedonian
    "аныірвеосядлкпцумтбзўгчьхжэюйшёф",  # Belarusian
)
GREEK = ("αιετονκρσηπςυίμδλθωέάήόγχώύξφβζψϊϋΐΰ",)
HEBREW = ("ויהלאתבשרכדמעחםנזפסןקגצטףךץ",)
ARABIC = ("اليموتنرةعدقأحهفبسكجإخشضصىذزطءغئؤآظ،", "ادیرموهنتبکقسشلعحزجخآفگصضطئچغپذثظ،")
THAI = ("ารนกอ่มิงทะัด้สลเคยีวตแหจปบใุขชธืไพ็ำศโูถภึษ์ญผซฐณฎฏฉฟฆ",)
CHINESE = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么"
    "心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分"
    "，。、：；？！“”《》（）"
)
TAIWANESE = (
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼"
    "心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分"
    "，。、：；？！「」《》（）"
)
JAPANESE = (
    "".join(map(chr, range(0x3041, 0x3094))) + "".join(map(chr, range(0x30A1, 0x30FB))) + "ー、。「」・日本人大年一国中出"
)
KOREAN = (
    "이다는에의가을고하지로사기도은한를리어나서시인아자라대정있만수그일전으주해부보제게들여스과오상원장구었니"
    "무동안비면했것우국할"
)

# labels of the WHATWG Encoding Standard, section 4.2, and what Python calls the same or a larger encoding
LABELS: dict[str, str] = {
    **dict.fromkeys(("iso-8859-1", "latin1", "l1", "ascii", "us-ascii", "windows-1252", "cp1252", "x-cp1252"), "cp1252"),
    **dict.fromkeys(("windows-1251", "cp1251", "x-cp1251"), "cp1251"),
    **dict.fromkeys(("koi8-r", "koi8", "koi", "cskoi8r"), "koi8-r"),
    **dict.fromkeys(("koi8-u", "koi8-ru"), "koi8-u"),
    **dict.fromkeys(("ibm866", "cp866", "866", "csibm866"), "cp866"),
    **dict.fromkeys(("iso-8859-5", "iso8859-5", "cyrillic"), "iso8859-5"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312", "gb_2312-80", "chinese", "x-gbk", "csgb2312", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "csbig5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932", "cp932"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "cseucpkdfmtjapanese"), "euc-jp"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949", "cp949", "uhc"), "cp949"),
    **dict.fromkeys(("windows-1253", "cp1253"), "cp1253"),
    **dict.fromkeys(("iso-8859-7", "iso8859-7", "greek", "greek8"), "iso8859-7"),
    **dict.fromkeys(("windows-1255", "cp1255", "iso-8859-8", "iso-8859-8-i", "hebrew", "visual", "logical"), "cp1255"),
    **dict.fromkeys(("windows-1256", "cp1256"), "cp1256"),
    **dict.fromkeys(("windows-874", "tis-620", "iso-8859-11", "cp874"), "cp874"),
    **dict.fromkeys(("windows-1250", "cp1250"), "cp1250"),
    **dict.fromkeys(("iso-8859-2", "iso8859-2", "latin2", "l2"), "iso8859-2"),
    **dict.fromkeys(("windows-1254", "cp1254", "iso-8859-9", "latin5", "l5"), "cp1254"),
    **dict.fromkeys(("windows-1257", "cp1257"), "cp1257"),
    **dict.fromkeys(("iso-8859-15", "iso8859-15", "latin9", "l9"), "iso8859-15"),
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman"), "mac-roman"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp"), "iso2022_jp"),
    **dict.fromkeys(("iso-2022-kr", "csiso2022kr"), "iso2022_kr"),
    "hz-gb-2312": "hz",
}
