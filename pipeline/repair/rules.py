"""The stage's rules, as `pipeline rules` prints them."""

from pipeline.corpus import Rule

RULES = (
    Rule(
        "word-filter",
        "A filter of the site wrote one string for another inside words; several word families of the site prove it.",
        "They found the pbadage that the badysts had described.",
        "The embassy in Jalalabad checked every badge.",
    ),
    Rule(
        "lost-space",
        "Dropped markup took the space between two sentences.",
        "The talks ended in March.Later they began again.",
        "Read the notes of Node.Child on example.org first.",
    ),
    Rule(
        "run-together",
        "Dropped markup took the space between two words that form no compound.",
        "A photograph of the harbour byJohn was printed.",
        "He opened YouTube on an iPhone beside the worksurface.",
    ),
    Rule(
        "line-end-hyphen",
        "A line end broke a word in two.",
        "They travelled through the coun-\ntry in a week.",
        "It was a well-\nknown song of that year.",
    ),
    Rule(
        "letter-spaced",
        "A word was printed with spaces between its letters.",
        "This is very i m p o r t a n t for all of us.",
        "The blood groups are called a b o and so on.",
    ),
)
