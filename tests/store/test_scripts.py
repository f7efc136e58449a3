"""A script goes by digest over the thread's own connection, whatever happens to either."""

import socket

from widget.store.connect import Connection
from widget.store.scripts import Script


def admit(script: Script, reader: bytes) -> int:
    return int(script(("rb:net:1:{wide}:near", "rb:net:1:{wide}"), (reader, 20, 600, 300)))


def test_a_script_the_server_forgot_is_sent_again(connection: Connection) -> None:
    script = Script(connection, "admit.lua")
    assert admit(script, b"a") == 0
    connection.client.script_flush()
    assert admit(script, b"b") == 0
    assert connection.client.scard("rb:net:1:{wide}:near") == 2


def test_a_lost_connection_is_made_again(connection: Connection) -> None:
    script = Script(connection, "admit.lua")
    assert admit(script, b"a") == 0
    connection.client.connection._sock.shutdown(socket.SHUT_RDWR)
    assert admit(script, b"b") == 0
    assert connection.client.scard("rb:net:1:{wide}:near") == 2
