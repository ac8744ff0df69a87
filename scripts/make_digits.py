#!/usr/bin/env python3
"""Choose the handwritten digits that travel with the repository.

    scripts/make_digits.py MNIST_DIRECTORY            write crates/schur-data/data
    scripts/make_digits.py MNIST_DIRECTORY --check    rebuild and compare, write nothing

MNIST_DIRECTORY holds train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz
(60,000 digits). Needs Python 3.9 and its standard library only.

The rule, which alone determines the result:

1. Every source image i gets the key sha256("schur-digits-1:<i>").
2. Images are visited in ascending order of their keys. An image whose pixels equal
   those of an image visited before is left out.
3. Within each class, in that order, the first 1,200 images become training digits
   and the next 500 become test digits.
4. Each set is written in rounds. Round r holds the r-th image of every class, and
   within a round images stand in ascending order of a second key,
   sha256("schur-digits-1:<i>:order"). So each run of ten digits 10 r .. 10 r + 9 holds
   every class once, and any prefix is balanced. (In order of the first key, frequent
   classes would always come first.)

The first 10,000 training digits are meant for training, the last 2,000 for validation.
"""

import argparse
import gzip
import hashlib
import pathlib
import struct
import sys

RULE = "schur-digits-1"
CLASSES = 10
TRAIN_PER_CLASS = 1200
TEST_PER_CLASS = 500

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801

# Of the uncompressed source files, so that recompressed copies are accepted.
SOURCE_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
}

DATA = pathlib.Path(__file__).resolve().parent.parent / "crates" / "schur-data" / "data"


def read_source(directory, name):
    """The uncompressed bytes of one source file, after comparing its checksum."""
    path = directory / f"{name}.gz"
    try:
        content = gzip.decompress(path.read_bytes())
    except OSError as error:
        sys.exit(f"{path}: {error}")
    found = hashlib.sha256(content).hexdigest()
    if found != SOURCE_SHA256[name]:
        sys.exit(
            f"{path}: sha256 of the uncompressed content is {found}, "
            f"expected {SOURCE_SHA256[name]}: this is not the MNIST file"
        )
    return content


def parse(images, labels):
    """Source images as a list of byte strings, their labels, and the image size."""
    magic, count, rows, cols = struct.unpack_from(">IIII", images)
    assert magic == IMAGES_MAGIC, hex(magic)
    magic, label_count = struct.unpack_from(">II", labels)
    assert magic == LABELS_MAGIC, hex(magic)
    assert count == label_count == len(labels) - 8
    size = rows * cols
    assert len(images) == 16 + count * size
    pixels = [images[16 + i * size : 16 + (i + 1) * size] for i in range(count)]
    return pixels, labels[8:], (rows, cols)


def choose(pixels, labels):
    """Source indices of the training and of the test digits, in the order of the files."""

    def key(i):
        return hashlib.sha256(f"{RULE}:{i}".encode()).digest()

    def order_key(i):
        return hashlib.sha256(f"{RULE}:{i}:order".encode()).digest()

    by_class = [[] for _ in range(CLASSES)]
    seen = set()
    for i in sorted(range(len(pixels)), key=key):
        if pixels[i] not in seen:
            seen.add(pixels[i])
            by_class[labels[i]].append(i)

    def rounds(first, last):
        order = []
        for r in range(first, last):
            order += sorted((members[r] for members in by_class), key=order_key)
        return order

    end = TRAIN_PER_CLASS + TEST_PER_CLASS
    assert min(map(len, by_class)) >= end
    return rounds(0, TRAIN_PER_CLASS), rounds(TRAIN_PER_CLASS, end)


def build(directory):
    """File name -> uncompressed IDX content."""
    images = read_source(directory, "train-images-idx3-ubyte")
    labels = read_source(directory, "train-labels-idx1-ubyte")
    pixels, labels, (rows, cols) = parse(images, labels)
    files = {}
    for prefix, order in zip(("train", "t10k"), choose(pixels, labels)):
        header = struct.pack(">IIII", IMAGES_MAGIC, len(order), rows, cols)
        files[f"{prefix}-images-idx3-ubyte"] = header + b"".join(pixels[i] for i in order)
        header = struct.pack(">II", LABELS_MAGIC, len(order))
        files[f"{prefix}-labels-idx1-ubyte"] = header + bytes(labels[i] for i in order)
    return files


def checksums(files):
    """Content of SHA256SUMS: of the uncompressed files, since zlib versions differ."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return "".join(lines)


def write(files):
    DATA.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        # mtime 0: no trace of when the file was made.
        (DATA / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    (DATA / "SHA256SUMS").write_text(checksums(files))
    print(f"wrote {len(files)} files and SHA256SUMS to {DATA}")


def check(files):
    """The names of the files that differ from what the rule gives."""
    wrong = []
    for name, content in files.items():
        path = DATA / f"{name}.gz"
        try:
            same = gzip.decompress(path.read_bytes()) == content
        except (OSError, EOFError):
            same = False
        if not same:
            wrong.append(path.name)
    sums = DATA / "SHA256SUMS"
    if not sums.exists() or sums.read_text() != checksums(files):
        wrong.append(sums.name)
    return wrong


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", metavar="MNIST_DIRECTORY", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    files = build(arguments.directory)
    if not arguments.check:
        write(files)
    elif wrong := check(files):
        sys.exit(f"differs from what the rule gives: {', '.join(wrong)}")
    else:
        print(f"{len(files)} files and SHA256SUMS are what the rule gives")


if __name__ == "__main__":
    main()
