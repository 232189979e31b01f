"""Digests, signatures and encryption by the national standards SM2, SM3, SM4."""
