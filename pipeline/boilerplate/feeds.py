"""What blog software writes under each article of a feed: "The post Old mill reopens appeared first on Valley News."."""

from __future__ import annotations

import re

# as WordPress translates it: the words before the headline, those between headline and site, those after the site
SAYINGS = (
    ("The (?:post|article|page)", "(?:appeared first|first appeared) on", ""),
    ("Der (?:Beitrag|Artikel)", "erschien zuerst auf", ""),
    ("(?:L['’]article|Cet article)", "est apparu en premier sur", ""),
    ("La entrada", "(?:se publicó|aparece|apareció) primero en", ""),
    ("L['’]articolo", "(?:proviene da|sembra essere il primo su)", ""),
    ("(?:O post|O artigo|O conteúdo|A postagem)", "(?:apareceu|aparece|foi publicado) primeiro em", ""),
    ("Het (?:bericht|artikel)", "verscheen eerst op", ""),
    ("(?:Artykuł|Post|Wpis)", "(?:pochodzi z serwisu|pojawił się po raz pierwszy w)", ""),
    ("(?:Сообщение|Запись)", "(?:появил[аи]сь|впервые появил[аи]сь) (?:сначала )?на", ""),
    ("(?:Запис|Допис)", "(?:спершу з['’]явиться|вперше з['’]явився) на", ""),
    ("Inlägget", "dök först upp på", ""),
    ("Indlægget", "blev først udgivet på", ""),
    ("Innlegget", "dukket først opp på", ""),
    ("Příspěvek", "(?:pochází z|se nejdříve objevil na)", ""),
    ("(?:Articolul|Postarea)", "apare prima dată (?:în|pe)", ""),
    ("Artikel", "pertama kali (?:tampil|muncul) (?:pada|di)", ""),
    ("Bài viết", "(?:đã )?xuất hiện (?:đầu tiên|lần đầu) (?:vào ngày|trên|tại)", ""),
    ("Το άρθρο", "εμφανίστηκε πρώτα στο", ""),
    ("Az?", "bejegyzés először", "jelent meg"),
)
_NAME = r"[\"“”„«‘'¿¡(\[]?[^\W_a-zà-ÿа-я]\S*(?: \S+){0,30}?"  # a headline, or a site: no small letter begins it
_HOST = r"(?:[\w-]+\.)+[a-z]{2,}"
_JAPANESE = "投稿.+は.+に最初に表示されました"
_CHINESE = "[《〈].+[》〉](?:[这這]篇文章)?最[先早](?:出[现現]|[发發][布佈])[于於在][《〈].+[》〉]"


def _saying(before: str, between: str, after: str) -> str:
    """One saying as a pattern."""
    return f"{before} {_NAME} {between} (?:{_NAME}|{_HOST}){after and ' ' + after}"


FOOTER = re.compile(f"(?:{'|'.join(_saying(*saying) for saying in SAYINGS)}|{_JAPANESE}|{_CHINESE})[.。]?")
HINT = f"^({'|'.join(before for before, _, _ in SAYINGS)}|投稿|[《〈])"


def footer(text: str) -> str:
    """The line under an article that names its first place of print, as software writes it.

    >>> footer("The post Old mill reopens appeared first on Valley News."), footer("The post of miller appeared first on it.")
    ('feed footer', '')
    """
    return "feed footer" if FOOTER.fullmatch(text) else ""
