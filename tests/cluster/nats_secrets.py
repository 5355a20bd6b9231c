"""Keys, certificates and accounts of one test, made by openssl: TLS for a nats-server, and the signed accounts and
credentials that NATS calls decentralised (what `nsc` writes; Debian has no nsc).

https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt
"""

import base64
import hashlib
import json
import subprocess

# The first byte of a public key, by what it belongs to: makes its text begin with O, A or U.
PREFIXES = {"operator": 14 << 3, "account": 0, "user": 20 << 3}
SEED_PREFIX = 18 << 3
UNLIMITED = {"subs": -1, "data": -1, "payload": -1}
ACCOUNT_LIMITS = {**UNLIMITED, "imports": -1, "exports": -1, "wildcards": True, "conn": -1, "leaf": -1,
                  "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1}


def _openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=True, **options).stdout


def make_certificate(folder):
    """A certificate for 127.0.0.1 that signs itself: (certificate, key), as PEM files in `folder`."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    return certificate, key


def _crc16(octets):
    """CRC-16/XMODEM, which ends every key of NATS."""
    crc = 0
    for octet in octets:
        crc ^= octet << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _encoded(octets):
    return base64.b32encode(octets + _crc16(octets).to_bytes(2, "little")).decode().rstrip("=")


def _base64url(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


class Identity:
    """An operator, an account or a user, with its key."""

    def __init__(self, kind, name, folder):
        self.kind, self.name = kind, name
        self._key = folder / f"{kind}-{name}.pem"
        private = _openssl("genpkey", "-algorithm", "ed25519", "-outform", "DER")
        self._key.write_bytes(_openssl("pkey", "-inform", "DER", input=private))
        prefix = PREFIXES[kind]
        # Both end with the 32 bytes of the key itself.
        self.public = _encoded(bytes([prefix]) + _openssl("pkey", "-in", self._key, "-pubout", "-outform", "DER")[-32:])
        self.seed = _encoded(bytes([SEED_PREFIX | prefix >> 5, (prefix & 31) << 3]) + private[-32:])

    def sign(self, subject, claims):
        """The JWT by which this identity vouches for `subject`."""
        body = {"iss": self.public, "sub": subject.public, "name": subject.name, "iat": 1,
                "nats": {**claims, "type": subject.kind, "version": 2}}
        body["jti"] = base64.b32encode(hashlib.sha256(json.dumps(body).encode()).digest()).decode().rstrip("=")
        text = ".".join(_base64url(json.dumps(part).encode())
                        for part in ({"typ": "JWT", "alg": "ed25519-nkey"}, body))
        unsigned = self._key.with_suffix(".unsigned")
        unsigned.write_text(text)
        return f"{text}.{_base64url(_openssl('pkeyutl', '-sign', '-rawin', '-inkey', self._key, '-in', unsigned))}"


def credentials(jwt, seed):
    """The text of a credentials file."""
    return (f"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n")


def signed_accounts(folder, users):
    """The accounts SYS and APP under an operator of their own.

    `users` is {user: (account, subjects it may publish, subjects it may subscribe to)}, None being all. Returns the
    lines of the servers' configuration and {user: text of its credentials file}.
    """
    operator = Identity("operator", "test", folder)
    accounts = {name: Identity("account", name, folder) for name in ("SYS", "APP")}
    preloaded = []
    for account in accounts.values():
        limits = ACCOUNT_LIMITS if account.name == "APP" else {**ACCOUNT_LIMITS, "mem_storage": 0, "disk_storage": 0}
        preloaded.append(f"  {account.public}: {operator.sign(account, {'limits': limits})}")
    texts = {}
    for name, (account, publish, subscribe) in users.items():
        user = Identity("user", name, folder)
        allowed = {key: {"allow": list(subjects)} for key, subjects in (("pub", publish), ("sub", subscribe))
                   if subjects is not None}
        texts[name] = credentials(accounts[account].sign(user, {**UNLIMITED, **allowed}), user.seed)
    lines = [f"operator: {operator.sign(operator, {'system_account': accounts['SYS'].public})}",
             f"system_account: {accounts['SYS'].public}", "resolver: MEMORY", "resolver_preload: {", *preloaded, "}"]
    return "\n".join(lines), texts
