"""One HTML page per call: what was signalled, pressed, said and heard, with the sound in it.

`gather` collects the facts of a call that was made, `render` makes a page of them.
"""
