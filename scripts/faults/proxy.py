"""The proxy in front of several servers, with the configuration of deploy/."""

import os
import re
import socket
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx(folder, ports, port):
    """deploy/nginx/brainly.conf with the servers on `ports`, on this port; Debian's nginx knows neither `resolve` nor `http2 on`."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", "-keyout", f"{folder}/tls.key",
                    "-out", f"{folder}/tls.crt"], check=True, capture_output=True)
    with open(os.path.join(ROOT, "deploy", "nginx", "brainly.conf")) as file:
        text = file.read()
    text = re.sub(r"    server api:5000 resolve (.*)\n", lambda found: "".join(f"    server 127.0.0.1:{own} {found[1]}\n" for own in ports), text)
    text = re.sub(r"    http2 on;\n|resolver .*\n", "", text).replace("/etc/nginx/tls", folder)
    text = text.replace("listen 80 default_server", f"listen 127.0.0.1:{free_port()}").replace("listen 443 ssl default_server", f"listen 127.0.0.1:{port} ssl")
    places = " ".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(f"{folder}/nginx.conf", "w") as file:
        file.write(f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nworker_processes 2;\nevents {{ worker_connections 1024; }}\n"
                   f"http {{ access_log off; {places}\n{text}\n}}\n")
    return subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
