"""Lost spaces, line-end hyphens, letter-spaced words: what is mended, and what looks alike and stays."""

import pytest

FIRES = [
    ("The talks ended in March.Russian forces then left the town.", "March. Russian"),
    ("Is this the end?Nobody knows what will come of it.", "end? Nobody"),
    ("That was all!The crowd went home in the rain.", "all! The"),
    ("A photograph of the harbour byJohn was printed on the first page.", "by John"),
    ("The latest NewsThe mayor said that the work would begin.", "News The"),
    ("They were offensiveespecially when they had lost.", "offensive especially"),
    ("It was the endof the road, andthey knew it well.", "and they"),
    (
        "He saw thenuanced feel of the keys, and the modelwith the best of them.",
        "the nuanced feel of the keys, and the model with",
    ),
    ("We stayed withthe others until the morning came.", "with the"),
    ("There are methodologiesthat fit, and they axedthe rest of them.", "methodologies that fit, and they axed the rest"),
    ("Materialsand tools were bought for the gatherfeedback round.", "Materials and tools"),
    ("The work of all of them is now on oneplatform.It helps the many.", "one platform. It"),
    ("They were offensiveespecially!The crowd went home.", "offensive especially! The"),
    ("They travelled through the coun-\ntry in less than a week.", "country"),
    ("This is very i m p o r t a n t for all of us here.", "important"),
    ("The heading was printed as a W A R N I N G to all of them.", "WARNING"),
]

HOLDS = [
    "He opened YouTube on an iPhone and PostgreSQL on a Mac from McDonald's with LaTeX and GitHub.",
    "Read the notes of Node.Child on Booking.com, Amazon.Com and example.org before the end of the day.",
    "See https://example.com/This.That?offensiveespecially=1 and mail first.Last@example.com about it.",
    "The shop is at oneplatform.Com or oneplatform.example and at list.oneplatform.Example of this town.",
    "The hashtags #ThisIsFine and #offensiveespecially and the name @byJohn are tags of that week.",
    "The file readme.Md and the file notes.Txt stand beside page.Html in that folder of ours.",
    "They met at 5.30 p.m. in the U.S.A. with Mr. Smith vs.The others, i.e. all of them.",
    "The worksurface and the skincare of the homeowner were seen by the webmaster and the bookkeeper.",
    "A useragent and a menuitem were in the toolbar; the sidebar and the dropdown as well.",
    "They read it on Everand and saw the Moundabout; its groundrules were on the wall.",
    "She is well-\nknown in the town, and so is her long-\nterm plan for the river.",
    "The blood groups are called a b o and the letters a b c d e f g are in this order.",
    "Run parseXMLHttpRequest and toLowerCase and getElementById in the file camelCaseName there.",
    "Together with his stepfather, the boy went into the network of caves without a lamp.",
    "Dr.No and St.John were there, and so was Mr.Bean of the house on the hill.",
]


def test_line_end_hyphens_in_a_heading_and_beside_code(clean, news):
    page = f"{news}\n\nApplic-\nation of it\n\nx = foo-\nbar; y = test-\nsuite"
    assert clean([("a", page)]).texts[0].split("\n\n")[1:] == ["Application\nof it", "x = foo-\nbar; y = test-\nsuite"]


@pytest.mark.parametrize(("text", "mended"), FIRES)
def test_fires(clean, news, text, mended):
    assert mended in clean([("a", f"{news}\n\n{text}")]).texts[0]


@pytest.mark.parametrize("text", [text for text, _ in FIRES])
def test_what_is_mended_is_mended_at_once(clean, news, text):
    once = clean([("a", f"{news}\n\n{text}")])
    assert clean([("a", text) for text in once.texts]).edits == []


@pytest.mark.parametrize("text", HOLDS)
def test_holds(clean, news, text):
    page = f"{news}\n\n{text}"
    assert clean([("a", page)]).texts == [page]


