"""組版: what is printed, set by typst from our own templates and from data that never becomes markup (ADR 0015, 0022).

What one reads:
    press.py             documents, in processes of their own
    glyphs.py            which characters can be printed, and how those that cannot are shown
    contract_text.py     what one contract says; contract_faults.py: what keeps it from being set
    contract_forms.py    the articles of each class, from forms/; contract_summary.py: the table above them
    contract.py          text in, PDF out; contract_facts.py: what that PDF says of itself
    seals.py             what is drawn into the box of a signature
    decision_record.py   what of the approval chain goes into the contract
    evidence_report.py   who signed what, when, how; evidence_pages.py: the same on two pages
    verification_pages.py  what a verification found, to read
    *.typ                the templates
"""
