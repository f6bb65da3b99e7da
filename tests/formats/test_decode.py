"""Bytes -> text: what is certain, what needs evidence, what is refused; and always the same bytes again."""

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.decode import Decoded, Rejected, declared_encoding, decode, encode
from pipeline.formats.legacy import codec

FRENCH = "L’été dernier, la mère et la fille se sont rencontrées à l’hôtel près de la forêt. Elle a été très élégante."
GERMAN = "Über die Straße führt eine größere Brücke, die für Fußgänger schöner wäre."
SPANISH = "El niño comió mañana la última ración; ¿quién sabía qué pasó después? También el año pasó así."
POLISH = "Każdy człowiek ma prawo do życia, wolności i bezpieczeństwa; żółte łąki są piękne."
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl starý učitel před školou."
HUNGARIAN = "Az időjárás jövő héten is szép lesz, de őszintén szólva a tűző nap nem jó."
TURKISH = "İstanbul'da hava çok güzeldi, çocuklar dışarıda oynuyor ve şarkı söylüyordu."
LITHUANIAN = "Žmonės gimsta laisvi ir lygūs savo orumu bei teisėmis, jiems suteiktas protas ir sąžinė."
RUSSIAN = "Сегодня утром в городе открылась новая библиотека, и туда пришли все дети."
UKRAINIAN = "Сьогодні вранці в місті відкрилася нова бібліотека, і її відвідали всі діти."
GREEK = "Σήμερα το πρωί άνοιξε στην πόλη μια νέα βιβλιοθήκη για τα παιδιά."
HEBREW = "הבוקר נפתחה בעיר ספרייה חדשה וכל הילדים באו לקרוא ספרים."
ARABIC = "افتتحت هذا الصباح مكتبة جديدة في المدينة وجاء إليها جميع الأطفال."
THAI = "เช้านี้มีห้องสมุดใหม่เปิดในเมืองและเด็กๆ ทุกคนมาอ่านหนังสือ"
CHINESE = "今天早上城里开了一家新的图书馆，孩子们都来看书了，大家都很高兴。"
TAIWANESE = "今天早上城裡開了一家新的圖書館，孩子們都來看書了，大家都很高興。"
JAPANESE = "今朝、町に新しい図書館がひらかれ、子どもたちがみんな本を読みに来ました。"
KOREAN = "오늘 아침 도시에 새 도서관이 문을 열었고 아이들이 모두 책을 읽으러 왔다."

CERTAIN = [  # bytes, text, encoding, newline
    (b"plain", "plain", "utf-8", "\n"),
    ("é“漢".encode(), "é“漢", "utf-8", "\n"),
    (codecs.BOM_UTF8 + "é".encode(), "é", "utf-8-sig", "\n"),
    ("aé\r\nb\r\n".encode("utf-16"), "aé\nb\n", "utf-16-le-sig", "\r\n"),
    (codecs.BOM_UTF16_BE + "é".encode("utf-16-be"), "é", "utf-16-be-sig", "\n"),
    (codecs.BOM_UTF32_LE + "é".encode("utf-32-le"), "é", "utf-32-le-sig", "\n"),
    ("No mark at all".encode("utf-16-le"), "No mark at all", "utf-16-le", "\n"),
    ("No mark at all".encode("utf-16-be"), "No mark at all", "utf-16-be", "\n"),
    ("No mark at all".encode("utf-32-be"), "No mark at all", "utf-32-be", "\n"),
    (b"a\r\nb\r\n", "a\nb\n", "utf-8", "\r\n"),
    (b"a\rb\r", "a\nb\n", "utf-8", "\r"),
    (b"a\r\nb\nc\r", "a\r\nb\nc\r", "utf-8", "\n"),  # mixed: kept as it is
    (b"\x1b[31mred\x1b[0m\x0c\x07", "\x1b[31mred\x1b[0m\x0c\x07", "utf-8", "\n"),
]


@pytest.mark.parametrize(("data", "text", "encoding", "newline"), CERTAIN)
def test_certain(data, text, encoding, newline):
    assert decode(data) == Decoded(text, encoding, newline)
    assert encode(decode(data)) == data


LEGACY = [
    (FRENCH, "cp1252"),
    (GERMAN, "cp1252"),
    (SPANISH, "cp1252"),
    (FRENCH, "mac-roman"),
    (POLISH, "cp1250"),
    (POLISH, "iso8859-2"),
    (CZECH, "cp1250"),
    (HUNGARIAN, "cp1250"),
    (TURKISH, "cp1254"),
    (LITHUANIAN, "cp1257"),
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"),
    (RUSSIAN, "cp866"),
    (RUSSIAN, "iso8859-5"),
    (UKRAINIAN, "cp1251"),
    (UKRAINIAN, "koi8-u"),
    (GREEK, "cp1253"),
    (HEBREW, "cp1255"),
    (ARABIC, "cp1256"),
    (THAI, "cp874"),
    (CHINESE, "gb18030"),
    (TAIWANESE, "big5hkscs"),
    (JAPANESE, "cp932"),
    (JAPANESE, "euc-jp"),
    (KOREAN, "cp949"),
]


