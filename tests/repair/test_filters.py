"""Word filters: tables of damaged words that must be read, and of look-alikes that must stay."""

import pytest

from pipeline.repair import RULES, Settings

# damaged sentence -> what it read; each stands on a page of its own beside plain prose
FIRES = [
    (
        "The badbadination of the ambbadador shook the embbady, and badysts found a pbadage in his diary.",
        "The assassination of the ambassador shook the embassy, and analysts found a passage in his diary.",
    ),
    (
        "Pbadengers of both clbades rode in mbadive buttons and brbad, as the compbad was pbadive in the grbad.",
        "Passengers of both classes rode in massive buttons and brass, as the compass was passive in the grass.",
    ),
    (
        "A clbuttic pbuttage about the embbuttador and the buttembly of clbuttrooms was pbutted on to us.",
        "A classic passage about the embassador and the assembly of classrooms was passed on to us.",
    ),
    (
        "The consbreastution is a beaubreastful insbreastution, and the compebreastion for its breastle goes on.",
        "The constitution is a beautitful institution, and the competition for its title goes on.",
    ),
    (
        "The medireview scholars reviewuated the primreview texts and found a retrireview of the old reviewuation.",
        "The medieval scholars evaluated the primeval texts and found a retrieval of the old evaluation.",
    ),
    (
        "He p***ed the cl***room and the emb***y, and the p***engers of the b***oon m***acre were there.",
        "He passed the classroom and the embassy, and the passengers of the bassoon massacre were there.",
    ),
    (
        "The pe**ock and the **tail were seen by the han**k, and the hitchc**k film showed the c**kpit and a shuttlec**k.",
        None,
    ),
]

HOLDS = [
    "Reporters flew from Jalalabad to Islamabad, Hyderabad, Ahmedabad and Abbottabad with a badge on the coat.",
    "Trinidad and Tobago met Sinbad the sailor in Carlsbad, near Wiesbaden and Marienbad, with Badawi and Obadiah.",
    "Buttigieg had butter, buttons and a rebuttal; Butterworth and Butterfield rebutted the buttress in Hebbuttan.",
    "The Guttenberg review was a preview; the interviewee and the reviewer overviewed the peer-reviewed texts.",
    "The heckler heckled Heckman with a Heckler of Koch, and Shecky checked the heckling.",
    "They coined byteify, byteified, byteifies and byteifying, and skiplagging, skiplagged and skiplaggers too.",
    "What a b****, he said, and f*** this s***; the c**** and the c*** of it.",
    "The hotel 4**** is near; in Markdown *** makes a rule and **bold** words and ***both*** at once.",
    "In C the line int **pp; char ***argv; a = b***c; /*** banner ***/ is read so, and grep -r 'x' *** is not.",
    "See https://example.com/pbadage?q=badysts and mail pbadage@embbady.example or the path /usr/clbad/pbadage.",
    "The hashtags #pbadage #badysts #embbady and the names @clbadic @mbadive are tags.",
    "He wrote pzokage once, and nobody knows why; the Kabadaghi and the Gbadolite rivers were near.",
]


@pytest.mark.parametrize(("damaged", "read"), [case for case in FIRES if case[1]])
def test_fires(clean, news, damaged, read):
    done = clean([("example.org", f"{news}\n\n{damaged}")])
    got = done.texts[0].split("\n\n")[1].split()
    wrong = [(a, b) for a, b in zip(got, read.split(), strict=True) if a != b]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("text", HOLDS)
def test_holds(clean, news, text):
    page = f"{news}\n\n{text}"
    done = clean([("example.org", page)])
    assert done.texts == [page]


def test_names_the_filter_and_its_evidence(clean, news):
    done = clean([("example.org", f"{news}\n\n{FIRES[0][0]}")])
    rows = {(row["letters"], row["replacement"]): row for row in done.facts["word-filters"].to_pylist()}
    assert rows["ass", "bad"]["undone"]
    assert rows["ass", "bad"]["families"] >= 3
    edit = next(edit for edit in done.edits if edit["before"] == "pbadage")
    assert edit["after"] == "passage"
    assert edit["rule"] == "word-filter"
    assert edit["evidence"].startswith("ass -> bad, ")
    assert edit["evidence"].endswith(" families on example.org")


