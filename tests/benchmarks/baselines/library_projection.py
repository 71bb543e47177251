"""Baseline: the library's ProjectionRunner as its documentation shows it: one transaction an event, with the view's row
and the position in it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

CREATE = SQL("CREATE TABLE IF NOT EXISTS {table} (id uuid PRIMARY KEY, number text, title text, position bigint)")
INSERT = SQL("INSERT INTO {table} VALUES (%s, %s, %s, %s) ON CONFLICT (id) DO NOTHING")


class CaseView(PostgresTrackingRecorder):
    """One row a case."""

    def __init__(self, datastore: PostgresDatastore, *, tracking_table_name: str, **kwargs: Any) -> None:
        super().__init__(datastore, tracking_table_name=tracking_table_name, **kwargs)
        table = Identifier(datastore.schema, f"{tracking_table_name}_cases")
        self.sql_create_statements.append(CREATE.format(table=table))
        self.insert = INSERT.format(table=table)

    def add(self, case_id: UUID, number: str, title: str, tracking: Tracking) -> None:
        """Write one case's row together with the position."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            values = (case_id, number, title, tracking.notification_id)
            cursor.execute(self.insert, values, prepare=True)


class CaseProjection(Projection[CaseView]):
    """Adds a row for every new case."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(domain_event.originator_id, domain_event.number, domain_event.title, tracking)


def project(application_class: Any, environment: Mapping[str, str], *, name: str, upto: int) -> None:
    """Project the application's events up to position `upto` into a new view called `name`."""
    projection = type(name, (CaseProjection,), {"name": name})
    runner = ProjectionRunner(
        application_class=application_class,
        projection_class=projection,
        view_class=CaseView,
        env=dict(environment),
    )
    with runner:
        runner.wait(upto, timeout=600)
