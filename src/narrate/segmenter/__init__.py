"""The segmenter: an article becomes a script of utterances with pauses."""
