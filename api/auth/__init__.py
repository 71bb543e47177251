"""Who is asking: bearer tokens for other systems, a login session for pages, and the development issuer behind both."""
