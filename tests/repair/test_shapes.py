"""What damaged words look like on real pages: in quotations, headlines, compounds, possessives, beside addresses and marks."""

import pytest

PROOF = {
    "bad": "They saw that the embbadies and the pbadengers were there, with the mbadive clbades of the ambbadador in one place for "
    "the whole of the year."
}
PROOF["***"] = PROOF["bad"].replace("bad", "***")

SHAPES = [  # with {} for what the filter wrote, and as it read
    ("“P{}engers were told to wait,” he said.", "“Passengers were told to wait,” he said."),
    ("CL{}ROOMS AND P{}ENGERS IN THE EMB{}Y", "CLASSROOMS AND PASSENGERS IN THE EMBASSY"),
    ("The half-{}embled ship was there.", "The half-assembled ship was there."),
    ("The well-cl{}ified {}embly-line workers met.", "The well-classified assembly-line workers met."),
    ("The emb{}y's gate and the emb{}y’s wall.", "The embassy's gate and the embassy’s wall."),
    ("All p{}engers’ bags were lost.", "All passengers’ bags were lost."),
    (
        "See https://example.org/emb{0}y/p{0}age and the emb{0}y page.",
        "See https://example.org/emb{0}y/p{0}age and the embassy page.",
    ),
    ("The emb{0}y (www.emb{0}y.org) was closed.", "The embassy (www.emb{0}y.org) was closed."),
    ("The **emb{}y** was closed, and _p{}engers_ went.", "The **embassy** was closed, and _passengers_ went."),
    ('He said "cl{}ic"; (p{}age) [emb{}y] {{br{}}}', 'He said "classic"; (passage) [embassy] {{brass}}'),
    ("The emb{}y... the p{}age—m{}ive—was old.", "The embassy... the passage—massive—was old."),
    ("H{0}an and Mr. H{0}an's brother saw the H{0}ans.", "Hassan and Mr. Hassan's brother saw the Hassans."),
    ("The cl{}room/emb{}y pair met.", "The classroom/embassy pair met."),
    ("The p{}/fail mark was set by a p{}.", "The pass/fail mark was set by a pass."),
    ("They had five p{}ages, {}ets of $5m and a 3rd-cl{} seat.", "They had five passages, assets of $5m and a 3rd-class seat."),
    ("P{0}! Br{0}? Gl{0}; gr{0}.", "Pass! Brass? Glass; grass."),
    ("> emb{}y was quoted by p{}engers there", "> embassy was quoted by passengers there"),
    ("The emb{}y.The p{}engers went.", "The embassy. The passengers went."),
    ("El emb{}y de São Paulo, café and Zoë's cl{}room.", "El embassy de São Paulo, café and Zoë's classroom."),
]


@pytest.mark.parametrize("written", PROOF)
@pytest.mark.parametrize(("damaged", "read"), SHAPES)
def test_shapes(clean, news, damaged, read, written):
    page = f"{news}\n\n{PROOF[written]}\n\n{damaged.format(*[written] * 5)}"
    assert clean([("a", page)]).texts[0].split("\n\n")[2] == read.format(written)


BROKEN = [
    ("The pbad-\nengers were there with them.", "The passengers\nwere there with them."),
    ("The people of the embba-\ndy were there.", "The people of the embassy\nwere there."),
    ("The am-\nbbadador was there with them.", "The ambassador\nwas there with them."),
    ("The well-\nknown pbadengers were there.", "The well-\nknown passengers were there."),
]


@pytest.mark.parametrize(("damaged", "read"), BROKEN)
def test_damaged_words_that_a_line_end_broke(clean, news, damaged, read):
    done = clean([("a", f"{news}\n\n{PROOF['bad']}\n\n{damaged}")])
    assert done.texts[0].split("\n\n")[2] == read
    assert clean([("a", done.texts[0])]).edits == []


