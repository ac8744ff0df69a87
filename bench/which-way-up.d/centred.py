"""Digits of MNIST moved by parts of a pixel: `centred.py DIR OUT` writes OUT/marked, with every centre of
mass at pixel (14, 14), OUT/centred, with it in the middle of the image at (13.5, 13.5), and OUT/original.

Each has the first 12,000 digits of DIR's training files to learn from and 10,000 later ones for the test.
"""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np

PARTS = {"train": (0, 12_000), "t10k": (40_000, 50_000)}


def read(name: Path) -> bytes:
    packed = name.with_name(name.name + ".gz")
    return gzip.decompress(packed.read_bytes()) if packed.exists() else name.read_bytes()


def moved(image: np.ndarray, to: float) -> np.ndarray:
    """The image with its centre of mass at (to, to), between pixels by bilinear interpolation."""
    image = image.astype(float)
    for axis in (0, 1):
        along = np.moveaxis(image, axis, 0)
        size = len(along)
        by = to - (along.sum(1) @ np.arange(size)) / along.sum()
        whole = int(np.floor(by))
        padded = np.pad(along, ((size, size), (0, 0)))
        at = np.arange(size) + size - whole
        along = (1 - (by - whole)) * padded[at] + (by - whole) * padded[at - 1]
        image = np.moveaxis(along, 0, axis)
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)


def main(directory: Path, out: Path) -> None:
    images = read(directory / "train-images-idx3-ubyte")
    count, rows, columns = struct.unpack(">3i", images[4:16])
    images = np.frombuffer(images[16:], np.uint8).reshape(count, rows, columns)
    labels = read(directory / "train-labels-idx1-ubyte")[8:]
    if count < 50_000:
        sys.exit(f"{directory} has {count} training digits; give the 60,000 of MNIST")
    for kind, to in {"original": None, "marked": 14.0, "centred": 13.5}.items():
        (out / kind).mkdir(parents=True, exist_ok=True)
        for part, (first, end) in PARTS.items():
            own = images[first:end]
            if to is not None:
                own = np.stack([moved(image, to) for image in own])
            head = struct.pack(">4i", 2051, len(own), rows, columns)
            (out / kind / f"{part}-images-idx3-ubyte").write_bytes(head + own.tobytes())
            head = struct.pack(">2i", 2049, len(own))
            (out / kind / f"{part}-labels-idx1-ubyte").write_bytes(head + labels[first:end])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
