"""From an approved letter to inboxes: the rules of the ledger, the bytes, the sending, what providers say later."""
