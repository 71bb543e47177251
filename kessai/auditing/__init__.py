"""Auditing: verify the ledger, derive the read models anew and compare, read the ledger as text, hand it out whole."""