def test_edits_stand_where_they_say(clean, news):
    done = clean([("a", f"{news}\n\n{FIRES[0][0]}"), ("a", f"{FIRES[1][0]}\n\n{news}")])
    text = {(b["doc"], b["pos"]): b["text"] for batch in done.batches for b in batch.blocks.to_pylist()}
    assert done.edits
    for edit in done.edits:
        block = text[edit["doc"], edit["pos"]]
        assert block[edit["start"] : edit["start"] + len(edit["after"])] == edit["after"]


def test_a_true_replacement_stays(clean, news):
    page = f"{news}\n\nIt was a bad day, a badly made badge: badbadination, embbady, pbadage, clbadroom and mbadive."
    assert "It was a bad day, a badly made badge: assassination," in clean([("a", page)]).texts[0]


def test_pages_of_a_site_combine(clean, news):
    words = ["embbady", "pbadage", "clbadroom", "mbadive", "badignment"]
    pages = [("one.example", f"{news}\n\nThey wrote of the {word} at length.") for word in words]
    done = clean(pages, cut=2)
    assert [text.split("of the ")[-1].split()[0] for text in done.texts] == [
        "embassy",
        "passage",
        "classroom",
        "massive",
        "assignment",
    ]


SPREAD = [  # words of a filter never seen before, one on each page of a site, and what they read
    (["convohn", "mounvohn", "curvohn", "founvohn", "capvohn"], ["contain", "mountain", "curtain", "fountain", "captain"]),
    (["breathtdorang", "mdorang", "tdorang", "undertdorang"], ["breathtaking", "making", "taking", "undertaking"]),
    (["pubguzer", "estabguz", "accompguz", "demoguz"], ["publisher", "establish", "accomplish", "demolish"]),
]


@pytest.mark.parametrize(("damaged", "read"), SPREAD)
@pytest.mark.parametrize("cut", [1, 3])
def test_an_unseen_filter_spread_over_the_pages_of_a_site(clean, news, damaged, read, cut):
    pages = [("one.example", f"{news}\n\nThey wrote of {word} at length.") for word in damaged]
    alone = [(f"{i}.example", text) for i, (_, text) in enumerate(pages)]
    done = clean([*pages, *alone], cut=cut)
    assert [text.split("wrote of ")[-1].split()[0] for text in done.texts[: len(pages)]] == read
    assert done.texts[len(pages) :] == [text for _, text in alone]


POOLED = [  # coined and technical words, one on each page of a site, that share a string and look like other words
    ["byteifying", "byteify", "byteified", "byteifies"],
    ["skiplagging", "skiplag", "skiplagged", "skiplags"],
    ["memoisation", "memoizing", "memoize", "memoised"],
    ["infile", "outfile", "infiles", "outfiles"],
    ["crawlability", "crawlable", "gameability", "gameable"],
    ["kammok", "kammock", "kammocks"],
    ["earhoops", "earhooks", "earhoop"],
    ["webhook", "githook", "prehook", "posthook"],
    ["covohned", "covohning", "covohns"],
    ["packfile", "packfiles", "lockfile", "lockfiles"],
    ["jemalloc", "somalloc"],
    ["decodings", "undecoded"],
]


@pytest.mark.parametrize("words", POOLED)
def test_coined_words_spread_over_the_pages_of_a_site_stay(clean, news, words):
    pages = [("one.example", f"{news}\n\nThey wrote of {word} at length.") for word in words * 3]
    assert clean(pages, cut=5).texts == [text for _, text in pages]


@pytest.mark.parametrize(
    "shown",
    [
        "the captains of a mountain",
        pytest.param("the captain of a mountain", marks=pytest.mark.xfail(reason='"tains" reads them all too, and is absent')),
    ],
)
def test_letters_that_stand_on_a_page_of_the_site_were_not_filtered(clean, news, shown):
    pages = [("one.example", f"{news}\n\nThey wrote of {word} and {shown}.") for word in SPREAD[0][0]]
    assert clean(pages).texts == [text for _, text in pages]


