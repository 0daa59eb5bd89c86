"""A server with the part of the API of HashiCorp Vault that encrypts the key of a stack.

Pulumi derives the key of a stack from a passphrase in a million rounds, which is half of the CPU time of the CLI in a
short command. With a vault, it asks for the key. The secrets of the stack are encrypted in the same way.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PROVIDER = "hashivault://engine-tests"
"""The value of ``pulumi stack init --secrets-provider``."""


class _Handler(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        """Answer a request to encrypt or decrypt; a ciphertext is the plaintext in another base."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/transit/encrypt/engine-tests":
            data = {"ciphertext": base64.b64decode(body["plaintext"]).hex()}
        elif self.path == "/v1/transit/decrypt/engine-tests":
            data = {"plaintext": base64.b64encode(bytes.fromhex(body["ciphertext"])).decode()}
        else:
            return self.send_error(404)
        answer = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@cache
def vault() -> dict[str, str]:
    """Return the settings of the vault of this process, started by the first call."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return {"VAULT_ADDR": f"http://127.0.0.1:{server.server_port}", "VAULT_TOKEN": "engine-tests"}
