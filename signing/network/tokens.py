"""Time stamp tokens: read and checked for what a token alone can show. Whom to trust is decided elsewhere."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp, x509
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from signing.network.errors import StampRefused

STRONG = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token whose signature is right. `certificates`: the authority's first, then others that came along."""

    content_info: cms.ContentInfo
    at: datetime
    policy: str
    algorithm: str
    certificate: x509.Certificate
    certificates: tuple[x509.Certificate, ...]

    @property
    def certificate_sha256(self) -> str:
        """The fingerprint of the authority's certificate."""
        return hashlib.sha256(self.certificate.dump()).hexdigest()


def checked(content_info: cms.ContentInfo, *, digest: bytes, algorithm: str, nonce: int | None) -> Token:
    """The token, if it is over that digest, answers that request, and is signed by a time stamping certificate.

    Raises StampRefused: `malformed` where it is not a token or its signature is wrong, `mismatch` where it is about
    something else.
    """
    try:
        token, info, signer = _read(content_info)
        _require_signature(content_info["content"], signer, token.certificate)
    except StampRefused:
        raise
    except Exception as error:
        raise StampRefused("malformed", f"not a time stamp token: {type(error).__name__}: {error}") from error
    imprint = info["message_imprint"]
    if imprint["hashed_message"].native != digest or token.algorithm != algorithm:
        raise StampRefused("mismatch", "the token is over another hash than was sent")
    if nonce is not None and info["nonce"].native != nonce:
        raise StampRefused("mismatch", "the token answers another request: the nonce differs")
    _require_purpose(token.certificate)
    if not token.certificate.not_valid_before <= token.at <= token.certificate.not_valid_after:
        raise StampRefused("mismatch", "the authority's certificate is not valid at the token's time")
    return token


def _read(content_info: cms.ContentInfo) -> tuple[Token, tsp.TSTInfo, cms.SignerInfo]:
    signed = content_info["content"]
    if signed["encap_content_info"]["content_type"].native != "tst_info":
        raise StampRefused("malformed", "the token holds something else than a time stamp")
    info: tsp.TSTInfo = signed["encap_content_info"]["content"].parsed
    (signer,) = signed["signer_infos"]
    sid = signer["sid"].chosen
    along = tuple(one.chosen for one in signed["certificates"] if one.name == "certificate")
    mine = [one for one in along if one.issuer == sid["issuer"] and one.serial_number == sid["serial_number"].native]
    if len(mine) != 1:
        raise StampRefused("malformed", "the token does not bring the certificate that signed it")
    token = Token(
        content_info=content_info,
        at=info["gen_time"].native,
        policy=info["policy"].native,
        algorithm=info["message_imprint"]["hash_algorithm"]["algorithm"].native,
        certificate=mine[0],
        certificates=(mine[0], *(one for one in along if one is not mine[0])),
    )
    return token, info, signer


def _require_signature(signed: cms.SignedData, signer: cms.SignerInfo, certificate: x509.Certificate) -> None:
    signed_data = signer["signed_attrs"].untag().dump()  # before it is read: afterwards asn1crypto encodes it anew
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    digest = signer["digest_algorithm"]["algorithm"].native
    content = signed["encap_content_info"]["content"].contents
    if attributes["message_digest"][0].native != hashlib.new(digest, content).digest():
        raise StampRefused("malformed", "the token's content is not what was signed")
    if attributes["content_type"][0].native != "tst_info":
        raise StampRefused("malformed", "the token's signed content type is wrong")
    if digest not in STRONG:
        raise StampRefused("mismatch", f"the token is signed over a digest made with {digest}")
    _require_named(attributes, certificate)
    DefaultSignatureValidator().validate_signature(
        signature=signer["signature"].native,
        signed_data=signed_data,
        public_key_info=certificate.public_key,
        signature_algorithm=signer["signature_algorithm"],
    )


def _require_named(attributes: Mapping[str, Any], certificate: x509.Certificate) -> None:
    """RFC 3161 2.4.2 and RFC 5816: what was signed names the certificate, or another of the same key could stand in."""
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"][0]["certs"][0]
        algorithm = named["hash_algorithm"]["algorithm"].native
    else:
        named = attributes["signing_certificate"][0]["certs"][0]
        algorithm = "sha1"
    if named["cert_hash"].native != hashlib.new(algorithm, certificate.dump(), usedforsecurity=False).digest():
        raise StampRefused("malformed", "the token names another certificate than it brings")


def _require_purpose(certificate: x509.Certificate) -> None:
    """RFC 3161 2.3: time stamping is the only purpose, and critical."""
    usage = certificate.extended_key_usage_value
    if usage is None or usage.native != ["time_stamping"]:
        raise StampRefused("mismatch", "the certificate that signed the token is not for time stamping alone")
    if "extended_key_usage" not in certificate.critical_extensions:
        raise StampRefused("mismatch", "the time stamping purpose of the certificate is not critical")
