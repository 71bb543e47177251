"""署名者の入口: how somebody without an account gets to one contract, and only to that one (ADR 0026).

links.py      links and codes, derived from a key and never stored    sessions.py   one browser, or one program, bound
rates.py      how often one may knock                                 passkeys.py   proofs by the signer's own device
knocking.py   a link, a session, a code, checked                      codes.py      what the rest is answered
contract.py   the contract as one signer may see it                   files.py      its documents
asking.py     a session's token of an API request                     acts.py       from what was typed to a command
sending.py    a command in the name of contract and signer
"""
