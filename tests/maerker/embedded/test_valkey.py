"""The embedded Valkey, really started and really killed."""

import shutil
from pathlib import Path

import redis

from maerker.embedded.instance import short_folder
from maerker.embedded.valkey import DATABASES, Valkey


def test_it_answers_on_a_private_socket_only_and_starts_again_after_a_kill(tmp_path: Path) -> None:
    sockets = short_folder()
    valkey = Valkey(sockets, log=tmp_path / "log")
    try:
        process = valkey.start()
        with redis.Redis.from_url(valkey.url(DATABASES - 1)) as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
            assert client.set("key", "value")
        assert valkey.socket.stat().st_mode & 0o077 == 0
        process.kill()
        process.wait()
        valkey.start()
        with redis.Redis.from_url(valkey.url()) as client:
            assert client.ping()
    finally:
        valkey.stop()
        shutil.rmtree(sockets)
