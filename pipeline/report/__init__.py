"""Ledger -> numbers, page, explanations."""
