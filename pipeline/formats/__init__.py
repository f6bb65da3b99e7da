"""Bytes <-> batches: readers by format, HTML blocks, writers, files between the passes."""
