"""The ready-made voice receptionist."""
