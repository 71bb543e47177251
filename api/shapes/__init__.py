"""The shapes of answers, for the OpenAPI document: what is sent is built elsewhere; a test compares."""
