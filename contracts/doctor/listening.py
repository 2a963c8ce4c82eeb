"""The diagnosis of a receiver that cannot listen."""

import errno
import socket

from contracts.doctor.diagnosis import Diagnosis
from contracts.target import ReceiverOptions


def port_taken(options: ReceiverOptions) -> Diagnosis | None:
    """The receiver's port, or its address, cannot be listened on."""
    try:
        family, _, _, _, place = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
            tried.listen()
    except OSError as error:
        advice = {
            errno.EADDRINUSE: "another program listens there: choose another --receiver-port, or leave it out",
            errno.EACCES: "ports below 1024 are for the administrator: choose another one with --receiver-port",
        }.get(
            error.errno or 0,
            "no address of this machine: choose one with --receiver-host, such as 127.0.0.1 or 0.0.0.0",
        )
        tried_text = f"to listen on {options.host} port {options.port}"
        return Diagnosis(
            "port taken" if error.errno == errno.EADDRINUSE else "receiver cannot listen",
            tried_text,
            error.strerror or str(error),
            advice,
        )
    return None
