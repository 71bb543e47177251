"""`kessai doctor`: what an operator would look at first, looked at all at once; each answer says what to do."""