@pytest.mark.parametrize(("text", "encoding"), LEGACY)
@pytest.mark.parametrize("declared", [None, "utf-8", "nonsense", "right"])
def test_legacy(text, encoding, declared):
    data = text.encode(encoding)
    decoded = decode(data, encoding if declared == "right" else declared)
    assert decoded.text == text
    assert encode(decoded) == data


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (RUSSIAN, "cp1251", "iso-8859-1"),  # servers say Latin-1 whatever they send
        (RUSSIAN, "koi8-r", "windows-1251"),
        (CHINESE, "gb18030", "iso-8859-1"),
        (JAPANESE, "cp932", "euc-jp"),
        (CZECH, "iso8859-2", "iso-8859-1"),
        (LITHUANIAN, "cp1257", "iso-8859-1"),
        ("těchto práv a svobod nesmí být", "iso8859-2", "iso-8859-1"),
    ],
)
def test_wrong_declaration(text, encoding, declared):
    assert decode(text.encode(encoding), declared).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("It’s a “nice” day – don’t you think?", "cp1252"),
        ("They met in a café near the station.", "cp1252"),
        ("10 € for a kilo", "cp1252"),
        ("ÉTÉ À PARIS, L’ÉCOLE FERMÉE", "cp1252"),
        ("СЕГОДНЯ В ГОРОДЕ ХОРОШАЯ ПОГОДА", "cp1251"),
        ("Café in Zürich", "latin-1"),
        ("El Niño", "latin-1"),
        ("à la carte", "latin-1"),
        ("Ångström", "latin-1"),
        ("They flew to São Paulo with the children", "latin-1"),
        ("© 2024 Acme", "latin-1"),
        ("50 °C and £5", "latin-1"),
        ("si se trata de un país independiente", "latin-1"),
    ],
)
def test_little_evidence(text, encoding):
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Săo", "cp1250"),  # "São" in windows-1252
        ("Señor", "latin-1"),  # "Seńor" in windows-1250
        ("Привет", "cp1251"),  # "Οπθβες" in windows-1253
        ("не може да се т", "cp1251"),  # "םו למזו הא סו ע", but for the letter that ends words
        ("С", "koi8-u"),  # "ó"
        ("opinió presa", "mac-roman"),  # "opini— presa"
        ("Artículo quince", "mac-roman"),  # "Art’culo"
        ("Kiekvienas žmogus turi teisę į pil", "cp1257"),  # "þmogus turi teisæ á"
        ("serà privat", "mac-roman"),  # "ser€ privat"
    ],
)
def test_too_little_evidence_is_no_guess(text, encoding):
    with pytest.raises(Rejected, match="good evidence"):
        decode(text.encode(encoding))


def test_evidence_may_stand_far_down():
    assert decode(b"plain words\n" * 10_000 + FRENCH.encode("cp1252")).text.endswith(FRENCH)


def test_utf8_is_utf8_whatever_is_declared():
    assert decode("déjà".encode(), "iso-8859-1").text == "déjà"


def test_seven_bit_encodings_need_a_declaration():
    data = JAPANESE.encode("iso2022_jp")
    assert decode(data, "iso-2022-jp") == Decoded(JAPANESE, "iso2022_jp", "\n")
    assert decode(data).text == data.decode("ascii")


REFUSED = [  # bytes, byte, words of the reason
    (b"", 0, "empty file"),
    (codecs.BOM_UTF8, 0, "nothing but a byte order mark"),
    (b"abc\0def", 3, "NUL byte"),
    (codecs.BOM_UTF16_LE + b"a\0\0\0b\0", 4, "NUL character"),
    (codecs.BOM_UTF8 + b"abc\xff", 6, "invalid UTF-8, although"),
    (codecs.BOM_UTF16_LE + b"a\0\x00\xd8", 4, "invalid UTF-16-LE"),
    (b"%PDF-1.4 \xe2\xe3", 0, "a PDF document"),
    (b"PK\x03\x04abc", 0, "a ZIP archive"),
    (b"\x89PNG\r\n", 0, "a PNG image"),
    (b"\x1f\x8b\x08", 0, "gzip data"),
    (bytes(range(1, 32)) * 20, 0, "control characters"),
    ("La forêt déjà vue ".encode() * 9 + b"\xff\xfe end", 189, "UTF-8 elsewhere"),
    (b"one \xa4\xb1\x81\xff two", 4, "no other encoding fits"),
    (b"bad \xc3\x28 bytes", 4, "no other encoding fits"),
    (b"good text \xff\xfe bad", 10, "no other encoding fits"),
    (b"one line " * 13_000 + b"\xe9 \xff", 117_000, "no other encoding fits"),
]


@pytest.mark.parametrize(("data", "byte", "reason"), REFUSED)
def test_refused(data, byte, reason):
    with pytest.raises(Rejected, match=reason) as error:
        decode(data)
    assert error.value.byte == byte
    assert error.value.reason.isprintable()


def test_random_bytes_are_not_text():
    rng = random.Random(5)
    for _ in range(200):
        with pytest.raises(Rejected):
            decode(bytes(rng.randrange(0x80, 0x100) if rng.random() < 0.5 else rng.randrange(1, 0x80) for _ in range(300)))


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "gbk", "shift_jis", "iso-2022-jp", "windows-1251", "x"]))
def test_what_is_decoded_gives_its_bytes_again(data, declared):
    try:
        decoded = decode(data, declared)
    except Rejected as error:
        byte = error.byte
    else:
        byte = None
        assert encode(decoded) == data
        assert "\0" not in decoded.text
    assert byte is None or 0 <= byte <= len(data)


@given(st.text("aé漢 .\n\r\t\u2028😀", min_size=1))
def test_utf8_is_read_as_utf8(text):
    decoded = decode(text.encode())
    assert decoded.encoding == "utf-8"
    assert encode(decoded).decode() == text


@pytest.mark.parametrize(
    ("label", "name"),
    [("UTF-8", None), ("latin1", "cp1252"), (" GB2312 ", "gb18030"), ("zlib", None), ("", None), (None, None)],
)
def test_labels(label, name):
    assert codec(label) == name


def test_declared_encoding():
    assert declared_encoding(b'<?xml version="1.0" encoding="koi8-r"?><p>') == "koi8-r"
    assert declared_encoding(b"<html><meta charset=Windows-1251>") == "windows-1251"
    assert declared_encoding(b"<p>charset") is None