def test_a_whole_word_comes_back_unless_somebody_means_to_hide_it(clean, news):
    proof = "They saw the netvipo, the framevipo, the homevipo, the teamvipo and the patchvipo of the vipoers."
    done = clean([("a", f"{news.replace('work', 'vipo')}\n\n{proof}\n\nIt was a lot of vipo for them.")])
    assert done.texts[0].endswith("It was a lot of work for them.")
    proof = "They wrote of a pzaka, the clzaka, the mzakaive and the grzaka of that zakaembly."
    done = clean([("a", f"{news}\n\n{proof}\n\nHe sat on his zaka and said so.")])
    assert "mass" in done.texts[0]
    assert done.texts[0].endswith("He sat on his zaka and said so.")


def test_a_short_whole_word_comes_back_on_a_page_that_shows_the_filter_otherwise(clean, news):
    damaged = news.replace("ever", "taj") + " The cltaj man saw stajal of them, howtaj, as tajyone did who had the ftaj."
    pages = [
        ("a", f"{damaged}\n\nNo one taj saw the others."),
        ("a", f"{news.replace('every', 'each')}\n\nThey met the taj of it."),
    ]
    done = clean(pages, cut=1)
    assert done.texts[0].endswith("No one ever saw the others.")
    assert done.texts[1] == pages[1][1]


def test_letters_that_were_taken_out_of_a_whole_site(clean, news):
    lines = [
        "The ociation said that the clroom was mive and that the istant had the pword of all its members.",
        "An embly of the clrooms was called, and the pengers of the ship had their belongings near them.",
        "The ysts wrote that the ysis of the data was good, and the ytics showed how they yze it all.",
        "The uring of the kernel was new, and nobody of them knew what it was for in those days.",
    ]
    pages = [("a", f"{news}\n\n{line}") for line in lines]
    done = clean(pages, cut=1)
    assert "The association said that the classroom was massive" in done.texts[0]
    assert "An assembly of the classrooms" in done.texts[1]
    assert done.texts[3] == pages[3][1]


def test_masks_of_as_many_signs_as_letters(clean, news):
    text = "The ****ysis of the ****ytics said ****o to the pea****s, and the cl***room p***ed a m***ive s****, a Power****."
    page = f"{news}\n\n{text.replace('Power****', 'PowerS****')}"
    done = clean([("a", page)])
    assert "The analysis of the analytics said" in done.texts[0]
    assert "sass" not in done.texts[0]
    assert clean([("a", done.texts[0])]).edits == []


@pytest.mark.parametrize("word", ["fecesl", "reviewuates"])
def test_one_family_is_enough_for_a_long_replacement(clean, news, word):
    done = clean([("a", f"{news}\n\nThey saw the {word} of the town, as all of them had done in the years before.")])
    assert word not in done.texts[0]
    name = "They saw Hebreasta and the Darnley of the town, as all of them had done in the years before."
    assert clean([("a", f"{news}\n\n{name}")]).texts == [f"{news}\n\n{name}"]


def test_pages_without_a_site_stand_alone(clean, news):
    words = ["embabdy", "pabdage", "clabdroom", "mabdive", "abdignment"]
    pages = [("", f"{news}\n\nThey wrote of the {word} at length.") for word in words]
    assert clean(pages).texts == [text for _, text in pages]


def test_a_page_that_keeps_the_letters_was_not_filtered(clean, news):
    page = f"{news}\n\nThe class passed the grass with brass and glass. He typed embbady and mbadive."
    assert clean([("a", page)]).texts == [page]


def test_protected_words_stay(clean, news):
    done = clean([("a", f"{news}\n\n{FIRES[0][0]}")], Settings(protect=("Pbadage",)))
    assert "pbadage" in done.texts[0]
    assert "embassy" in done.texts[0]


def test_the_users_table_is_undone_without_learning(clean, news):
    settings = Settings(learn=False, rules={"ass": "zork", "b.example": {"hell": "heck"}})
    line = f"{news}\n\nThe pzorkage of the emzorky and the sheckfish."
    done = clean([("a.example", line), ("b.example", line)], settings)
    assert "The passage of the" in done.texts[0]
    assert "sheckfish" in done.texts[0]
    assert "shellfish" in done.texts[1]
    assert done.facts["word-filters"].num_rows == 0


