"""The processes of an installation: each module runs one of them until it is told to stop."""
