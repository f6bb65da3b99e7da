"""The line tagger: what it must drop and keep, and that a page's result is the page's own."""

from functools import cache
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate import features, network, tagger
from pipeline.boilerplate.choose import choose
from pipeline.boilerplate.tagger import explain, judge, tag
from pipeline.boilerplate.tokens import tokenize

PROSE = [
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring.",
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft.",
    "“We thought it would take a summer,” the elder of them said, laughing. “It has taken four so far.”",
    "The river did most of the harm. Twice the water came over the lower floor, and each time plaster had to come off.",
    "By the autumn of the second year the stones were turning again, slowly, and some first flour went to the market.",
]


def columns(pages, blank=0):
    raw = [block.encode("utf-8", "replace") for page in pages for block in page]
    offsets = np.cumsum([0] + [len(r) for r in raw])
    number = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
    return (
        np.frombuffer(b"".join(raw), np.uint8),
        offsets,
        number,
        np.full(len(raw), blank),
        np.zeros(len(raw), np.int64),
    )


def kept(page, balance="even"):
    """What stays of a page; a headline is protected, as in the stage."""
    tags = tag(*columns([page]))
    return choose(tags, np.zeros(len(page), np.int64), tags.words, balance) | (tags.headline >= 0.5)


FIRES = [
    (["Skip to content", "Menu", "Home", "Search for:"], []),
    ([], ["Leave a Reply", "Your email address will not be published.", "Related Posts", "Privacy Policy"]),
    ([], ["Share on Facebook", "Share on Twitter", "More from this section", "About us", "Contact"]),
    (["Home", "News", "Sport", "Weather", "Log in"], ["© 2023 Valley Herald. All rights reserved."]),
]


@pytest.mark.parametrize(("above", "below"), FIRES)
def test_furniture_around_prose_goes(above, below):
    page = [*above, "Sisters bring the old mill back to life", *PROSE, *below]
    keep = kept(page)
    assert keep[len(above) : len(page) - len(below)].all()
    assert not keep[: len(above)].any()
    assert not keep[len(page) - len(below) :].any()


KNOWN_FAILURE = [
    (["Saturday 3 May 2025"], []),  # a date above the headline: a rule of the stage takes it
    (["[ad_1]"], []),  # so it does a shortcode
]


@pytest.mark.xfail(strict=True, reason="one short line above a text is taken for its headline")
@pytest.mark.parametrize(("above", "below"), KNOWN_FAILURE)
def test_furniture_that_stays(above, below):
    keep = kept([*above, "Sisters bring the old mill back to life", *PROSE, *below])
    assert not keep[: len(above)].any()


HOLDS = [
    ["Sisters bring the old mill back to life", *PROSE],
    PROSE[:1],
    ["Flour and water", *(f"- {n} g of {x}" for n, x in [(500, "flour"), (340, "water"), (10, "salt")]), *PROSE[3:]],
    [f"{name}: {line}" for name, line in zip(["Ada", "Tom", "Ada", "Tom", "Ada"], PROSE, strict=True)],
    [
        "The owls were first to leave,",
        "the mice were next, and then",
        "the long grass at the door,",
        "and then the door.",
    ],
    ["Dear Anna,", *PROSE[:2], "Yours sincerely,", "J. Hale"],
    ["def area(width, height):", "    return width * height", "", "print(area(3, 4))"],
    ["Chapter 4", PROSE[0], "Chapter 5", PROSE[1], "Chapter 6", PROSE[2]],
]


@pytest.mark.parametrize("page", HOLDS, ids=lambda page: page[0][:20])
def test_a_clean_document_is_left_alone(page):
    assert kept(page, "keep").all()


