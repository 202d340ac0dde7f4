"""Transfer phone callers from a LiveKit agent to a human by SIP REFER."""