def test_a_word_broken_between_two_blocks(clean, news):
    done = clean([("a", f"{news}\n\nThey travelled through the whole coun-\n\ntry, in less than a week, to the sea.")])
    assert done.texts[0].endswith("the whole country,\n\nin less than a week, to the sea.")
    done = clean([("a", f"{news}\n\nThey travelled through the whole coun-\n\ntry.")])
    assert done.texts[0].endswith("travelled through the whole\n\ncountry.")


def test_a_term_that_its_site_uses_stays(clean, news):
    line = "The livesmodern of the town were seen by all of them on that day."
    assert "lives modern" in clean([("a", f"{news}\n\n{line}")]).texts[0]
    pages = [("a", f"{news}\n\n{line}")] * 2
    assert clean(pages, cut=1).texts == [text for _, text in pages]
    other = clean([("a", f"{news}\n\n{line}"), ("b", f"{news}\n\n{line}")])
    assert all("lives modern" in text for text in other.texts)


@pytest.mark.parametrize("setting", ["lost_space", "run_together", "line_end_hyphen", "letter_spaced"])
def test_switched_off(clean, news, setting):
    from pipeline.repair import Settings

    rule = setting.replace("_", "-")
    text = "\n\n".join(case for case, _ in FIRES)
    on, off = (clean([("a", f"{news}\n\n{text}")], Settings(**{setting: flag})) for flag in (True, False))
    assert rule in {edit["rule"] for edit in on.edits}
    assert rule not in {edit["rule"] for edit in off.edits}


LINE_ENDS = [
    ("It was the short-\nest day, and the coun-\ntry slept.", "It was the shortest\nday, and the country\nslept."),
    ("It was the short-\n  est of days.", "It was the shortest\n  of days."),
    ("They crossed the coun-\ntry.", "They crossed the country."),
    ("They crossed the coun-\ntry,\nand the sea.", "They crossed the country,\nand the sea."),
    ("It was the cement-\ning of the light-\nest part.", "It was the cementing\nof the lightest\npart."),
    ("No whites-\npace here: whitespace is seen by all.", "No whitespace\nhere: whitespace is seen by all."),
    ("His well-\nbeing and her well-being are the same.", "His well-\nbeing and her well-being are the same."),
    ("It was Doxygen-\ngenerated in the days of old.", "It was Doxygen-\ngenerated in the days of old."),
    ("The set-\nup was as good as the set-up before it.", "The set-\nup was as good as the set-up before it."),
    ("He wrote toe-\nnails, over-\nsees, mass-\naging.", "He wrote toenails,\noversees,\nmassaging."),
    ("They went thought-\nfully to the place.", "They went thoughtfully\nto the place."),
    ("It is a non-\nfiction book that he has.", "It is a non-\nfiction book that he has."),
    ("It is a plug-\nin for that program.", "It is a plug-\nin for that program."),
    ("It has a well-\nbeing of its own.", "It has a well-\nbeing of its own."),
    ("See https://example.org/coun-\ntry of that, and /usr/bin/pow-\neroff.",) * 2,
    ("They saw recy-\ncled/upcycled things.", "They saw recycled/upcycled\nthings."),
    ("It is a call-\nback for the actors.", "It is a call-\nback for the actors."),
]

# Each line a block of its own, as in a list.
LINES = [
    ("They took a bag of recy-\ncled/upcycled things with them.", "They took a bag of recycled/upcycled\nthings with them."),
    ("The seating/ent-\nertaining plan of the house was seen.", "The seating/entertaining\nplan of the house was seen."),
    ("It was all very budget-frien-\ndly", "It was all very\nbudget-friendly"),
    ("They have the straps (opt-\nional)", "They have the straps\n(optional)"),
    ("It made that pointl-\ness...But it was so.", "It made that pointless...But\nit was so."),
    ("To prevent exce-\nssive recy-\ncling", "To prevent excessive\nrecy-\ncling"),
    ("You call it as /usr/bin/pow-\neroff of the town.",) * 2,
    ("You see example.org/coun-\ntry of the town.",) * 2,
    ("It is in the my/back-\ntrace folder of the town.",) * 2,
    ("It was a state-of-the-\nart thing.",) * 2,
]


