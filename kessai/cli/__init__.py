"""The `kessai` command line: one file per command."""
