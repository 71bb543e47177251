"""Pages: what people see and press, rendered here, usable without scripts; they read as the API reads and send as it sends."""