@pytest.mark.parametrize(("text", "mended"), LINES)
def test_lines_by_themselves(clean, news, text, mended):
    done = clean([("a", "\n\n".join([news, *text.split("\n"), "It was the end."]))])
    lines = [line.rstrip() for line in done.texts[0].split("\n\n")[1:-1]]
    assert lines == mended.split("\n")
    assert clean([("a", done.texts[0])]).edits == []


HOLDS_NAMES = [
    "groupadd -r ssh is the command that they ran on the machine of the town for that.",
    "Write the text to the file somefile and then read it again with the other command.",
    "It was a yearslong period of work, and the rideshares of the town were full by then.",
    "Try formovie theater if you cannot pay for another of these, they said to him.",
    "You may buy a large bag ( somewhere | madetrade | elsewhere ) or a mug of your own there.",
    "Save on everything in the shop! Use Coupon Code staysharp | Now till the sixteenth of the month.",
    "It is ahead of secondplace Hathaway by a large sum of money in the year that they looked at.",
    "It is also the first piece that I have made. Allthough I know that they are pretty bad, I like them.",
    "The loops cycle like the wheels of a counter, with the rightmost element going ahead of the others.",
    "The two formatters of the text and the leftmost of them were there, as they said.",
    "They say that livesmodern is a good shop; its address is livesmodern.example on the web.",
]


@pytest.mark.parametrize("text", HOLDS_NAMES)
def test_names_and_compounds_hold(clean, news, text):
    page = f"{news}\n\n{text}"
    assert clean([("a", page)]).texts == [page]


SMALL_FIRES = [
    ("They said that theirrespective houses were seen by all.", "their respective"),
    ("You may take yourclogged sink out of the house that is there.", "your clogged"),
    ("It is thekey to the whole of it, they said to him then.", "the key"),
    ("They were enteringdata into all of these machines.", "entering data"),
    ("They saw a responsiblecar maker in all of these places.", "responsible car"),
]


@pytest.mark.parametrize(("text", "mended"), SMALL_FIRES)
def test_small_words_are_parted(clean, news, text, mended):
    assert mended in clean([("a", f"{news}\n\n{text}")]).texts[0]


MANUAL = (
    "Run the command with --verbose to see what it does, and --quiet to see less of it. The name of the file is in "
    "core_config, and read_tree() is called before the work begins, as release 1.8.5 did it.\n\n"
)
MANUAL_HOLDS = [
    "The new command foreach runs over all of the modules that were found there.",
    "A file that is readonly was opened by the other command, and they saw it.",
    "It takes the option fromtree from the name of the other tree that was read.",
    "You may set httpproxy to the address of the machine that you want to use.",
    "The variable truename is the name that was seen before the link was read.",
    "It stopped when the testsuite was run on the other machine of theirs.",
    "It is a kind of pyparsing.And that they took from the other part of it.",
    "They said that buildsystem is the name of a part of it, as messageboxes is.",
]


@pytest.mark.parametrize("text", MANUAL_HOLDS)
def test_names_of_a_manual_hold(clean, news, text):
    page = f"{news}\n\n{MANUAL}{text}"
    assert clean([("a", page)]).texts == [page]


@pytest.mark.xfail(reason="seldom joined so: read as two words wherever it stands alone")
def test_an_unlikely_name_of_a_manual(clean, news):
    page = f"{news}\n\n{MANUAL}The call is also known to whatchanged as the name of the other part."
    assert clean([("a", page)]).texts == [page]


def test_plain_words_of_a_manual_are_parted(clean, news):
    done = clean([("a", f"{news}\n\n{MANUAL}They stayed withthe others, butalso canfind how the town was built.")])
    assert "stayed with the others, but also can find how" in done.texts[0]


def test_what_a_page_writes_twice_is_a_term_of_its_site(clean, news):
    twice, once = "The livesmodern shop and livesmodern houses of the town.", "They saw that livesmodern was the name of it."
    pages = [("a", f"{news}\n\n{twice}"), ("a", f"{news}\n\n{once}")]
    assert clean(pages, cut=1).texts == [text for _, text in pages]
    assert "lives modern" in clean([("b", pages[1][1])]).texts[0]
