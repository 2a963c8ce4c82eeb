# RICLOUD_SECRET=whsec_… python3 ricloud_receiver.py
import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["RICLOUD_SECRET"]
PORT = int(os.environ.get("PORT", "9000"))
TOLERANCE_SECONDS = 600


def is_genuine(body: bytes, header: str) -> bool:
    timestamp, _, digest = header.removeprefix("t=").partition(",s=")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(signed), digest.encode())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))  # the bytes as they came, not parsed yet
        if is_genuine(body, self.headers.get("Ricloud-Signature", "")):
            event = json.loads(body)
            print(event["type"], event["action"], flush=True)
            self.send_response(200)
        else:
            self.send_response(400)
        self.end_headers()


HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
