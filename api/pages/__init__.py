"""Pages: what people see and press, without scripts; they read as the API reads and send as it sends."""
