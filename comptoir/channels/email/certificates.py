"""Certificates that cannot be trusted: why, in words, and how one is recognised again."""

import hashlib
import ssl

from django.utils.translation import gettext as _

# OpenSSL's X509_V_ERR_* numbers.
EXPIRED, NOT_YET = 10, 9
SELF_SIGNED = (18, 19)
OTHER_NAME = (62, 64)


def reason(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == EXPIRED:
        return _("it has expired.")
    if error.verify_code == NOT_YET:
        return _("it is not valid yet; is this machine’s clock right?")
    if error.verify_code in SELF_SIGNED:
        return _("the server vouches for itself, nobody else does.")
    if error.verify_code in OTHER_NAME:
        return _("it was made for another name.")
    return _("nobody we know vouches for it.")


def fingerprint(line: ssl.SSLSocket) -> str:
    """The SHA-256 of the certificate the other end shows."""
    return hashlib.sha256(line.getpeercert(binary_form=True)).hexdigest()
