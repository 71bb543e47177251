"""The examination: everything looked at in the order in which an operator would."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from kessai.cli.options import settings_for
from kessai.composition import Composition
from kessai.doctor import machine
from kessai.doctor.check import Check, Patient, ok, problem
from kessai.doctor.ledger import ledger
from kessai.doctor.notifier import notifier
from kessai.doctor.signer import signer
from kessai.doctor.temporal import temporal
from kessai.embedded.awake import announced, embedded

API_ANSWERS_WITHIN_S = 5.0


def patient_of(data: Path, environ: Mapping[str, str] = os.environ) -> Patient:
    """Give what is to be looked at. Raises SettingsError or NoInstance where there is nothing to look at."""
    settings = settings_for(data, environ)
    return Patient(settings=settings, embedded=embedded(environ), addresses=announced(data, environ))


def examine(patient: Patient) -> Iterator[Check]:
    """Look at everything, and say how it is. What a stopped instance cannot answer is not asked."""
    for look in (machine.settings, machine.versions, machine.disk, machine.keys, machine.backups, machine.ports):
        yield from look(patient)
    if patient.stopped:
        return
    checks = tuple(ledger(patient))
    yield from checks
    parts = Composition(patient.settings)
    try:
        if not any(check.level == "problem" and check.subject in ("台帳", "スキーマ") for check in checks):
            yield from notifier(parts)
            yield from temporal(patient, parts)
            yield from signer(parts)
    finally:
        parts.close()
    yield api(patient)


def api(patient: Patient) -> Check:
    """Whether the API says that it and what it stands on can work."""
    where = f"{patient.api}/readyz"
    do = "kessai api のログを見てください。"
    try:
        answer = httpx.get(where, timeout=API_ANSWERS_WITHIN_S, trust_env=False)
    except httpx.HTTPError as error:
        return problem("API", f"{where} が応答しません({type(error).__name__})。", do)
    if answer.status_code != httpx.codes.OK:
        return problem("API", f"{where} は、使える状態ではないと答えています({answer.text.strip()[:200]})。", do)
    return ok("API", f"{where} は、使えると答えています。")
