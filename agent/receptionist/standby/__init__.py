"""What serves a caller without any AI service: ears, rules in the place of an LLM, and a voice.

`grammar`, `pronunciation`, `rules` and `words` are pure; `ears`, `brain` and `voice` are what
LiveKit's sessions take; `conversation` joins them to the keypad.
"""
