"""What software left between the sentences of a block goes; sentences about it stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.boilerplate.inline import strip
from pipeline.single import clean_text
from tests.boilerplate.test_stage import ONLY, PROSE

A, B = PROSE[0], PROSE[1]

FIRES = {
    f"[ad_1] {A}": A,
    f"[ad_1]{A} [ad_2] Source link": A,
    f"{A} Source link": A,
    f"{A} Read the full article here": A,
    f"{A} [ad_2] {B}": f"{A} {B}",
    f"{A} [ad_2]\n{B}": f"{A}\n{B}",
    f"{A} (adsbygoogle = window.adsbygoogle || []).push({{}}); {B}": f"{A} {B}",
    f"{A} [embed]https://mill.example/film?id=3[/embed] {B}": f"{A} {B}",
    '[caption id="attachment_12" width="300"]The pier in spring[/caption]': "The pier in spring",
    f"[vc_row][vc_column width=”2/3″][vc_column_text]{A}[/vc_column_text][/vc_column][/vc_row]": A,
    "[ad_1] 老磨坊重新开放。[ad_2]": "老磨坊重新开放。",
    "[ad_1] Mill reopens after nine years | Valley Gazette! [ad_2]": "Mill reopens after nine years",
}
HOLDS = [
    "The tag [ad_1] is a shortcode.",
    "[ad_1] is what the plugin writes.",
    "Write [ad_1] before the first paragraph",
    "See the Source link",
    "Source link: the mill",
    "He looked for the original source",
    "The array a[ad_1] holds. It does",
    "She sang [sic] and [Music] played. [To be continued] It said",
    "Call adsbygoogle.push once. Then wait.",
    "use (adsbygoogle = window.adsbygoogle || []).push({}); in your page",
    "A [gallery] opened. The mayor came.",
]


@pytest.mark.parametrize("text", FIRES)
def test_fires(text):
    assert clean_text(text, ONLY).text == FIRES[text]


@pytest.mark.parametrize("text", HOLDS)
def test_holds(text):
    assert strip(text) == (text, [])


PIECES = st.sampled_from(
    ["[ad_1]", "[/caption]", "Source link", " ", "\n", "The mill.", "it", "[ad", "]", "| Valley!", "It opened"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_cuts_give_the_text_back_and_a_second_time_finds_none(text):
    new, cuts = strip(text)
    for start, before, after in reversed(cuts):
        assert new[start : start + len(after)] == after
        new = new[:start] + before + new[start + len(after) :]
    assert new == text
    again, _ = strip(strip(text)[0])
    assert again in (strip(text)[0], "")
