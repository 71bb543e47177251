"""Kessai's composition: settings, command line, supervisor, process register, demo data."""
