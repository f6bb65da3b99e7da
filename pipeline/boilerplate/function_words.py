"""Function words of the languages whose pages the tagger was fitted on.

Running text is rich in them and menus are not, in any language; for the languages that are written without spaces
single characters stand for words. Only frequent words that mean little by themselves are listed.
"""

from __future__ import annotations

FUNCTION_WORDS = {
    "en": """a about after all also am an and any are as at be because been before being but by can could did do does
        down during each even for from get had has have he her here him his how i if in into is it its just like
        made make many may me more most much my no not now of off on once one only or other our out over own
        said she should so some such than that the their them then there these they this those through to too
        two under until up us very was way we were what when where which while who will with would you your""",
    "es": """el la los las un una unos de del al y e o en con por para que se su sus lo como más pero no es son fue
        ha han sin sobre entre este esta también ya muy cuando hasta desde donde porque""",
    "de": """der die das den dem des ein eine einen einem einer und oder in im mit von zu zum zur auf für ist sind
        war nicht auch sich es er sie wir ich als an am bei nach aus wie dass aber noch nur werden wird hat
        haben""",
    "fr": """le la les un une des du de et ou en dans au aux que qui ne pas pour par sur avec ce cette ces il elle
        ils est sont été son sa ses plus se mais comme nous vous leur""",
    "it": """il lo la gli le un uno una di del della dei delle da dal in nel nella con su per tra e o che non si è
        sono come più ma anche ha hanno questo questa al alla""",
    "pt": """o a os as um uma de do da dos das em no na nos nas por para com que e ou se não é são foi mais como mas
        ao à seu sua também já pelo pela""",
    "pl": """i w z na do nie że się to jest o od po za przez dla jak ale co tak czy był była są ich jego jej oraz
        także może tym tego który która które ze""",
    "ru": """и в не на что с по как это он она они но из за у от для его её их был была было были так же к о то все
        мы вы я а который которые при или""",
    "ar": """في من على إلى أن إن التي الذي عن مع هذا هذه كان كانت ما لا و أو ثم قد بعد قبل بين كل لم كما وقد ولا هو
        هي ذلك""",
    "zh": "的 了 是 在 不 我 有 这 他 也 就 和 人 们 来 到 为 与 对 中 上 而 地 得 以",
    "ja": "の は を に が と で た し て も い る な れ さ す か ら り",
}
