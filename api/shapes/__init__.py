"""The shapes of answers, for the OpenAPI document: what is sent is built elsewhere, and a test holds it against these."""
