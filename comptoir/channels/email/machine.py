"""What this machine answers when a file or an address cannot be had, in the reader's words."""

import errno
import os

from django.utils.translation import gettext as _


def reason(error: OSError) -> str:
    """The machine's reason, without a full stop; its own English where nobody foresaw it."""
    known = WORDS.get(error.errno)
    return known() if known else os.strerror(error.errno) if error.errno else str(error)


WORDS = {
    errno.EACCES: lambda: _("we are not allowed to"),
    errno.EPERM: lambda: _("we are not allowed to"),
    errno.EADDRINUSE: lambda: _("another program uses it already"),
    errno.EADDRNOTAVAIL: lambda: _("this machine has no such address"),
    errno.ENOENT: lambda: _("the folder or the file is not there"),
    errno.ENOSPC: lambda: _("the disk is full"),
    errno.EIO: lambda: _("the disk cannot read it"),
    errno.EISDIR: lambda: _("it is a folder"),
}
