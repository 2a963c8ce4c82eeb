# WEBHOOK_SECRET=whsec_readme python3 receiver.py
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["WEBHOOK_SECRET"]
PORT = int(os.environ.get("PORT", "9000"))


def is_genuine(body: bytes, signature: str) -> bool:
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))  # the bytes as they came, not parsed yet
        if is_genuine(body, self.headers.get("X-Webhook-Signature", "")):
            command = json.loads(body)["data"]
            print(command["command_id"], command["status"], flush=True)
            self.send_response(200)
        else:
            self.send_response(401)
        self.end_headers()


HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
