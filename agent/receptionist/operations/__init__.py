"""What the operator's commands do: decisions as pure functions, and one thin edge to LiveKit."""
