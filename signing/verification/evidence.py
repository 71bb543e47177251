"""Certificates and revocation data that a file carries, and what was fetched for it."""

from dataclasses import dataclass, field

from asn1crypto import cms, core, crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import NonexistentAttributeError, find_unique_cms_attribute
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from signing.pades.objects import members, value
from signing.verification.found import Found
from signing.verification.report import reason

ITEMS_MAX = 2_000  # of each kind


@dataclass
class Evidence:
    """What chains are judged by. `archive`: the file has a document security store."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)
    archive: bool = False
    fetched_ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)
    fetched_crls: list[crl.CertificateList] = field(default_factory=list)

    def knows(self, certificate: x509.Certificate) -> bool:
        """Whether revocation data in the file speak of the certificate; whether they are good is for the validation."""
        if certificate.ocsp_no_check_value is not None or not declares_revocation(certificate):
            return True
        issuer = certificate.issuer.hashable
        if any(each.issuer.hashable == issuer for each in self.crls):
            return True
        return any(certificate.serial_number in _serials(each) for each in self.ocsps)


def declares_revocation(certificate: x509.Certificate) -> bool:
    """Whether the certificate says where to ask about it."""
    return bool(get_ocsp_urls(certificate)) or bool(get_relevant_crl_dps(certificate, use_deltas=False))


def evidence_of(reader: PdfFileReader, signed: list[Found]) -> Evidence:
    """Collect what the document security store and the signatures themselves bring along."""
    evidence = Evidence()
    store = value(reader.root, "/DSS")
    if isinstance(store, generic.DictionaryObject):
        evidence.archive = True
        evidence.certificates += [x509.Certificate.load(each) for each in _streams(store, "/Certs")]
        evidence.ocsps += [ocsp.OCSPResponse.load(each) for each in _streams(store, "/OCSPs")]
        evidence.crls += [crl.CertificateList.load(each) for each in _streams(store, "/CRLs")]
    for each in signed:
        try:
            evidence.certificates += each.embedded.other_embedded_certs
            _add_from_attributes(evidence, each.embedded.signer_info)
        except Exception as error:  # noqa: BLE001  # whatever a broken signature makes the parser raise
            each.reasons.append(reason("signature-damaged", f"{type(error).__name__}: {error}", field=each.name))
    return evidence


def _streams(store: generic.DictionaryObject, key: str) -> list[bytes]:
    listed = members(value(store, key, ()))
    if len(listed) > ITEMS_MAX:
        raise ValueError(f"{len(listed)} entries under {key}")
    return [bytes(each.data) for each in listed]


def _add_from_attributes(evidence: Evidence, signer: cms.SignerInfo) -> None:
    """What Acrobat puts into a signature: an attribute of revocation data."""
    if isinstance(signer["signed_attrs"], core.Void):
        return
    try:
        found = find_unique_cms_attribute(signer["signed_attrs"], "adobe_revocation_info_archival")
    except NonexistentAttributeError:
        return
    evidence.crls += list(found["crl"] or ())
    evidence.ocsps += list(found["ocsp"] or ())


def _serials(response: ocsp.OCSPResponse) -> set[int]:
    if response["response_status"].native != "successful":
        return set()
    responses = response.basic_ocsp_response["tbs_response_data"]["responses"]
    return {each["cert_id"]["serial_number"].native for each in responses}
