"""The demonstration: people of the demo organisation walk real cases through the API, and the story is told as it
happens.
"""
