"""Clean scraped text: site boilerplate, corrupted words, duplicated paragraphs, with a ledger that proves it."""