LANGUAGES = {
    "es": (
        ["Inicio", "Noticias", "Deportes", "Hemeroteca", "Suscríbete al boletín"],
        [
            "El puente viejo vuelve a abrir tras dos años de obras",
            "El puente de piedra que une los dos barrios de la ciudad volvió a abrir el lunes después de dos años de obras de restauración.",
            "Los vecinos, que durante meses tuvieron que dar un rodeo de tres kilómetros, celebraron la noticia con una fiesta.",
            "«Es como recuperar a un viejo amigo», dijo una panadera de la calle mayor.",
        ],
        ["Compartir en Facebook", "Noticias relacionadas", "Lo más leído", "Aviso legal", "Política de privacidad"],
    ),
    "de": (
        ["Startseite", "Nachrichten", "Sport", "Anmelden"],
        [
            "Die alte Mühle mahlt wieder",
            "Nach elf Jahren Stillstand dreht sich das Rad der alten Mühle am Fluss wieder, und das erste Mehl ist schon verkauft.",
            "Die beiden Schwestern hatten das Haus bei einer Versteigerung erworben und seitdem jeden Sommer daran gearbeitet.",
            "„Wir dachten, es dauert nur ein Jahr“, sagt die ältere und lacht.",
        ],
        ["Artikel drucken", "Das könnte Sie auch interessieren", "Impressum", "Datenschutz", "Nach oben"],
    ),
    "fr": (
        ["Accueil", "Actualités", "Sport", "Se connecter"],
        [
            "Le vieux moulin tourne à nouveau",
            "Après onze ans d’arrêt, la roue du vieux moulin tourne de nouveau et la première farine a été vendue au marché.",
            "Les deux sœurs avaient acheté la maison aux enchères et y ont travaillé chaque été.",
            "« Nous pensions que cela prendrait un an », dit l’aînée en riant.",
        ],
        ["Partager sur Facebook", "À lire aussi", "Mentions légales", "Contact"],
    ),
    "it": (
        ["Home", "Notizie", "Sport", "Accedi"],
        [
            "Il vecchio mulino macina di nuovo",
            "Dopo undici anni di fermo la ruota del vecchio mulino gira di nuovo e la prima farina è stata venduta al mercato.",
            "Le due sorelle avevano comprato la casa all'asta e da allora ci hanno lavorato ogni estate.",
            "«Pensavamo che bastasse un anno», dice la maggiore ridendo.",
        ],
        ["Condividi su Facebook", "Leggi anche", "Chi siamo", "Informativa sulla privacy"],
    ),
    "pt": (
        ["Início", "Notícias", "Esporte", "Entrar"],
        [
            "O velho moinho volta a moer",
            "Depois de onze anos parado, a roda do velho moinho voltou a girar e a primeira farinha foi vendida no mercado.",
            "As duas irmãs compraram a casa em leilão e desde então trabalharam nela todos os verões.",
            "“Pensávamos que levaria um ano”, diz a mais velha, rindo.",
        ],
        ["Compartilhe no Facebook", "Leia também", "Fale conosco", "Política de privacidade"],
    ),
    "pl": (
        ["Strona główna", "Wiadomości", "Sport", "Zaloguj się"],
        [
            "Stary młyn znowu miele",
            "Po jedenastu latach postoju koło starego młyna znowu się obraca, a pierwsza mąka została sprzedana na targu.",
            "Dwie siostry kupiły dom na licytacji i od tamtej pory pracowały przy nim każdego lata.",
            "„Myślałyśmy, że potrwa to rok” – mówi starsza ze śmiechem.",
        ],
        ["Udostępnij na Facebooku", "Czytaj także", "Polityka prywatności", "Kontakt"],
    ),
    "ru": (
        ["Главная", "Новости", "Спорт", "Войти"],
        [
            "Старая мельница снова работает",
            "После одиннадцати лет простоя колесо старой мельницы снова вращается, и первая мука уже продана на рынке.",
            "Две сестры купили дом на аукционе и с тех пор работали над ним каждое лето.",
            "«Мы думали, что это займёт один год», — говорит старшая и смеётся.",
        ],
        ["Поделиться", "Читайте также", "Комментарии", "О проекте", "Реклама на сайте"],
    ),
    "ar": (
        ["الرئيسية", "أخبار", "رياضة", "تسجيل الدخول"],
        [
            "الطاحونة القديمة تعمل من جديد",
            "بعد أحد عشر عاما من التوقف عادت عجلة الطاحونة القديمة إلى الدوران وبيع أول طحين في السوق.",
            "اشترت الشقيقتان البيت في مزاد وعملتا فيه كل صيف منذ ذلك الحين.",
            "قالت الكبرى وهي تضحك: كنا نظن أن الأمر سيستغرق عاما واحدا.",
        ],
        ["شارك على فيسبوك", "اقرأ أيضا", "اتصل بنا", "سياسة الخصوصية"],
    ),
    "zh": (
        ["首页", "新闻", "体育", "登录"],
        [
            "老磨坊重新转动",
            "停工十一年之后，河边老磨坊的水轮再次转动，第一批面粉已经在集市上卖出。",
            "两姐妹在拍卖会上买下了这座房子，此后每年夏天都在修缮。",
            "“我们原以为一年就够了，”姐姐笑着说。",
        ],
        ["分享到微博", "相关阅读", "联系我们", "版权所有"],
    ),
    "ja": (
        ["ホーム", "ニュース", "スポーツ", "ログイン"],
        [
            "古い水車小屋がふたたび動き出した",
            "十一年間止まっていた川沿いの水車がふたたび回り始め、最初の小麦粉が市場で売られた。",
            "姉妹は競売でこの家を買い、それから毎年夏に修理を続けてきた。",
            "「一年で終わると思っていました」と姉は笑って話した。",
        ],
        ["この記事をシェア", "関連記事", "お問い合わせ", "プライバシーポリシー"],
    ),
}


@pytest.mark.parametrize(("above", "text", "below"), LANGUAGES.values(), ids=LANGUAGES)
def test_other_languages(above, text, below):
    """The text stays on "keep", and three in four lines of furniture go on "even"."""
    page, inside = [*above, *text, *below], slice(len(above), len(above) + len(text))
    assert kept(page, "keep")[inside].all()
    left = np.delete(kept(page, "even"), inside)
    assert left.mean() <= 0.25


@pytest.mark.parametrize("text", [text for _, text, _ in LANGUAGES.values()], ids=LANGUAGES)
def test_a_clean_document_in_another_language_is_left_alone(text):
    assert kept(text, "keep").all()


