"""Backup and restore: one archive holds what the prefecture cannot lose; everything else is derived from it anew."""
