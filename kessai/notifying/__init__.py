"""Notifications sent: what is planned from the ledger, what goes out by mail and webhook, and how it went (ADR 0014).

mail.py          which letters follow from facts            posts.py     which messages follow for which webhook
outbox.py        deliveries, attempts and positions, kept in Postgres (tables.py)
smtp.py          one letter by SMTP                         http.py      one signed message to a checked address
lanes.py         what is due goes out, one lane a receiver  notifier.py  all of it, kept running
"""
