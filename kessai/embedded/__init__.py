"""The parts that come inside the wheels: Postgres, and Temporal with its Web UI, all data in one folder."""
