"""How the receptionist's LLM is instructed."""
