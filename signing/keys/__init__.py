"""Keys that sign, from files, PKCS#12 or a PKCS#11 token, behind one interface; and the profile of certificates."""

from signing.keys.files import certificates, key_from_files, key_from_pkcs12
from signing.keys.pkcs11 import Token, TokenKey
from signing.keys.profile import check_profile
from signing.keys.refusals import KeyRefused
from signing.keys.signing_key import LoadedKey, SigningKey

__all__ = [
    "KeyRefused",
    "LoadedKey",
    "SigningKey",
    "Token",
    "TokenKey",
    "certificates",
    "check_profile",
    "key_from_files",
    "key_from_pkcs12",
]
