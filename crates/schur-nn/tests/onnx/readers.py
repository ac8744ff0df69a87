"""Runs exported networks in the programs that are installed: readers.py FOLDER.

FOLDER holds NAME.onnx and NAME.x, the inputs as little-endian f32. Every reader writes its outputs
to NAME.READER.y, or to NAME.READER.error what it says against the model. Which readers there are,
with their versions, stands in FOLDER/readers, one per line.
"""

import importlib.metadata
import pathlib
import sys

import numpy


def onnxruntime(model, x):
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    y = session.run(None, {"input": x})[0]
    declared = session.get_outputs()[0].shape[1:]
    assert list(y.shape[1:]) == list(declared), (y.shape, declared)
    return y


def opencv(model, x):
    import cv2

    network = cv2.dnn.readNetFromONNX(model)
    network.setInput(x)
    return network.forward()


def tract(model, x):
    import tract

    network = tract.onnx().load(model)
    network.set_input_fact(0, ",".join(map(str, x.shape)) + ",f32")
    return network.into_model().into_runnable().run([x])[0].to_numpy()


READERS = {
    onnxruntime: "onnxruntime",
    opencv: "opencv-python-headless",
    tract: "tract",
}


def shape(model):
    """Channels, height and width of the input."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.get_inputs()[0].shape[1:]


def main(folder):
    present = []
    for reader, package in READERS.items():
        try:
            present.append((reader, importlib.metadata.version(package)))
        except importlib.metadata.PackageNotFoundError:
            print(f"{package} is not installed; no network is tried in it")
    lines = [f"{reader.__name__} {version}\n" for reader, version in present]
    (folder / "readers").write_text("".join(lines))
    for path in sorted(folder.glob("*.onnx")):
        model = str(path)
        x = numpy.fromfile(path.with_suffix(".x"), dtype="<f4").reshape([-1, *shape(model)])
        for reader, _ in present:
            name = reader.__name__
            try:
                y = numpy.asarray(reader(model, x), dtype="<f4")
                y.tofile(path.with_suffix(f".{name}.y"))
            except Exception as error:  # what a reader says is part of the result
                path.with_suffix(f".{name}.error").write_text(str(error))


main(pathlib.Path(sys.argv[1]))
