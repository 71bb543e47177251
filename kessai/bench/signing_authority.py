"""The development PKI of the signing measures, as a process, so that its work is nobody's processor time here."""

import sys
from datetime import timedelta
from pathlib import Path

import uvicorn

from kessai.clocks import SystemClock
from signing.development_pki import DevelopmentPki, Publication
from signing.development_pki.app import app_of

SECOND = timedelta(seconds=1)

if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    published = Publication(ocsp_every=SECOND, crl_every=SECOND)  # so that nobody waits for newer revocation data
    pki = DevelopmentPki(folder, base_url=f"http://127.0.0.1:{port}", clock=SystemClock(), publication=published)
    uvicorn.run(app_of(pki), host="127.0.0.1", port=port, log_level="error", access_log=False)