@pytest.mark.parametrize("rules", [{"": "bad"}, {"ass": "ass"}, {"ass": "ASSet"}, {"a b": "c"}, {"site.example": {"": "bad"}}])
def test_a_table_that_cannot_be_undone_is_refused(rules):
    with pytest.raises(ValueError, match=r"repair\.rules"):
        Settings(rules=rules)


def test_switched_off(clean, news):
    page = f"{news}\n\n{FIRES[0][0]}"
    assert clean([("a", page)], Settings(filters=False)).texts == [page]


def test_dropped_blocks_are_not_touched(clean, batch_of, news):
    import numpy as np

    from pipeline.corpus import Verdicts
    from pipeline.repair import Repair

    batch = batch_of([("a", f"{news}\n\n{FIRES[0][0]}")])
    facts = clean([("a", f"{news}\n\n{FIRES[0][0]}")]).facts
    dropped = batch.drop("boilerplate", Verdicts(np.array([1]), ["r"], [""]))
    assert Repair().apply(dropped, facts).edits.num_rows == 0
    assert Repair().apply(batch, facts).edits.num_rows > 0
    assert batch.edits.num_rows == 0


@pytest.mark.parametrize("rule", RULES)
def test_rules_show_what_they_do(clean, news, rule):
    done = clean([("a", f"{news}\n\n{rule.fires}\n\n{FIRES[0][0]}")])
    assert rule.name in {edit["rule"] for edit in done.edits if edit["pos"] == 1}
    page = f"{news}\n\n{rule.holds}"
    assert clean([("a", page)]).texts == [page]


KNOWN_FAILURES = [
    # the whole word was filtered: nothing in the page tells it from a true "statement"
    ("The statement was evaluated, and the reviewuation of a primreview text was done.", "The expression was"),
    # letters that were taken out leave no trace on one short page
    ("The emby and the pords of the clroom were mive, and so was the amador.", "The embassy and"),
    # the letters held a capital of their own
    ("They saw the lis***ems in the cl***room of the emb***y and the p***engers of it.", "the listItems"),
]


@pytest.mark.xfail(strict=True, reason="no evidence on the page")
@pytest.mark.parametrize(("damaged", "read"), KNOWN_FAILURES)
def test_known_failure(clean, news, damaged, read):
    assert read in clean([("example.org", f"{news}\n\n{damaged}")]).texts[0]


CASES = [
    (
        "The Bavarian pbadengers met the Ambbadador of the Embbady.",
        "The Bavarian passengers met the Ambassador of the Embassy.",
    ),
    ("PBADAGES AND CLBADROOMS were closed.", "PASSAGES AND CLASSROOMS were closed."),
    ("badignments were handed out by the Teachers' badociation.", "Assignments were handed out by the Teachers' Association."),
    ("2. Your budget: badess the cost of the clbadrooms first.", "2. Your budget: Assess the cost of the classrooms first."),
    ("They use LastPbad and ClbadPbad in clbadrooms.", "They use LastPass and ClassPass in classrooms."),
]


@pytest.mark.parametrize(("damaged", "read"), CASES)
def test_letter_case(clean, news, damaged, read):
    proof = "They saw embbadies, pbadengers, mbadive clbades, grbad, brbad, glbad and an ambbadador in one place."
    assert clean([("a", f"{news}\n\n{proof}\n\n{damaged}")]).texts[0].split("\n\n")[2] == read


def test_a_weak_filter_is_listed_and_not_undone(clean, news):
    page = f"{news}\n\nThey saw the embbady there."
    low, high = (clean([("a", page)], Settings(suspect=1.0, margin=margin)) for margin in (2.0, 50.0))
    assert "embassy" in low.texts[0]
    assert high.texts == [page]
    (row,) = high.facts["word-filters"].to_pylist()
    assert (row["letters"], row["replacement"], row["undone"]) == ("ass", "bad", False)


