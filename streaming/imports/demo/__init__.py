"""A demo for whoever has no FMA at hand: music composed by code, and the plays of simulated listeners.

`filling.py` puts it into an empty catalogue. Nothing is imported here: the processes that compose import this package
too, and do without Django.
"""
