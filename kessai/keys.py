"""Key files: made at the first development start, loaded from files everywhere, rotated by adding before switching.

One file per use, so that each process is given only what it needs: the API signs envelopes and holds `envelope.json`, a
worker only verifies and holds `envelope-public.json`. Every file says whether it was made for development, and a
production start refuses those that were (`docs/adr/0006-identity.md`).
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.signing.links import LinkKeys
from kessai.trouble import Trouble
from signing.detached import Signer, Verifier
from signing.webhooks import derived_secret

Kind = Literal["envelope", "envelope-public", "codec", "session", "webhook", "link", "journal", "issuer"]
Rotating = Literal["envelope", "codec", "link"]

SECRET_BYTES = 32


class KeysRefused(Trouble):
    """A key file that may not be used. The message names the file and never shows what is in it."""

    exit_code = 2

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"鍵ファイル {path} は使えません: {reason}")
        self.path = path


class KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a key file (JSON, keys in base64, oldest first). `development` has no default: a file must say."""

    kind: Kind
    development: bool
    current: str
    keys: dict[str, bytes]

    def __repr__(self) -> str:
        return f"KeyFile(kind={self.kind!r}, development={self.development}, keys={list(self.keys)})"


@dataclass(frozen=True, kw_only=True)
class CodecKeys:
    """AES-256 keys of the payload codec by id; `current` encrypts, all decrypt."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class IssuerKey:
    """The development issuer's ES256 key."""

    key_id: str
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)


def key_path(folder: Path, kind: Kind) -> Path:
    """Where the file of this kind lies in a key folder."""
    return folder / f"{kind}.json"


def create_keys(folder: Path, *, development: bool) -> tuple[Path, ...]:
    """Create the key files that are missing (files 0600, folder 0700) and return their paths; existing ones stay.

    Any number of processes may call this at once. The issuer's key exists for development only.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    created = []
    with _locked(folder):
        for kind, make in _MAKERS.items():
            path = key_path(folder, kind)
            if path.exists() or (kind == "issuer" and not development):
                continue
            key_id = _new_key_id(kind)
            _write(path, KeyFile(kind=kind, development=development, current=key_id, keys={key_id: make()}))
            created.append(path)
        if _publish(folder):
            created.append(key_path(folder, "envelope-public"))
    return tuple(created)


def envelope_signer(path: Path, *, production: bool) -> Signer:
    """The API's signer of envelopes, from `envelope.json`; refuses development keys in production."""
    file = _load(path, "envelope", production=production)
    return Signer(file.current, Ed25519PrivateKey.from_private_bytes(file.keys[file.current]))


def envelope_verifier(path: Path, *, production: bool) -> Verifier:
    """The worker's verifier of envelopes, from `envelope-public.json`; refuses development keys in production."""
    file = _load(path, "envelope-public", production=production)
    return Verifier({key_id: Ed25519PublicKey.from_public_bytes(key) for key_id, key in file.keys.items()})


def codec_keys(path: Path, *, production: bool) -> CodecKeys:
    """The payload codec's keys, from `codec.json`; refuses development keys in production."""
    file = _load(path, "codec", production=production)
    return CodecKeys(current=file.current, keys=file.keys)


def session_secret(path: Path, *, production: bool) -> str:
    """The secret that signs session cookies, from `session.json`; refuses development keys in production."""
    file = _load(path, "session", production=production)
    return file.keys[file.current].hex()


def webhook_secrets(path: Path, *, production: bool) -> Callable[[str, int], tuple[str, ...]]:
    """What gives a webhook's secrets in one generation, the current key's first, from `webhook.json`; refuses
    development keys in production. Several keys lie in the file while one replaces another.
    """
    file = _load(path, "webhook", production=production)
    keys = [file.keys[file.current], *(key for key_id, key in file.keys.items() if key_id != file.current)]
    return lambda number, generation: tuple(derived_secret(key, subject=number, generation=generation) for key in keys)


def link_keys(path: Path, *, production: bool) -> LinkKeys:
    """What derives and checks the links and codes of contracts' signers, from `link.json`, which the API and the
    notifier alone hold; refuses development keys in production.
    """
    file = _load(path, "link", production=production)
    others = [key for key_id, key in file.keys.items() if key_id != file.current]
    return LinkKeys(keys=(file.keys[file.current], *others))


