"""Read models: disposable tables folded from the ledger, and the questions asked of them.

What one reads to add a process:
    register.py                              which read models there are
    approval/, directory.py                  one noun each: its rows, its tasks, its notices
    tasks.py, notices.py                     the shapes that all processes share
    terms.py, readers.py, organisation.py    who may read what, and whose desk it is
    staff.py                                 the same for rows that follow a person through their posts
    kept.py                                  what is remembered of a record whose state says all that its rows need
    queries/                                 one file per noun, and inbox and notices over all of them
    queries/newest_first.py, past.py         what lists have alike; facts as they stood at a moment
How all of them are kept:
    projection.py                            what a read model is, and one transaction's work
    folding.py                               one that follows from each stream by itself
    following.py                             brought forward, batch by batch
    rebuilding.py, generation.py             replaced by a new one, or compared with one
    projector.py                             all of them, kept running
    schema.py, store.py, position.py, copying.py   tables, connections, figures, bytes

A process adds its noun's file here and in queries/, and its line in register.py; inbox, notices and reading rights then
hold for it.
"""
