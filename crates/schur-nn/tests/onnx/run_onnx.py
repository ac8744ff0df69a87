"""Runs an ONNX model on numbers from a file: run_onnx.py MODEL INPUT OUTPUT, f32 little-endian."""
import sys

import numpy
import onnxruntime

model, source, target = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
shape = session.get_inputs()[0].shape[1:]
x = numpy.fromfile(source, dtype="<f4").reshape([-1, *shape])
y = session.run(None, {"input": x})[0]
expected = session.get_outputs()[0].shape[1:]
assert list(y.shape[1:]) == list(expected), (y.shape, expected)
y.astype("<f4").tofile(target)
