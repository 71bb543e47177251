"""The parts of a signature's value that nothing signs: padding, the bag of certificates, the envelope of the CMS.

Somebody could change or hide something there without breaking anything. Nothing hides there: what is not needed is
zero, and what is there is right.
"""

from collections.abc import Iterator, Sequence

from asn1crypto import cms, core, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

VERSIONS = ("v1", "v3", "v4", "v5")


def faults(value: bytes, digits: bytes, known: Sequence[x509.Certificate], *, exact: bool) -> Iterator[str]:
    """Say in English what is wrong with `value`, written as `digits`. `known`: certificates that are right.

    `exact`, for our own contracts: no certificate beyond those known, and a time stamp in every signature.
    """
    if digits not in (digits.lower(), digits.upper()):
        yield "hexadecimal digits of both cases"
    info = cms.ContentInfo.load(value)
    size = len(info.dump())
    if value[size:].strip(b"\0"):
        yield f"{len(value) - size} bytes of padding are not all zero"
    cms.ContentInfo.load(value[:size], strict=True)
    yield from _envelope(info["content"], known, exact=exact)
    for token in _tokens(info["content"]):
        yield from _envelope(token, known, exact=exact)


def _envelope(signed: cms.SignedData, known: Sequence[x509.Certificate], *, exact: bool) -> Iterator[str]:
    (signer,) = signed["signer_infos"]
    digests = [each["algorithm"].native for each in signed["digest_algorithms"]]
    if signer["digest_algorithm"]["algorithm"].native not in digests or (exact and len(digests) != 1):
        yield f"digest algorithms {digests}"
    if signed["version"].native not in VERSIONS or signer["version"].native not in VERSIONS:
        yield f"versions {signed['version'].native}, {signer['version'].native}"
    bag = [each.chosen for each in signed["certificates"] if each.name == "certificate"]
    right = {each.sha256 for each in known}
    for certificate in bag:
        if certificate.sha256 in right:
            continue
        issuers = [each for each in (*known, *bag) if each.subject == certificate.issuer]
        if (exact or issuers) and not any(_issued(certificate, issuer) for issuer in issuers):
            yield f"a certificate in it was changed, or does not belong: {certificate.subject.human_friendly}"


def _tokens(signed: cms.SignedData) -> Iterator[cms.SignedData]:
    for signer in signed["signer_infos"]:
        for attribute in () if isinstance(signer["unsigned_attrs"], core.Void) else signer["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                for token in attribute["values"]:
                    yield token["content"]


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        above = pyca.load_der_x509_certificate(issuer.dump())
        pyca.load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(above)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True
