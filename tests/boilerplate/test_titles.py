"""Headline, author and date of pages in languages the tagger was not fitted on, between menu and share bar."""

import pytest

from pipeline import Settings, boilerplate
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

PAGES = {  # menu; headline, author and date; share bar; text; furniture below
    "de": (
        ["Startseite", "Politik", "Wirtschaft", "Sport", "Anmelden", "Abo", "Suche"],
        ["Stadtwerke senken die Strompreise zum Herbst", "Von Katrin Vogel", "12. September 2023, 14:35 Uhr"],
        ["Teilen", "Merken", "Drucken"],
        [
            "Die Stadtwerke senken zum ersten Oktober ihre Strompreise um knapp acht Prozent. Das teilte das Unternehmen am "
            "Dienstag nach einer Sitzung des Aufsichtsrats mit.",
            "Ein Haushalt mit drei Personen spart nach Angaben der Stadtwerke rund neunzig Euro im Jahr.",
            "„Wir geben die gesunkenen Kosten weiter“, sagte Geschäftsführer Martin Seidel.",
        ],
        [
            "Lesen Sie auch",
            "Mehr zum Thema",
            "Jetzt kommentieren",
            "Newsletter",
            "Impressum",
            "Datenschutz",
            "AGB",
            "Nach oben",
        ],
    ),
    "es": (
        ["Inicio", "Noticias", "Deportes", "Opinión", "Suscríbete", "Iniciar sesión", "Inicio » Noticias » Local"],
        ["El mercado central reabre tras dos años de obras", "5 de abril de 2022"],
        ["Compartir en WhatsApp", "Compartir en Facebook"],
        [
            "El mercado central de la ciudad reabrió este lunes sus puertas después de dos años de obras que han costado más de "
            "cuatro millones de euros.",
            "Los comerciantes, que durante ese tiempo vendieron en una carpa provisional, volvieron a sus puestos de siempre.",
        ],
        ["Etiquetas: mercado, obras, comercio", "Noticias relacionadas", "Deja un comentario", "Lo más leído", "Aviso legal"],
    ),
    "ru": (
        ["Главная", "Новости", "Спорт", "Контакты", "Войти", "Поиск по сайту"],
        ["В Вологде открыли новый мост через реку", "15 августа 2021, 12:40", "Автор: Ирина Соколова"],
        ["Поделиться", "ВКонтакте", "Telegram"],
        [
            "В Вологде после трёх лет строительства открыли новый мост через реку. Движение по нему началось в субботу утром.",
            "По словам мэра, мост позволит разгрузить центр города и сократит путь до вокзала на двадцать минут.",
            "Длина моста составляет 320 метров, ширина — 24 метра.",
        ],
        ["Читайте также", "Комментариев пока нет", "Добавить комментарий", "Политика конфиденциальности", "Реклама на сайте"],
    ),
    "pl": (
        ["Strona główna", "Aktualności", "Sport", "Kontakt", "Zaloguj się", "Szukaj"],
        ["Nowa biblioteka w dawnej fabryce", "Anna Kowalska", "7 października 2022"],
        ["Udostępnij", "Drukuj"],
        [
            "W dawnej fabryce włókienniczej przy ulicy Młyńskiej otwarto w piątek nową bibliotekę miejską. Budynek stał pusty "
            "przez ponad dwadzieścia lat.",
            "Na parterze znalazła się czytelnia i sala dla dzieci, a na piętrze zbiory regionalne.",
        ],
        ["Czytaj także", "Komentarze (0)", "Dodaj komentarz", "Polityka prywatności", "Regulamin"],
    ),
    "zh": (
        ["首页", "新闻", "体育", "财经", "登录", "注册", "搜索"],
        ["老城区图书馆重新开放", "2022-06-18 09:30", "来源：江城日报"],
        ["分享到：", "微信", "微博"],
        [
            "经过一年半的修缮，位于老城区的市图书馆于六月十八日重新向读者开放。馆内新增了儿童阅览室和自习空间。",
            "馆长李明表示，修缮工程保留了建筑原有的砖木结构，同时改善了照明和通风条件。",
        ],
        ["相关阅读", "热门排行", "关于我们", "联系我们", "版权声明"],
    ),
    "ja": (
        ["ホーム", "ニュース", "スポーツ", "ログイン", "検索"],
        ["古い駅舎が喫茶店に生まれ変わる", "2021年11月3日 10時00分"],
        ["シェア", "ツイート", "ブックマーク"],
        [
            "十年前に廃止された小さな駅の駅舎が、地元の若者たちの手で喫茶店として生まれ変わった。開店の日には朝から多くの人が列を作った。",
            "店主の田中さんは「駅がなくなってから町が寂しくなった。人が集まる場所をもう一度作りたかった」と話す。",
        ],
        ["関連記事", "人気記事ランキング", "コメントを残す", "プライバシーポリシー", "お問い合わせ"],
    ),
    "ar": (
        ["الرئيسية", "أخبار", "رياضة", "اقتصاد", "تسجيل الدخول", "بحث"],
        ["افتتاح حديقة عامة جديدة في وسط المدينة", "محمود سالم", "١٢ أبريل ٢٠٢٢"],
        ["شارك", "فيسبوك", "تويتر"],
        [
            "افتتحت بلدية المدينة صباح اليوم حديقة عامة جديدة في وسط المدينة بعد عامين من العمل، وتضم ملاعب للأطفال ومسارات للمشي.",
            "وقال رئيس البلدية إن الحديقة ستكون مفتوحة أمام الزوار مجانا طوال أيام الأسبوع.",
        ],
        ["اقرأ أيضا", "اترك تعليقا", "من نحن", "اتصل بنا", "سياسة الخصوصية"],
    ),
}


def cleaned(lines):
    (done,) = decide(
        list(assemble.batches([(0, Record("a", "\n".join(lines), None, "", "a"))], 10**9)),
        Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings()),
    )
    return settle.settle(done)[0]["text"].to_pylist()[0].split("\n")


@pytest.mark.parametrize(("menu", "head", "share", "text", "below"), PAGES.values(), ids=PAGES)
def test_headline_author_and_date_stay_and_the_furniture_round_them_goes(menu, head, share, text, below):
    kept = cleaned([*menu, *head, *share, *text, *below])
    assert [line for line in kept if line] == [*head, *text]


def test_what_a_phrase_or_a_rule_knows_is_no_headline():
    _, _, _, text, below = PAGES["es"]
    assert cleaned(["Inicio", "Noticias", "Deportes", "Compartir en Facebook", *text, *below])[0] == text[0]
