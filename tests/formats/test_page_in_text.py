"""A text that is a whole HTML page is read as one; texts about HTML are not."""

import pytest

from pipeline.formats.assemble import batches
from pipeline.formats.records import Record

BODY = "<head><title>Mill</title><style>p { color: red }</style></head><body><p>The mill opened.</p></body></html>"
PAGES = [
    f"<!DOCTYPE html><html>{BODY}",
    f'  \n<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<HTML>{BODY}',
    f'<html lang="en">{BODY}',
    f'<?xml version="1.0" encoding="utf-8"?>\n<!-- saved -->\n<!DOCTYPE html>\n<html>{BODY}',
]
TEXTS = [
    "The page began with <!DOCTYPE html> and <html>.",
    "<html> is the first element of a page"[1:],
    "<htmlish>no</htmlish>",
    "<p>The mill opened.</p>",
    "<!-- a note -->\nThe mill opened.",
    "<!DOCTYPE svg><svg></svg>",
    "",
]


def kind(text):
    (batch,) = batches([(0, Record("a", text, None, "", "a.txt"))], 10)
    return batch.docs["kind"][0].as_py(), "\n".join(batch.texts())


@pytest.mark.parametrize("text", PAGES)
def test_pages(text):
    assert kind(text) == ("html", "The mill opened.")


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text):
    assert kind(text)[0] == "text"


def test_markup_stays_markup():
    (batch,) = batches([(0, Record("a", "", "<!DOCTYPE html><p>The mill opened.</p>", "", "a.html"))], 10)
    assert batch.docs["kind"].to_pylist() == ["html"]
