"""組版: what is printed, set by typst from our own templates and from data that never becomes markup (ADR 0015).

What one reads:
    press.py        one document, in a process of its own
    glyphs.py       which characters can be printed, and how those that cannot are shown
    *.typ           the templates
"""
