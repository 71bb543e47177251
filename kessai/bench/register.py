"""The register of measures, in the order of the table: one line each."""

from kessai.bench import (
    ledger_batch,
    ledger_growth,
    ledger_handle,
    ledger_import,
    ledger_read,
    read_models_lag,
    read_models_rebuild,
)
from kessai.bench.run import Measure

MEASURES: tuple[Measure, ...] = (
    ledger_handle,
    ledger_batch,
    ledger_read,
    ledger_growth,
    ledger_import,
    read_models_rebuild,
    read_models_lag,
)
