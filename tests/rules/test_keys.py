"""Key files: made once, kept to their owner, refused in production when made for development, rotated without a gap."""

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kessai.keys import (
    KeysRefused,
    activate_key,
    add_key,
    codec_keys,
    create_keys,
    envelope_signer,
    envelope_verifier,
    issuer_key,
    journal_keys,
    key_path,
    link_keys,
    session_secret,
    webhook_secrets,
)
from signing.detached import SignatureRefused

LOADERS = {
    "envelope": envelope_signer,
    "envelope-public": envelope_verifier,
    "codec": codec_keys,
    "session": session_secret,
    "webhook": webhook_secrets,
    "link": link_keys,
    "journal": journal_keys,
    "issuer": issuer_key,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", development=True)
    return tmp_path / "keys"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


def test_the_first_start_makes_every_key_for_its_owner_only(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in sorted(folder.glob("*.json"))] == sorted(f"{kind}.json" for kind in LOADERS)
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    create_keys(tmp_path, development=True)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_second_start_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    assert create_keys(folder, development=True) == ()
    assert contents(folder) == before


def test_many_processes_starting_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        created = list(pool.map(lambda _: create_keys(tmp_path, development=True), range(16)))
    assert sum(map(len, created)) == len(LOADERS)
    signature = envelope_signer(key_path(tmp_path, "envelope"), production=False).sign(b"x")
    envelope_verifier(key_path(tmp_path, "envelope-public"), production=False).verify(b"x", signature)


def test_the_public_file_holds_no_private_key_and_is_made_again_when_lost(folder: Path) -> None:
    public = key_path(folder, "envelope-public")
    private_keys = json.loads(key_path(folder, "envelope").read_text())["keys"]
    assert not set(private_keys.values()) & set(json.loads(public.read_text())["keys"].values())
    before = public.read_bytes()
    public.unlink()
    assert create_keys(folder, development=True) == (public,)
    assert public.read_bytes() == before


@pytest.mark.parametrize("kind", LOADERS)
def test_production_refuses_every_development_key(folder: Path, kind: str) -> None:
    path = folder / f"{kind}.json"
    LOADERS[kind](path, production=False)
    with pytest.raises(KeysRefused, match=f"{kind}.json"):
        LOADERS[kind](path, production=True)


def test_a_file_that_does_not_say_whether_it_is_for_development_is_refused(folder: Path) -> None:
    path = key_path(folder, "codec")
    text = json.loads(path.read_text())
    del text["development"]
    path.write_text(json.dumps(text))
    for production in (True, False):
        with pytest.raises(KeysRefused):
            codec_keys(path, production=production)


def test_production_keys_load_in_production_and_there_is_no_issuer_among_them(tmp_path: Path) -> None:
    create_keys(tmp_path, development=False)
    for kind, load in LOADERS.items():
        if kind != "issuer":
            load(tmp_path / f"{kind}.json", production=True)
    assert not key_path(tmp_path, "issuer").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"keys"', '"key"'),
        lambda text: text.replace('"current": "codec-', '"current": "other-'),
        lambda text: text.replace('="', '"'),
        lambda text: json.dumps({**json.loads(text), "keys": {json.loads(text)["current"]: "c2hvcnQ="}}),
        lambda text: text.replace('"kind": "codec"', '"kind": "session"'),
    ],
)
def test_a_damaged_file_is_refused_by_name_without_showing_what_is_in_it(folder: Path, damage):
    path = key_path(folder, "codec")
    text = path.read_text()
    path.write_text(damage(text))
    with pytest.raises(KeysRefused, match=r"codec\.json") as refused:
        codec_keys(path, production=False)
    assert all(key not in str(refused.value) for key in json.loads(text)["keys"].values())


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KeysRefused, match=r"session\.json"):
        session_secret(key_path(tmp_path, "session"), production=False)


