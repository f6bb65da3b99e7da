"""Byte kernels over columns of text, without any stage's vocabulary."""