def test_only_the_older_pages_of_a_site_are_damaged(clean, news):
    new = f"{news}\n\nThe assembly of the class met the passengers, and Hbadan of Jalalabad was there with a badge."
    pages = [("a", f"{news}\n\n{PROOF['bad']}"), ("a", new)]
    done = clean(pages, cut=1)
    assert "embassies" in done.texts[0]
    assert done.texts[1] == new


def test_two_languages_of_a_site(clean, news):
    french = (
        "Le conseil de la ville a dit que le pont sera construit au printemps, et que les travaux ne seront pas longs pour ceux "
        "qui vivent près de la rivière, mais les habitants ne sont pas tous du même avis sur ce point, dit le maire de la ville."
    )
    text = "Les pbadagers de la clbade sont dans la mbade, et le pbadage de la rue est dans une impbade avec les autres."
    done = clean([("a", f"{news}\n\n{PROOF['bad']}"), ("a", f"{french}\n\n{text}")])
    assert "embassies" in done.texts[0]
    assert done.texts[1].split("\n\n")[1] == text.replace("bad", "ass")


def test_letters_taken_out_of_one_word_on_each_page(clean, news):
    words = {"pword": "password", "mive": "massive", "clic": "classic", "penger": "passenger", "ociation": "association"}
    pages = [("a", f"{news}\n\nThey wrote of the {word} at length, and so did many others.") for word in words]
    alone = [(f"{i}.example", text) for i, (_, text) in enumerate(pages)]
    done = clean([*pages, *alone], cut=3)
    assert [text.split("of the ")[-1].split()[0] for text in done.texts[:5]] == list(words.values())
    assert done.texts[5:] == [text for _, text in alone]


MARKED = [  # what a filter wrote for "ass", a sentence, and as it reads
    ("——", "They wrote of a cl——. The cl——room was cl——y", "They wrote of a class. The classroom was classy"),
    ("...", "They wrote of ...ociations and gl... of it", "They wrote of associations and glass of it"),
    ("…", "The people …embled in a cl…room there", "The people assembled in a classroom there"),
    ("", "They wrote of gl... and the cl——", "They wrote of glass... and the class——"),
    ("", "They ...ume that it was m——ive", "They ...assume that it was m——ive"),
]


@pytest.mark.parametrize(("mark", "damaged", "read"), MARKED)
def test_marks_for_letters_taken_out(clean, news, mark, damaged, read):
    words = "p{}word cl{}ic m{}ive {}ociation {}istance {}embled {}ignment p{}enger".format(*[mark] * 8).split()
    pages = [("a", f"{news}\n\nThey wrote of the {word} at length, and so did many others.") for word in words]
    done = clean([*pages, ("a", f"{news}\n\n{damaged}, and they saw {mark}umptions of the {mark}essment of it.")])
    assert done.texts[-1].split("\n\n")[1].startswith(read)
    assert clean([("a", text) for text in done.texts]).edits == []


TAKEN_OUT = [  # on a site whose pages lost "ass", and as it reads
    ("The cl of them went by, and a piece of gl too.", "The class of them went by, and a piece of glass too."),
    ("The GL code and the Ume of part fd1035cl stay.", "The GL code and the Ume of part fd1035cl stay."),
]


@pytest.mark.parametrize(("damaged", "read"), TAKEN_OUT)
def test_short_words_that_lost_letters(clean, news, damaged, read):
    words = "pword mive clic penger ociation istance embled".split()
    pages = [("a", f"{news}\n\nThey wrote of the {word} at length, and so did many others.") for word in words]
    assert clean([*pages, ("a", f"{news}\n\n{damaged}")]).texts[-1].split("\n\n")[1] == read


def test_a_long_replacement_is_seen_whole(clean, news):
    words = ["congazebox", "moungazebox", "curgazeboxs", "foungazebox", "capgazebox"]
    done = clean([("a", f"{news}\n\nThey wrote of the {w} at length, and of a {w} too.") for w in words])
    assert [t.split("of the ")[-1].split()[0] for t in done.texts] == [w.replace("gazebox", "tain") for w in words]
