"""Line rules: pure functions over one block's text. Each returns the evidence, or "" where it does not fire.

The ledger's rule is the name of the row in `LINE_RULES`. A rule decides alone, so it must be certain: what also stands in
real text belongs to the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.boilerplate import feeds
from pipeline.corpus import Rule

PLUGINS = (
    "ad|ads|adinserter|adrotate|adsense|the_ad|google_ad|vc|et_pb|su|fusion|wpforms|mc4wp|gravityform|rev_slider|elementor|td|"
    "penci|tie|caption|gallery|embed|contact-form|social|toc|wp|widget"
)
# "[logger_root]" is a section of an INI file and "[sic]" is prose: the name of a plugin, and a suffix or attributes
CODES = (
    rf"\[/?(?:{PLUGINS})(?:[_-][a-z0-9]+)+(?:\s[^\[\]]{{0,200}})?\]",
    rf"\[(?:{PLUGINS})\s\w+=[^\[\]]{{1,200}}\]",
    rf"\[/(?:{PLUGINS})\]",
    r"\[embed[^\[\]]{0,80}\]\S{1,300}?\[/embed\]",
    r"\(adsbygoogle\s?=\s?window\.adsbygoogle\s?\|\|\s?\[\]\)\.push\(\{[^{}]{0,200}\}\);?",
)
SHORTCODE = re.compile(rf"(?:(?:{'|'.join(CODES)})\s*)+")
NETWORKS = (
    "facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|tumblr|email|e-mail|messenger|flipboard|pocket|print|"
    "threads|bluesky|mastodon|vk|line|viber|skype|google\\+"
)
SHARE_BAR = re.compile(
    rf"(?:(?:share|tweet|pin|post|send|teilen|partager|compartir|condividi|udostępnij)(?:\s+(?:this|it))?"
    rf"(?:\s*(?:on|via|to|by|with|auf|sur|en|su|na)\s*(?:{NETWORKS}))?[\s|/,·•]*){{2,12}}|"
    rf"(?=.*[a-wyz])(?:(?:{NETWORKS})[\s|/,·•]*){{3,14}}|"
    rf"(?:(?:email this|blogthis!?|share to (?:{NETWORKS}))[\s|]*){{1,8}}",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(
    r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:copyright\s*)?(?:\d{4}\s*[-–—]\s*)?\d{4}\b.{0,120}|"
    r"(?:copyright\s*)?©\s?[^.!?]{2,80}\d{4}(?:[-–]\d{4})?\.?(?:\s*all rights reserved\.?)?|.{0,80}\ball rights reserved\.?",
    re.IGNORECASE,
)
SOFTWARE = (
    "blogger|wordpress(?:\\.com)?|phpbb|vbulletin|invision community|discourse|disqus|shopify|squarespace|wix|ghost|drupal|"
    "joomla!?|mediawiki|tumblr|substack|medium|typepad|movable type|jekyll|github pages|google|feedburner|xenforo|mybb|weebly|"
    "simple machines|zendesk|beehiiv|mailchimp|webflow|issuu|flipboard|livejournal|vanilla|woocommerce|magento|prestashop"
)
POWERED = re.compile(rf"powered by (?:{SOFTWARE})\b.{{0,40}}|proudly powered by .{{2,40}}", re.IGNORECASE)
HOMES = (
    "home|startseite|accueil|inicio|início|pagina iniziale|strona główna|startpagina|главная|головна|domů|kezdőlap|acasă|hem|"
    "forside|etusivu|ana ?sayfa|beranda|trang chủ|αρχική|الرئيسية|首页|首頁|ホーム|トップ|홈"
)
HERE = "you are here|sie sind hier|vous êtes ici|está aquí|usted está aquí|sei qui|вы здесь|当前位置|您的位置|現在地"
BREADCRUMB = re.compile(rf"(?:(?:{HERE})\s?[:：]?\s*)?(?:{HOMES})\s*(?:[>»›→]|/(?=\s)|::)\s*[^.!?。]{{1,160}}", re.IGNORECASE)
TAG_WORDS = (
    "etiquetas|schlagw[öo]rter?|mots-clés|étiquettes|etichette|marcadores|trefwoorden|tagi|теги|метки|الوسوم|标签|標籤|タグ"
)
TAG_LINE = re.compile(
    r"(?:[Tt]ags?:|Tags|TAGS?:?|Tagged(?: (?:with|under|as))?:?|Filed under:?|Posted (?:in|under):?|"
    rf"(?i:{TAG_WORDS})\s?[:：])\s?(?<=[\s：:])(?:[^,.!?:]{{2,40}},\s*)*[^,.!?:]{{2,40}}",
)
WEEKDAYS = re.compile(
    r"m[\s|]*t[\s|]*w[\s|]*t[\s|]*f[\s|]*s[\s|]*s|s[\s|]*m[\s|]*t[\s|]*w[\s|]*t[\s|]*f[\s|]*s|"
    r"(?:(?:sun|mon|tue|wed|thu|fri|sat|mo|di|mi|do|fr|sa|so|lu|ma|me|je|ve|di)[a-z.]{0,2}[\s|]*){7}|"
    r"l[\s|]*m[\s|]*[mx][\s|]*[jg][\s|]*v[\s|]*s[\s|]*d",
    re.IGNORECASE,
)
DAYS = re.compile(r"[\d\s|*]+")
MONTH_NAMES = """
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
január február március április május június július augusztus szeptember október
ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie augusti maj marts desember
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık maret agustus
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου μαίου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
जनवरी फ़रवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند
يناير فبراير مارس أبريل ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
"""
WEEKDAY_NAMES = """
montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
"""
MONTHS = (
    r"(?:(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    rf"nov(?:ember)?|dec(?:ember)?)\.?|{'|'.join(MONTH_NAMES.split())})"
)
DATE_LINE = re.compile(
    rf"(?:(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}}\.?|{'|'.join(WEEKDAY_NAMES.split())}),?\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?{MONTHS},?\s+(?:de\s+)?\d{{4}}|"
    rf"{MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})",
    re.IGNORECASE,
)
MONTH_LINKS = re.compile(r"[«‹<]\s*\w{3,9}\.?\s*(?:\d{4})?(?:\s+\w{3,9}\.?\s*(?:\d{4})?\s*[»›>])?|\w{3,9}\.?\s*[»›>]")


def shortcode(text: str) -> str:
    """Codes that the blog software should have replaced, and calls of an advertiser's script: "[ad_1]", "[vc_row]".

    >>> shortcode("[ad_1]"), shortcode("[sic]")
    ('shortcode', '')
    """
    return "shortcode" if SHORTCODE.fullmatch(text) else ""


def share_bar(text: str) -> str:
    """A row of share buttons run together.

    >>> share_bar("Share on FacebookShare on Twitter"), share_bar("Facebook shares fell")
    ('share buttons', '')
    """
    return "share buttons" if len(text) < 300 and SHARE_BAR.fullmatch(text) else ""


def copyright_line(text: str) -> str:
    """The copyright line of a site. A sentence about where a text first appeared is not one.

    >>> copyright_line("© 2024 Valley News. All rights reserved."), copyright_line("© This report was first printed in May.")
    ('copyright line', '')
    """
    return "copyright line" if len(text) < 220 and COPYRIGHT.fullmatch(text) else ""


def powered_by(text: str) -> str:
    """What the software says of itself.

    >>> powered_by("Powered by Blogger."), powered_by("Powered by the sun, the car crossed Australia.")
    ('software line', '')
    """
    return "software line" if POWERED.fullmatch(text) and ", " not in text else ""


def breadcrumb(text: str) -> str:
    """The path from the front page of a site to the page.

    >>> breadcrumb("Home > News > Old mill reopens"), breadcrumb("Home is where the mill is")
    ('breadcrumb', '')
    """
    return "breadcrumb" if BREADCRUMB.fullmatch(text) else ""


def tag_line(text: str) -> str:
    """The words under which a page is filed.

    >>> tag_line("Tags: mill, river, bread"), tag_line("Tags: the secretary has them.")
    ('tags', '')
    """
    return "tags" if TAG_LINE.fullmatch(text) and len(text.split()) <= 20 else ""


LineRule = Callable[[str], str]
LINE_RULES: tuple[tuple[str, LineRule, str], ...] = (  # name, rule, RE2 pattern of the lines worth asking it about
    ("shortcode", shortcode, r"^(\[|\(adsbygoogle)"),
    ("share-bar", share_bar, rf"^(share|tweet|pin|post|send|teilen|partager|compartir|condividi|udost|blogthis|{NETWORKS})"),
    ("copyright", copyright_line, r"©|\(c\)|copyright|all rights reserved"),
    ("feed-footer", feeds.footer, feeds.HINT),
    ("powered-by", powered_by, r"^(proudly\s+)?powered"),
    ("breadcrumb", breadcrumb, rf"^({HERE}|{HOMES})"),
    ("tags", tag_line, rf"^(tags?|tagged|filed|posted|{TAG_WORDS})"),
)
NEXT, AGO = r"^(next|previous|newer|older) ", r"^(\p{Nd}+|an?|one|two|three) [a-z]+ ago$"
HOLDER = r"^[\s*#/-]*(copyright|\(c\)|©)"
OPENINGS = (*(hint for _, _, hint in LINE_RULES if hint[0] == "^"), NEXT, AGO, HOLDER)  # hints that look at a line's beginning

RULES = (
    Rule(
        "phrase",
        "A line that site software writes, from the phrase table.",
        "Leave a Reply",
        "She would not leave a reply.",
    ),
    Rule(
        "page-code",
        "Script, style sheet or structured data of a web page that its scraper took for text.",
        "window.dataLayer = window.dataLayer || []; / .menu li { float: left; }",
        "(the same in a manual, or between two paragraphs)",
    ),
    Rule(
        "picture",
        "A line of Markdown that shows nothing but pictures, as the reader of HTML keeps none either.",
        "[![Valley News](/logo.png)](/)",
        "![The mill in spring](mill.jpg) The mill in spring",
    ),
    Rule("shortcode", "Blog software should have replaced it by an advertisement.", "[ad_1]", "[sic]"),
    Rule(
        "share-bar",
        "Buttons lose their shape in plain text and run together.",
        "Share on FacebookShare on Twitter",
        "Facebook shares fell",
    ),
    Rule("copyright", "The copyright line of a site.", "© 2024 Valley News", "© This report was first printed in May."),
    Rule(
        "feed-footer",
        "What blog software writes under each article of a feed.",
        "The post Mill reopens appeared first on Valley News.",
        "The post of miller appeared first on the list.",
    ),
    Rule("powered-by", "What the software says of itself.", "Powered by Blogger.", "Powered by the sun, the car won."),
    Rule("breadcrumb", "The path from the front page to this one.", "Home > News > Mill reopens", "Home is where the mill is"),
    Rule("tags", "The words under which a page is filed.", "Tags: mill, river, bread", "Tags: the secretary has them."),
    Rule(
        "calendar",
        "The archive calendar of a blog: weekdays, then rows of days.",
        "M T W T F S S / 1 2 3 / « Feb",
        "3 2 1 0",
    ),
    Rule(
        "date-line",
        "A blog groups its posts by day: a date alone above the headline.",
        "Saturday 3 May 2025 (first line)",
        "3 May 2025, Leeds",
    ),
    Rule(
        "site-line",
        "A line on many pages of one site is part of its frame.",
        "(on 40 of 52 pages)",
        "(a refrain on 1 page)",
    ),
    Rule(
        "site-template",
        "A line on many pages of one site, but for its date, number or name, is written by its software.",
        "Published 3 May 2024 by Ann Smith (on 31 of 56 pages)",
        "Serves 4 (on 31 of 56 pages, and the tagger takes it for content)",
    ),
    Rule(
        "closer",
        "A line in most articles of one page is what the site puts after each.",
        "(in 10 of 10 articles)",
        "(in 1 of 10)",
    ),
    Rule(
        "menu",
        "A run of short bulleted or link-like lines that names parts of a site.",
        "Home / News / Login",
        "eggs / flour / milk",
    ),
    Rule(
        "region",
        "HTML says that the block is navigation, a form, a footer or hidden.",
        "<nav><a>Home</a></nav>",
        "<p>Home at last.</p>",
    ),
    Rule(
        "teaser",
        "Headlines of other articles, linked before, after and beside this one.",
        "Next Post / Mill reopens",
        "Next, the mill.",
    ),
    Rule(
        "model",
        "The line tagger gives the block a low probability of content.",
        "Browse all topics",
        "Three lines of verse",
    ),
    Rule("between", "The tagger doubts the block, and furniture stands beside it.", "(0.3 under a menu)", "(0.3 in prose)"),
    Rule(
        "wall",
        "A page shows this instead of its text, and nothing else: a request to log in or to accept cookies, an error.",
        "We use cookies to personalise content. / Accept all",
        "We use cookies to personalise content. / The mill opens.",
    ),
    Rule(
        "copy",
        "A page holds the passage a second time, for other screens or in an overview; not on balance keep.",
        "The mill opens on Monday at nine in the morning. (twice)",
        "The mill opens. (twice)",
    ),
    Rule(
        "only-body",
        "Headline, byline or comment, and the run wants the body alone.",
        "By Ann Smith",
        "Ann Smith said so.",
    ),
    Rule(
        "beside",
        "A biography of the author, a disclaimer or a call to action, and the run wants the body alone.",
        "Ann Smith is a reporter at the Herald. (at the end)",
        "Ann Smith is a reporter. (at the head)",
    ),
    Rule("comment", "What a reader wrote, and the run drops comments.", "Great post, thanks!", "She said thanks."),
    Rule(
        "inline",
        "Site software left it between the sentences of a paragraph.",
        "[ad_1] The mill opened. [ad_2] Source link",
        "The tag [ad_1] is a shortcode.",
    ),
    Rule("headline-tail", "The site's name at the end of a headline.", "Mill reopens | Valley News", "Yes | No"),
)


def calendars(texts: list[str]) -> list[int]:
    """Positions of the lines of archive calendars: a weekday row, up to two lines above it, the day rows, month links.

    >>> calendars(["March 2024", "M T W T F S S", " 123", "45678910", "« Feb   Apr »", "About"])
    [0, 1, 2, 3, 4]
    """
    out: list[int] = []
    for at, text in enumerate(texts):
        if len(text) > 60 or not WEEKDAYS.fullmatch(text.strip()):
            continue
        end = at + 1
        while end < len(texts) and (DAYS.fullmatch(texts[end]) or MONTH_LINKS.fullmatch(texts[end].strip())):
            end += 1
        if end - at < 3:
            continue
        title = at > 0 and len(texts[at - 1]) < 20 and bool(re.fullmatch(r"\w+\s+\d{4}", texts[at - 1].strip()))
        out += range(at - title, end)
    return out
