"""Run Python with these arguments, in a process that a fork server of `fork_server.py` forks.

Each command of Pulumi runs this twice, so it imports little.
"""

import marshal
import os
import signal
import socket
import sys

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until they can be passed on
    folder = os.environ["FORK_SERVERS"]
    servers = os.listdir(folder)
    server = socket.socket(socket.AF_UNIX)
    server.connect(os.path.join(folder, servers[os.getpid() % len(servers)]))
    request = marshal.dumps((sys.argv[1:], os.getcwd(), dict(os.environ)))
    socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(request)
    # If this process is killed, its connection ends, and the server kills the other process.
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _: server.send(bytes([number])))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    code = int.from_bytes(server.recv(4) or b"\x01", "big", signed=True)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
