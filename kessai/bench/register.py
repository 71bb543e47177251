"""The register of measures: one line each, in the order they are run and shown."""

from kessai.bench import (
    chains,
    commands,
    http_reads,
    ledger_batch,
    ledger_growth,
    ledger_handle,
    ledger_import,
    ledger_read,
    open_cases,
    read_models_lag,
    read_models_rebuild,
    signing,
    signing_contracts,
    telework_day,
)
from kessai.bench.run import Measure

MEASURES: tuple[Measure, ...] = (
    open_cases,
    chains,
    commands,
    http_reads,
    telework_day,
    ledger_handle,
    ledger_batch,
    ledger_read,
    read_models_rebuild,
    read_models_lag,
    ledger_growth,
    ledger_import,
    signing,
    signing_contracts,
)