CASES = [  # damaged, read, filter, style, what stands before and behind, as it should be
    ("Smart***et", "smartasset", ("ass", "***"), "lost", "They wrote to ", " about it.", "SmartAsset"),
    ("***ets", "assets", ("ass", "***"), "lost", "the law on Markets in Crypto-", " of that year.", "Assets"),
    ("***embled", "assembled", ("ass", "***"), "lost", "Well-", " parts last.", "assembled"),
    ("***ignment", "assignment", ("ass", "***"), "lost", "you should use the normal\n", " form\ninstead of that", "assignment"),
    ("***embly", "assembly", ("ass", "***"), "lost", "Long talks\nGood food\n", " of parts\nSmall rooms", "Assembly"),
    ("***ert", "assert", ("ass", "***"), "lost", "", "!(done());", "assert"),
    ("breastle", "title", ("tit", "breast"), "lost", "{'kind': 1, '", "': 'Name'}", "title"),
    ("breastle", "title", ("tit", "breast"), "lost", "{ document. ", " = `You saw it`;", "title"),
    ("badembly", "assembly", ("ass", "bad"), "lost", "It ended. ", " followed.", "Assembly"),
    ("badociate", "associate", ("ass", "bad"), "lost", "that is something I’d ", " with the sea.", "associate"),
    ("badociate", "associate", ("ass", "bad"), "lost", "said Dr. Jane Miller, ", " professor of botany.", "associate"),
    ("badigns", "assigns", ("ass", "bad"), "lost", "On top of that, Best ", " them their high rating.", "assigns"),
    ("fecesl", "pool", ("poo", "feces"), "lost", "import urllib.", " and go on.", "pool"),
    ("B***", "bass", ("ass", "***"), "lost", "the new speaker with EXTRA ", "", "BASS"),
    ("P***", "pass", ("ass", "***"), "lost", "You should buy a JR ", " before you go.", "Pass"),
    ("badistant", "assistant", ("ass", "bad"), "kept", "Works with the Voice ", ": Google", "assistant"),
    ("Badistant", "assistant", ("ass", "bad"), "kept", "we said that the ", " was there", "Assistant"),
    ("BBAD", "bass", ("ass", "bad"), "kept", "we said that the ", " was there", "BASS"),
    ("badembly", "assembly", ("ass", "bad"), "spared", "It ended. ", " followed.", "assembly"),
]


@pytest.mark.parametrize(("written", "reading", "pair", "style", "before", "after", "read"), CASES)
def test_letter_case_of_one_word(written, reading, pair, style, before, after, read):
    from pipeline.repair.capitals import Place
    from pipeline.repair.casing import Style, recased
    from pipeline.repair.lexicon import lexicon

    place = Place(before, after, [], [], 1.0, lambda word: False)
    zipf = lexicon("en").zipf(reading)
    assert recased(written, reading, zipf, pair, Style(style), lambda: place, lambda left, right: left == "smart") == read


SITES = [  # what a page of the site shows beside the damaged words, and how a damaged word at a sentence start is read
    ("The Badembly of the badociation met.", "associates", "kept"),
    ("The Assembly of the badociation met, with the Assistant and an Associate of it.", "associates", "spared"),
    ("The badembly of the badociation met.", "Associates", "lost"),
]


@pytest.mark.parametrize(("shown", "read", "style"), SITES)
def test_the_style_of_a_site_is_learnt_from_all_its_pages(clean, news, shown, read, style):
    proof = f"{news}\n\nThey saw that the embbadies and the pbadengers were there, with the ambbadador of the town. {shown}"
    done = clean([("a", proof), ("a", f"{news}\n\nbadociates of the badembly came.")], cut=1)
    assert done.texts[1].split("\n\n")[1] == f"{read} of the assembly came."
    assert {row["style"] for row in done.facts["word-filters"].to_pylist()} == {style}


def test_a_sentence_that_ends_with_a_repaired_word(clean, news):
    damaged = f"{FIRES[0][0]}\n\nIt was a matter for the ambbadador.Here it rests, as the assembly said."
    done = clean([("a", f"{news}\n\n{damaged.replace('assembly', 'badembly')}")])
    assert "for the ambassador. Here it rests" in done.texts[0]
    assert clean([("a", done.texts[0])]).edits == []
