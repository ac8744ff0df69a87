"""Makes the reference volumes of this folder with nibabel (5.3) and NumPy (2.x).

    python make.py

`expected.csv` has, for every file, sizes, spacing and all numbers in the order of schur: slices from
the feet to the head, rows from the front to the back, columns from left to right of the patient.
"""

import nibabel as nib
import numpy as np

rng = np.random.default_rng(3)
lines = ["# file;depth rows cols;spacing in mm;numbers, by nibabel.as_closest_canonical, y reversed"]


def write(name, image, mapped=True):
    nib.save(image, name)
    again = nib.load(name)
    # Without a map nibabel turns x around, as Analyze did; the standard's "method 1" does not.
    again = nib.as_closest_canonical(again) if mapped else again
    data = np.asarray(again.get_fdata(), dtype=np.float32)
    zooms = np.sqrt((again.affine[:3, :3] ** 2).sum(0))
    ours = data.transpose(2, 1, 0)[:, ::-1, :]
    words = lambda values: " ".join(repr(float(np.float32(v))) for v in values)
    lines.append(";".join([name, " ".join(map(str, ours.shape)), words(zooms[::-1]), words(ours.ravel())]))


def rotated(axis, degrees, spacing, order=(0, 1, 2), signs=(1, 1, 1)):
    a = np.radians(degrees)
    c, s = np.cos(a), np.sin(a)
    turn = np.eye(3)
    i, j = [k for k in range(3) if k != axis]
    turn[i, i], turn[i, j], turn[j, i], turn[j, j] = c, -s, s, c
    axes = np.zeros((3, 3))
    for column, row in enumerate(order):
        axes[row, column] = signs[column] * spacing[column]
    affine = np.eye(4)
    affine[:3, :3] = turn @ axes
    affine[:3, 3] = [-7, 3, 11]
    return affine


short = rng.integers(-1000, 2000, (4, 3, 2)).astype(np.int16)
image = nib.Nifti1Image(short, rotated(0, 20, (1.0, 0.75, 2.5), (2, 0, 1), (1, -1, 1)))
image.header.set_slope_inter(0.5, -100)
image.header.set_xyzt_units("mm")
write("sform-i16.nii.gz", image)

image = nib.Nifti1Image(rng.normal(size=(3, 2, 4)).astype(np.float32), None)
image.header["pixdim"][1:4] = [2.0, 1.0, 1.5]
image.set_qform(rotated(2, 30, (2.0, 1.0, 1.5), (0, 1, 2), (-1, 1, 1)), code=1)
image.set_sform(None, code=0)
write("qform-f32.nii", image)

image = nib.Nifti2Image(rng.normal(size=(2, 3, 4)), rotated(1, 0, (0.5, 0.5, 3.0), (1, 2, 0), (-1, -1, -1)))
write("second-f64.nii", image)

header = nib.Nifti1Header(endianness=">")
header.set_data_dtype(np.uint16)
image = nib.Nifti1Image(rng.integers(0, 60000, (2, 2, 3)).astype(">u2"), rotated(0, 0, (1, 1, 1)), header)
write("big-u16.nii", image)

image = nib.Nifti1Image(rng.integers(0, 4, (3, 3, 3)).astype(np.uint8), np.diag([1.0, 1.0, 1.0, 1.0]))
image.set_sform(None, code=0)
image.set_qform(None, code=0)
write("plain-u8.nii.gz", image, mapped=False)

np.save("c-f32.npy", rng.normal(size=(2, 3, 4)).astype(np.float32))
np.save("fortran-i64.npy", np.asfortranarray(rng.integers(-9, 9, (2, 2, 3, 4))))
np.save("big-f64.npy", rng.normal(size=(2, 2, 2)).astype(">f8"))
for name in ["c-f32.npy", "fortran-i64.npy", "big-f64.npy"]:
    data = np.load(name)
    values = " ".join(repr(float(np.float32(v))) for v in data.ravel(order="C"))
    lines.append(";".join([name, " ".join(map(str, data.shape[-3:])), "", values]))

arrays = {}
for part, count in [("train", 6), ("val", 2), ("test", 2)]:
    arrays[f"{part}_images"] = rng.integers(0, 255, (count, 4, 5, 6)).astype(np.uint8)
    arrays[f"{part}_labels"] = (np.arange(count) % 2).astype(np.uint8)[:, None]
np.savez_compressed("volumes.npz", **arrays)
lines.append(";".join(["volumes.npz", "4 5 6", "", " ".join(str(float(v)) for v in arrays["val_images"].ravel())]))

# Volumes of real numbers, of which the last for training has one that is none.
numbers = np.zeros((3, 2, 2, 2), np.float32)
numbers[2, 1, 0, 1] = np.nan
parts = {f"{part}_images": numbers if part == "train" else np.zeros_like(numbers) for part in ("train", "val", "test")}
parts |= {f"{part}_labels": np.array([[0], [1], [0]], np.uint8) for part in ("train", "val", "test")}
np.savez_compressed("not-finite.npz", **parts)

colours = {}
for part, count in [("train", 4), ("val", 2), ("test", 2)]:
    colours[f"{part}_images"] = rng.integers(0, 255, (count, 3, 3, 3)).astype(np.uint8)
    colours[f"{part}_labels"] = np.arange(count)[:, None] % 2
np.savez("colours.npz", **colours)
first = colours["test_images"].transpose(0, 3, 1, 2)
lines.append(";".join(["colours.npz", "1 3 3", "", " ".join(str(float(v)) for v in first.ravel())]))

corners = np.array([[0, 0, 0], [1.5, 0, 0], [0, 1.25, 0], [0, 0, -2]])
faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], np.uint16)
meshes = {
    "train_v": np.concatenate([corners, corners - 100]).astype(np.float16),
    "train_f": np.concatenate([faces, faces]),
    "train_l": np.array([3, 0, 258, 7, 1, 1, 1, 1], np.int16),
    "train_nv": np.array([4, 4], np.int32),
    "train_nf": np.array([4, 4], np.int32),
    "test_v": corners.astype(np.float16),
    "test_f": faces[:1],
    "test_l": np.zeros(4, np.int16),
    "test_nv": np.array([4], np.int32),
    "test_nf": np.array([1], np.int32),
    "train_names": np.array(["a", "b"]),
}
np.savez_compressed("meshes.npz", **meshes)

with open("expected.csv", "w") as file:
    file.write("\n".join(lines) + "\n")