def test_the_envelope_key_rotates_without_a_gap(folder: Path) -> None:
    private, public = key_path(folder, "envelope"), key_path(folder, "envelope-public")
    old_signer = envelope_signer(private, production=False)
    old_verifier = envelope_verifier(public, production=False)
    new_id = add_key(folder, "envelope")
    assert envelope_signer(private, production=False).key_id == old_signer.key_id
    restarted_worker = envelope_verifier(public, production=False)
    activate_key(folder, "envelope", new_id)
    new_signer = envelope_signer(private, production=False)
    assert new_signer.key_id == new_id
    for signer in (old_signer, new_signer):
        restarted_worker.verify(b"x", signer.sign(b"x"))
        envelope_verifier(public, production=False).verify(b"x", signer.sign(b"x"))
    with pytest.raises(SignatureRefused):
        old_verifier.verify(b"x", new_signer.sign(b"x"))
    assert list(json.loads(private.read_text())["keys"]) == [new_id]


def test_the_codec_key_rotates_and_the_old_one_still_decrypts(folder: Path) -> None:
    path = key_path(folder, "codec")
    old = codec_keys(path, production=False)
    new_id = add_key(folder, "codec")
    assert codec_keys(path, production=False).current == old.current
    activate_key(folder, "codec", new_id)
    new = codec_keys(path, production=False)
    assert new.current == new_id
    assert set(new.keys) == {old.current, new_id}
    assert new.keys[old.current] == old.keys[old.current] != new.keys[new_id]


def test_rotation_keeps_the_mark_of_a_development_file(folder: Path) -> None:
    activate_key(folder, "codec", add_key(folder, "codec"))
    with pytest.raises(KeysRefused):
        codec_keys(key_path(folder, "codec"), production=True)


def test_an_unknown_key_cannot_be_activated(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(KeysRefused, match="codec-nothing"):
        activate_key(folder, "codec", "codec-nothing")
    assert contents(folder) == before


def test_loaded_keys_are_not_shown(folder: Path) -> None:
    loaded = codec_keys(key_path(folder, "codec"), production=False)
    assert repr(loaded.keys[loaded.current]) not in repr(loaded)
    assert "private_key" not in repr(issuer_key(key_path(folder, "issuer"), production=False))


def keys(*arguments: str) -> tuple[int, str, str]:
    """Run `kessai keys` as a person does; give exit code, output and errors."""
    command = [sys.executable, "-m", "kessai", "keys", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def test_the_command_line_creates_rotates_and_refuses_in_japanese(tmp_path: Path) -> None:
    run = keys
    path, data = tmp_path / "keys" / "codec.json", str(tmp_path)
    exit_code, out, err = run("rotate", "codec", "--data", data)
    assert (exit_code, out) == (2, "")
    assert "書けません" in err
    assert run("create", "--data", data)[0] == 0
    first = codec_keys(path, production=True).current
    prepared = run("rotate", "codec", "--prepare", "--data", data)[1].strip()
    assert codec_keys(path, production=True).current == first
    assert run("activate", "codec", prepared, "--keys", str(tmp_path / "keys"))[0] == 0
    assert codec_keys(path, production=True).current == prepared
    assert run("rotate", "envelope", "--data", data)[0] == 0
    exit_code, _, err = run("activate", "codec", "nothing", "--data", data)
    assert exit_code == 2
    assert "nothing" in err


def test_links_that_are_out_still_open_while_a_newer_key_derives_new_ones(folder: Path) -> None:
    path = key_path(folder, "link")
    before = link_keys(path, production=False)
    token = before.token(number="R8-000001", signer=1, generation=1)
    added = add_key(folder, "link")
    assert link_keys(path, production=False).token(number="R8-000001", signer=1, generation=1) == token
    activate_key(folder, "link", added)
    after = link_keys(path, production=False)
    assert after.opens(token, number="R8-000001", signer=1, generation=1)
    assert after.token(number="R8-000001", signer=1, generation=1) != token
