"""Run Python with these arguments, in a process that a fork server of `fork_server.py` forks.

Each command of Pulumi runs this twice, so it imports little.
"""

import marshal
import os
import signal
import socket
import sys


def main() -> None:
    # The other process is in the same process group, so it gets the interrupts of the group itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = os.environ["FORK_SERVERS"]
    servers = os.listdir(folder)
    server = socket.socket(socket.AF_UNIX)
    server.connect(os.path.join(folder, servers[os.getpid() % len(servers)]))
    request = marshal.dumps((sys.argv[1:], os.getcwd(), dict(os.environ), os.getpgrp()))
    socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(request)
    # If this process is killed, its connection ends, and the server kills the other process.
    code = int.from_bytes(server.recv(4) or b"\x01", "big", signed=True)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
