"""`kessai up`: starts the parts in order, restarts what dies, stops in reverse order, leaves no process behind."""
