"""配信: the rules of telling people and systems: what is worth a letter, when it may go out, when it is tried again."""
