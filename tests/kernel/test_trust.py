"""SM2, SM3 and SM4 against OpenSSL and a second implementation."""

import hashlib
import subprocess

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ledger.canonical import NotCanonical, canonical
from tongban.kernel.ledger.merkle import EMPTY, Frontier, climb, inclusion, root
from tongban.kernel.trust import sm2, vault
from tongban.kernel.trust.sm3 import _by_library, sm3

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(
                st.characters(max_codepoint=0xFFFF, min_codepoint=32, exclude_categories=["Cs"])
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def test_sm3_matches_the_standard_and_the_second_implementation():
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"x" * 999) == _by_library(b"x" * 999)


@given(json_values)
def test_canonical_json_equals_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, {"𠀀": 1}, 2**53, {1: 2}, "\ud800", "a\x00b", (1,)])
def test_values_without_one_spelling_are_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


def openssl(*arguments, **keywords):
    return subprocess.run(["openssl", *arguments], capture_output=True, check=False, **keywords)


def test_openssl_accepts_our_signature_and_we_accept_openssls(tmp_path):
    key = sm2.PrivateKey.generate()
    (tmp_path / "private.pem").write_text(key.pem)
    (tmp_path / "public.pem").write_text(key.public.pem)
    (tmp_path / "message").write_bytes("检查点".encode())
    (tmp_path / "ours").write_bytes(key.sign("检查点".encode()))
    identity = ("-sigopt", f"distid:{sm2.SIGNER_ID.decode()}")
    checked = openssl(
        "dgst",
        "-sm3",
        "-verify",
        "public.pem",
        *identity,
        "-signature",
        "ours",
        "message",
        cwd=tmp_path,
    )
    assert checked.returncode == 0, checked
    openssl(
        "dgst", "-sm3", "-sign", "private.pem", *identity, "-out", "theirs", "message", cwd=tmp_path
    )
    theirs = (tmp_path / "theirs").read_bytes()
    assert key.public.verifies("检查点".encode(), theirs)
    assert not key.public.verifies("检查点。".encode(), theirs)


def test_libcrypto_and_the_pure_implementation_accept_each_other():
    for number in range(20):
        key, message = sm2.PrivateKey.generate(), f"第 {number} 条".encode()
        assert sm2._pure_verify(key.public, message, key.sign(message))
        assert key.public.verifies(message, sm2._pure_sign(key, message))
        assert not sm2._pure_verify(key.public, message + b".", key.sign(message))
        assert not sm2._pure_verify(key.public, message, b"not a signature")


def test_the_pure_implementation_reads_a_point_that_begins_like_the_mark_of_one():
    """One key in 256 has such a point."""
    keys = (sm2.PrivateKey.generate() for _ in range(5000))
    key = next(key for key in keys if key.public.point.hex().startswith("04"))
    signature = key.sign(b"words")
    assert sm2._pure_verify(key.public, b"words", signature)
    assert key.public.verifies(b"words", sm2._pure_sign(key, b"words"))


def test_keys_survive_storage():
    key = sm2.PrivateKey.generate()
    assert sm2.PrivateKey.from_pem(key.pem) == key
    assert sm2.PublicKey.from_der(key.public.der) == key.public


def test_a_sealed_value_opens_and_a_changed_one_does_not():
    sealed = vault.encrypt("李小明")
    assert vault.decrypt(sealed) == "李小明"
    assert vault.encrypt("李小明") != sealed
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(vault.VaultError):
            vault.decrypt(bytes(changed))


def leaves(size):
    return [hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(size)]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 64, 100, 255])
def test_a_growing_tree_has_the_root_of_the_plain_definition(size):
    tree = Frontier()
    for one in leaves(size):
        tree.append(one)
    assert tree.root() == root(leaves(size))
    assert (tree.root() == EMPTY) == (size == 0)


@given(st.integers(1, 70), st.data())
def test_every_inclusion_path_leads_to_the_root_and_no_other_leaf_does(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    path = inclusion(index, hashes)
    assert climb(hashes[index], path) == root(hashes)
    assert climb(b"\x01" * 32, path) != root(hashes)
