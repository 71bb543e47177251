"""Read models: disposable tables folded from the ledger, and the questions asked of them."""
