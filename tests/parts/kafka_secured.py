"""A broker as companies run it: TLS both ways, and a user by SCRAM. From the project's jars, on a local Java."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from parts.kafka import JarBroker, jars, java

USER, PASSWORD, MECHANISM = "millstream", "correct-horse", "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files: who signs, and a certificate with its key for the broker and for a client."""

    ca: Path
    broker: Path  # key and certificate in one file, as Kafka reads them
    client: Path
    client_key: Path


def make_certificates(folder: Path) -> Certificates:
    """A certificate authority of our own, and what it signed."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("millstream tests")
    ca = _certificate(ca_name, ca_key, ca_name, ca_key, is_ca=True)
    made: dict[str, tuple[bytes, bytes]] = {}
    for who in ("broker", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        made[who] = _pem_key(key), _pem(_certificate(_name(who), key, ca_name, ca_key, is_ca=False))
    files = Certificates(folder / "ca.crt", folder / "broker.pem", folder / "tls.crt", folder / "tls.key")
    files.ca.write_bytes(_pem(ca))
    files.broker.write_bytes(b"".join(made["broker"]))
    files.client_key.write_bytes(made["client"][0])
    files.client.write_bytes(made["client"][1])
    return files


def secured_broker(certificates: Certificates) -> JarBroker:
    """A broker whose clients show a certificate and say who they are; not started yet.

    Raises:
        PartMissing: there is no Java with the jars.
    """
    return JarBroker(
        java(),
        jars(),
        listener="SASL_SSL",
        settings={
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(certificates.broker),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(certificates.ca),
            "listener.name.sasl_ssl.ssl.client.auth": "required",  # without the prefix it is for SSL listeners alone
            "sasl.enabled.mechanisms": MECHANISM,
            f"listener.name.sasl_ssl.{MECHANISM.lower()}.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
        },
        format_options=("--add-scram", f"{MECHANISM}=[name={USER},password={PASSWORD}]"),
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_ca: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(_usage(is_ca), critical=True)
    )
    if not is_ca:
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        roles = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(roles), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
