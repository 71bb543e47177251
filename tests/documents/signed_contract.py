"""A contract as it is after the last signature: certified by the platform, signed by a company and the prefecture."""

from datetime import timedelta
from io import BytesIO

import pikepdf
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing.development_pki import Subject
from signing.keys import LoadedKey, key_from_pkcs12
from signing.pades import PartyField, certify, lay_fields, sign

COMPANY, PREFECTURE = "Party1", "Party2"


def draft():
    """The decided file: one empty page."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
        pdf.save(made := BytesIO(), deterministic_id=True)
    return made.getvalue()


def credential(world, name):
    """The platform's or the prefecture's key."""
    return key_from_pkcs12(world.pki.credential(name).pkcs12("1234"), password=b"1234")


def signer(world, *, lives=timedelta(days=90)):
    """A key certified for one signer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = Subject(common_name="契約者1の指示による署名", organisation="電子契約サービス")
    issued = world.pki.issue(key.public_key(), subject=subject, lives=lives)
    return LoadedKey(key, x509.Certificate.load(issued.certificate), tuple(map(x509.Certificate.load, issued.chain)))


async def signed_contract(world, *, between=timedelta(days=5), company=None):
    """Certified on day 0, signed by the company on day 1 and by the prefecture `between` later (B-T)."""
    fields = [PartyField(name=name, label=name, page=None, box=None) for name in (COMPANY, PREFECTURE)]
    pdf = lay_fields(draft(), parties=fields, attachments=[], at=world.clock.now())
    said = {"stamps": world.stamps, "name": "電子契約サービス", "reason": "契約の締結"}
    platform = credential(world, "platform")
    pdf = (await certify(pdf, key=platform, at=world.clock.now(), **said)).pdf
    world.clock.move(days=1)
    key = company or signer(world)
    pdf = (await sign(pdf, field=COMPANY, key=key, at=world.clock.now(), instruction=b"agreed", **said)).pdf
    world.clock.at += between
    key = credential(world, "prefecture")
    return (await sign(pdf, field=PREFECTURE, key=key, at=world.clock.now(), instruction=b"agreed", **said)).pdf
