"""The development PKI in a backup: with the keys, whole while it is in use, and the same when it is put back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kessai.backup.archive import reading
from kessai.backup.making import make_backup
from kessai.backup.restoring import Wishes, _files
from kessai.development_pki import PKI_NAME
from kessai.embedded.folder import DataFolder
from signing.development_pki import DevelopmentPki, Subject
from signing.development_pki.generations import STAMPS
from tests.documents.pki_world import MovedClock

BASE = f"http://{PKI_NAME}"


@pytest.fixture
def settings(database, tmp_path):
    data = tmp_path / "prefecture"
    data.mkdir()
    return replace(database.settings(), data=data, keys_dir=data / "keys", documents_url=(data / "documents").as_uri())


def test_a_restored_pki_is_the_one_that_was_backed_up(settings, tmp_path):
    clock = MovedClock()
    pki = DevelopmentPki(settings.data / "pki", base_url=BASE, clock=clock)
    subject = Subject(common_name="署名者", organisation="会社")
    one = pki.issue(ec.generate_private_key(ec.SECP256R1()).public_key(), subject=subject, lives=timedelta(days=1))
    pki.revoke(one.certificate)
    clock.at += STAMPS  # the authority's second generation
    pki.generation()
    listed = pki.crl("signers")
    backup = tmp_path / "backup.zip"
    made = make_backup(settings, backup, keys=True, documents=False, say=lambda _: None)
    assert [part.name for part in made.manifest.of("pki")] == ["pki/register.sqlite"]
    folder = DataFolder(tmp_path / "restored")
    folder.create()
    with reading(backup) as archive:
        _files(archive, folder, folder.keys, Wishes(keys=True), lambda _: None)
    again = DevelopmentPki(folder.root / "pki", base_url=BASE, clock=clock)
    assert (again.tsa_roots, again.credential("platform"), again.token) == (
        pki.tsa_roots,
        pki.credential("platform"),
        pki.token,
    )
    assert again.crl("signers") == listed
    anchors = {file.name for file in (folder.root / "pki" / "trust" / "tsas").iterdir()}
    assert anchors == {"tsa-1-root.pem", "tsa-2-root.pem"}
    for each in (pki, again):
        each.close()


def test_without_keys_it_stays_where_it_is(settings, tmp_path):
    DevelopmentPki(settings.data / "pki", base_url=BASE, clock=MovedClock()).close()
    made = make_backup(settings, tmp_path / "backup.zip", keys=False, documents=False, say=lambda _: None)
    assert not made.manifest.of("pki")
