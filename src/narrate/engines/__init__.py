"""Engines: one file each, behind the promise in `protocol`."""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
# onnxruntime, from 1.29 on, tells its makers of each model that it runs, and keeps a number of this machine for that:
# unless this is set before it is loaded.
