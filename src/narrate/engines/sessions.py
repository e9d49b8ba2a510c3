"""How onnxruntime runs a model here: one thread in a worker of its own, and no more memory at the end of a book.

Source: https://onnxruntime.ai/docs/performance/tune-performance/memory.html
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

CPU = "CPUExecutionProvider"


def start_session(
    model: str | bytes, *, providers: Sequence[str] = (CPU,), optimise: bool = True, keep_in: Path | None = None
) -> Any:
    """A session of one thread.

    The arena stays on, since Piper's sentences would take half as long again without. Patterns of memory are off: every
    length has its own, and they add up to 10 % of a worker in the course of a book.

    Args:
        model: a path, or what is in such a file.
        providers: what may run it, the best first.
        optimise: False keeps the graph as it is.
        keep_in: a file for the optimised model.

    Raises:
        Exception: whatever onnxruntime raises of a model that is none.
    """
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimise else levels.ORT_DISABLE_ALL
    if keep_in:
        options.optimized_model_filepath = str(keep_in)
    session = onnxruntime.InferenceSession(model, options, providers=list(providers))
    session._model_bytes = None  # it would hold them for ever
    return session
