"""The audio workshop: trim, join, level, encode and measure, clip by clip."""
