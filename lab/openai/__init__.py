"""A server that speaks OpenAI's API and says what a test or a measurement has written for it."""
