"""MNIST is fetched once, by its checksums; tried on a small set of made-up files and a server of the test's own."""

import functools
import gzip
import hashlib
import http.server
import socket
import sys
import threading

import numpy as np
import pytest

from handgrad.commands.options import chosen
from handgrad.errors import DataError, MissingExtraError
from handgrad.training import mnist
from handgrad.training.mnist import fetched


@pytest.fixture
def files(idx_bytes):
    """Four files as MNIST's, with 3 and 2 images: name -> content."""
    files = {}
    for part, labels in (("train", [3, 1, 4]), ("t10k", [1, 5])):
        images = np.broadcast_to(np.array(labels)[:, None, None], (len(labels), 28, 28))
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(images))
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes(np.array(labels)))
    return files


@pytest.fixture
def md5(files):
    return {name: hashlib.md5(content).hexdigest() for name, content in files.items()}


@pytest.fixture
def server(files, tmp_path, monkeypatch):
    """Serves the files; `server.asked` lists what was asked for."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder = tmp_path / "served"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            server.asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder)) as server:
        server.asked, server.folder, server.url = [], folder, f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_fetched_once_then_kept(server, tmp_path, md5, capsys):
    cache = tmp_path / "new" / "cache"
    for _ in range(2):
        digits = fetched(server.url, cache, md5)
        assert digits.train.labels.tolist() == [3, 1, 4]
        assert digits.test.labels.tolist() == [1, 5]
        np.testing.assert_array_equal(digits.test.images[1] * 255, np.full((28, 28), 5.0))
        assert digits.source == "MNIST, 3 and 2 images"
    assert len(server.asked) == 4
    assert capsys.readouterr().out == ""


def test_a_damaged_file_in_the_cache_is_fetched_again(server, tmp_path, md5):
    fetched(server.url, tmp_path / "cache", md5)
    (tmp_path / "cache" / "t10k-labels-idx1-ubyte.gz").write_bytes(b"damaged")
    assert fetched(server.url, tmp_path / "cache", md5).test.labels.tolist() == [1, 5]
    assert len(server.asked) == 5


def test_a_file_with_another_checksum_is_refused(server, tmp_path, md5):
    (server.folder / "train-labels-idx1-ubyte.gz").write_bytes(b"something else")
    wanted = (
        f"train-labels-idx1-ubyte.gz: wanted MNIST, .* expected md5:{md5['train-labels-idx1-ubyte.gz']} .*--data DIR"
    )
    with pytest.raises(DataError, match=wanted):
        fetched(server.url, tmp_path / "cache", md5)
    assert not (tmp_path / "cache" / "train-labels-idx1-ubyte.gz").exists()


def test_a_file_that_the_server_does_not_have(server, tmp_path, md5):
    (server.folder / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte.gz: wanted MNIST, got .*404.*--data DIR"):
        fetched(server.url, tmp_path / "cache", md5)


def test_no_network(server, tmp_path, md5):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # nobody listens there, once it is closed
    with pytest.raises(DataError, match=r"wanted MNIST, got .*--data DIR"):
        fetched(f"http://127.0.0.1:{port}/", tmp_path / "cache", md5)


def test_a_cache_that_cannot_be_written(server, tmp_path, md5):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"wanted MNIST, got .*file/cache.*--data DIR"):
        fetched(server.url, tmp_path / "file" / "cache", md5)


def test_the_default_names_are_the_four_files_that_a_folder_may_hold(files):
    assert list(mnist.MD5) == list(files)
    assert all(len(bytes.fromhex(checksum)) == 16 for checksum in mnist.MD5.values())


def test_without_pooch_the_option_mnist_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r"handgrad train --mnist: wanted the package pooch.*\[mnist\]"):
        chosen(None, mnist=True, seed=0)


def test_the_option_mnist_fetches_it(monkeypatch):
    monkeypatch.setattr(mnist, "fetched", lambda: "fetched")
    assert chosen(None, mnist=True, seed=0) == "fetched"
