"""Twilio's Elastic SIP Trunking, as far as putting callers through needs it.

What is to be changed is decided by pure functions; `account` alone talks to Twilio, and needs the
extra ``twilio``.
"""
