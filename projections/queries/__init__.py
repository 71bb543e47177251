"""Questions to the read models: one file per noun, each SQL first."""