PAGES = st.lists(
    st.lists(
        st.sampled_from([*PROSE, "Menu", "Home", "Share", "3 comments", "新闻", "", "© 2024 X"]),
        min_size=1,
        max_size=40,
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(PAGES, st.data())
def test_a_page_is_judged_the_same_in_any_batch(pages, data):
    """To the last bit: decisions must not depend on how a corpus is cut."""
    cut = data.draw(st.integers(1, len(pages) - 1))
    whole = tag(*columns(pages))
    parts = [tag(*columns(pages[:cut])), tag(*columns(pages[cut:]))]
    for name in whole._fields:
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(p, name) for p in parts])), name


def test_portions_do_not_show(monkeypatch):
    pages = [[*PROSE * (1 + k % 5), "Menu", "Home"] for k in range(30)]
    whole = tag(*columns(pages))
    monkeypatch.setattr(tagger, "_PORTION", 17)
    monkeypatch.setattr(tagger, "_TOGETHER", 40)
    for found in (tag(*columns(pages)), shared(pages)):
        assert all(np.array_equal(a, b) for a, b in zip(whole, found, strict=True))


def shared(pages):
    """As `tag`, from the words of distinct texts."""
    texts = sorted({block for page in pages for block in page}, reverse=True)
    at = np.array([texts.index(block) for page in pages for block in page])
    return judge(tokenize(*columns([texts])[:2]), at, *columns(pages)[2:])


@given(
    st.lists(st.lists(st.sampled_from([*PROSE, "Menu", "Home", "", "menu"]), min_size=1, max_size=9), min_size=1, max_size=4)
)
def test_blocks_of_one_text_may_share_its_words(pages):
    """To the last bit: what a text says by itself is found once for all its copies."""
    for a, b in zip(tag(*columns(pages)), shared(pages), strict=True):
        assert np.array_equal(a, b)


def padded(x, layers):
    """One page the plain way: rows of zeros for the farthest tap on both sides."""
    gap, grid = max(d for d, _, _ in layers.convolutions), network.HIGHEST * network.GRID
    h = np.clip(np.rint(x @ layers.into[0] + layers.into[1]), 0, grid)
    for k, (d, taps, bias) in enumerate(layers.convolutions):
        wide = np.pad(h, ((gap, gap), (0, 0)))
        y = sum(wide[gap + d * (tap - 1) :][: len(h)] @ taps[tap] for tap in range(3))
        if k == len(layers.convolutions) // 2:
            y += np.concatenate((np.rint(h.mean(0)), h.max(0))) @ layers.context
        h = np.minimum(h + np.clip(np.rint(y + bias), 0, grid), grid)
    return h


@given(st.lists(st.sampled_from([1, 2, 3, 4, 5, 8, 9, 16, 17, 18, 33, 40]), min_size=1, max_size=12), st.integers(0, 9))
def test_pages_of_any_length_stand_apart(lengths, seed):
    """Short pages stand nearer to one another than the farthest tap reaches."""
    layers, rng = network.shipped().layers, np.random.default_rng(seed)
    x = np.rint(rng.normal(0, 32, (sum(lengths), len(layers.mean)))).astype(np.float32)
    found = network.hidden(x, features.number_pages(np.repeat(np.arange(len(lengths)), lengths)), layers)
    alone = [padded(page, layers) for page in np.split(x, np.cumsum(lengths)[:-1])]
    assert np.array_equal(found, np.concatenate(alone))


STRANGE = {
    "nothing": [],
    "an empty block": [""],
    "only marks": ["* * *", "---"],
    "one long line": ["word " * 60_000],
    "one long word": ["x" * 300_000],
    "many short lines": ["Menu"] * 25_000,
    "broken UTF-8": ["\ud800 broken"],
}


@pytest.mark.parametrize("page", STRANGE.values(), ids=STRANGE)
def test_strange_pages(page):
    tags = tag(*columns([page]))
    assert len(tags.content) == len(page)
    for values in tags[:5]:
        assert np.isfinite(values).all()
        assert ((values >= 0) & (values <= 1)).all()


def test_input_is_left_unchanged():
    given_columns = columns([["One.", *PROSE], ["Menu", "Home"]], blank=2)
    before = [c.copy() for c in given_columns]
    tag(*given_columns)
    assert all(np.array_equal(a, b) for a, b in zip(given_columns, before, strict=True))


def test_explain_names_the_strongest_features():
    page = ["Skip to content", *PROSE, "Leave a Reply"]
    found = explain(*columns([PROSE, page]), row=len(PROSE))
    assert 1 <= len(found) <= 5
    weights = [abs(weight) for _, weight in found]
    assert weights == sorted(weights, reverse=True)
    assert {name for name, _ in found} & {"words", "word pairs", "whole line", "blocks around"}


@cache
def model_bytes():
    return resources.files("pipeline.boilerplate").joinpath("data/lines.npz").read_bytes()


def test_the_model_is_small():
    assert len(model_bytes()) <= 1_000_000
