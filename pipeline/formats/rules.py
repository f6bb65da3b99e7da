"""What is mended while a text is read."""

from pipeline.corpus import Rule

RULES = (
    Rule(
        "mojibake",
        "UTF-8 was read as another encoding; ftfy undoes it where only that explains the text.",
        "cafÃ©",
        "São Paulo",
    ),
    Rule("entity", "An HTML entity in plain text stands for its character.", "Fish &amp; chips", "Q&A; and so on"),
    Rule("ligature", "A ligature of print stands for its letters.", "ﬁne rooms", "æther"),
    Rule("invisible", "Control, zero-width and soft-hyphen characters that no script needs.", "coun\u00adcil", "می\u200cخواهم"),
    Rule("line-break", "A line separator or carriage return stands for a line end.", "one\u2028two", "one\ntwo"),
)