def journal_keys(path: Path, *, production: bool) -> tuple[bytes, ...]:
    """What the signer role believes its journal by, the current key first, from `journal.json`, which it alone holds;
    refuses development keys in production.
    """
    file = _load(path, "journal", production=production)
    return (file.keys[file.current], *(key for key_id, key in file.keys.items() if key_id != file.current))


def issuer_key(path: Path, *, production: bool) -> IssuerKey:
    """The development issuer's key, from `issuer.json`; production has no such key, whatever the file says."""
    if production:
        raise KeysRefused(path, "本番では開発用の発行者を使えません。")
    file = _load(path, "issuer", production=False)
    return IssuerKey(key_id=file.current, private_key=_ec_key(path, file.keys[file.current]))


def add_key(folder: Path, kind: Rotating) -> str:
    """Add a key beside the others and return its id. Nothing signs or encrypts with it yet.

    First every process that verifies or decrypts is restarted and so learns it, then `activate_key` switches.
    """
    with _locked(folder):
        file = _read(key_path(folder, kind), kind)
        key_id = _new_key_id(kind)
        _write(key_path(folder, kind), msgspec.structs.replace(file, keys={**file.keys, key_id: _MAKERS[kind]()}))
        if kind == "envelope":
            _publish(folder)
    return key_id


def activate_key(folder: Path, kind: Rotating, key_id: str) -> None:
    """Make `key_id` the one that signs or encrypts from the next start; refuses an unknown id.

    Old codec keys stay (they decrypt histories); old envelope keys stay in the public file only, because nobody needs
    to sign with them again.
    """
    with _locked(folder):
        path = key_path(folder, kind)
        file = _read(path, kind)
        if key_id not in file.keys:
            raise KeysRefused(path, f"鍵 {key_id} がありません。")
        if kind == "envelope":
            _publish(folder)
        keys = {key_id: file.keys[key_id]} if kind == "envelope" else file.keys
        _write(path, msgspec.structs.replace(file, current=key_id, keys=keys))


def _publish(folder: Path) -> bool:
    """Write the public halves of the envelope keys, keeping those already published; True if the file changed."""
    private = _read(key_path(folder, "envelope"), "envelope")
    path = key_path(folder, "envelope-public")
    known = _read(path, "envelope-public").keys if path.exists() else {}
    derived = {
        key_id: Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
        for key_id, key in private.keys.items()
    }
    if path.exists() and derived.items() <= known.items():
        return False
    file = KeyFile(
        kind="envelope-public", development=private.development, current=private.current, keys={**known, **derived}
    )
    _write(path, file)
    return True


def _load(path: Path, kind: Kind, *, production: bool) -> KeyFile:
    file = _read(path, kind)
    if production and file.development:
        raise KeysRefused(path, "開発用の鍵です。本番では使えません。")
    return file


def _read(path: Path, kind: Kind) -> KeyFile:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except OSError as error:
        raise KeysRefused(path, f"読めません({error.strerror})。") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KeysRefused(path, "鍵ファイルの形式ではありません。") from error
    if file.kind != kind:
        raise KeysRefused(path, f"用途が違います({kind} が必要ですが {file.kind} です)。")
    if file.current not in file.keys:
        raise KeysRefused(path, f"現在の鍵 {file.current} がありません。")
    if kind != "issuer" and any(len(key) != SECRET_BYTES for key in file.keys.values()):
        raise KeysRefused(path, f"鍵の長さが {SECRET_BYTES} バイトではありません。")
    return file


def _write(path: Path, file: KeyFile) -> None:
    """Replace the file in one step and make it durable; no reader ever sees half a file, nobody else can read it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:  # mkstemp creates 0600
            stream.write(msgspec.json.format(msgspec.json.encode(file)) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer of this folder at a time, across processes; released by the kernel when the process dies."""
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise KeysRefused(folder, f"書けません({error.strerror})。") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _new_key_id(kind: Kind) -> str:
    return f"{kind}-{secrets.token_hex(4)}"


def _new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def _new_ec_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _ec_key(path: Path, der: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_der_private_key(der, password=None)
    except ValueError as error:
        raise KeysRefused(path, "秘密鍵の形式ではありません。") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeysRefused(path, "P-256 の秘密鍵ではありません。")
    return key


_MAKERS: Mapping[Kind, Callable[[], bytes]] = {
    "envelope": lambda: Ed25519PrivateKey.generate().private_bytes_raw(),
    "codec": _new_secret,
    "session": _new_secret,
    "webhook": _new_secret,
    "link": _new_secret,
    "journal": _new_secret,
    "issuer": _new_ec_key,
}
