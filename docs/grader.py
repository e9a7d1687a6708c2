"""Scores answers for MESS+ over HTTP, without any library: python3 docs/grader.py [PORT]

Put a rule of your own into score(). The fields of a request are in scoring.md.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def score(answered):
    """A score from 0 to 1, or None to say nothing."""
    return 1.0 if len(answered.get("output", "")) < 200 else 0.5


class Grader(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        answered = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = json.dumps({"score": score(answered)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    server = ThreadingHTTPServer(("127.0.0.1", port), Grader)
    print(f"Scores answers at http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
