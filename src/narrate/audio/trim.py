"""The edges of a clip: where speech begins and ends, with room for its soft sounds."""

from __future__ import annotations

from dataclasses import dataclass

from narrate.audio.clips import load_pydub

WINDOW_MS = 5
"""Step in which silence is looked for."""

FADE_MS = 5
"""Fade at both ends, so that no edge clicks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """A clip cut to its speech, with some of the quiet around it kept.

    Soft consonants lie below any threshold that calls a pause silent: the quiet
    kept at each side holds them, and counts as part of the pause.
    """

    pcm: bytes
    """Mono, signed 16 bits, little-endian: quiet, speech, quiet."""

    lead_frames: int
    """Quiet frames before the speech."""

    trail_frames: int
    """Quiet frames after it."""


def trim_clip(pcm: bytes, rate_hz: int, *, silence_dbfs: float, lead_ms: int, trail_ms: int) -> Trimmed:
    """Cut the silence off a clip's edges.

    Args:
        pcm: mono, signed 16 bits, little-endian.
        rate_hz: frames per second.
        silence_dbfs: quieter windows are silence.
        lead_ms, trail_ms: the most quiet to keep before and after the speech.

    Returns:
        The clip without its outer silence. A clip that is silent throughout keeps
        its length, all of it speech: nothing is thrown away unheard.
    """
    segment = load_pydub()(data=pcm, sample_width=2, frame_rate=rate_hz, channels=1)
    from pydub.silence import detect_leading_silence  # after load_pydub, which quiets the import

    length_ms = len(segment)
    begin_ms = detect_leading_silence(segment, silence_dbfs, WINDOW_MS)
    if begin_ms >= length_ms:
        return Trimmed(pcm=pcm, lead_frames=0, trail_frames=0)
    end_ms = length_ms - detect_leading_silence(segment.reverse(), silence_dbfs, WINDOW_MS)
    lead_ms, trail_ms = min(lead_ms, begin_ms), min(trail_ms, length_ms - end_ms)
    kept = segment[begin_ms - lead_ms : end_ms + trail_ms]
    if lead_ms:  # pydub cannot fade over nothing
        kept = kept.fade_in(min(FADE_MS, lead_ms))
    if trail_ms:
        kept = kept.fade_out(min(FADE_MS, trail_ms))
    return Trimmed(
        pcm=kept.raw_data,
        lead_frames=lead_ms * rate_hz // 1000,
        trail_frames=trail_ms * rate_hz // 1000,
    )
