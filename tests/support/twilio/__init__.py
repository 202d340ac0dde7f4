"""Twilio's API as far as it is used here, served over HTTP and strict about requests."""
