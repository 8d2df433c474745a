"""The sample world: invented organisations, what they do, and the returns that tell of it.

Everything here is made up, but for the two pilots of the Lessons Learned report; the same seed gives the same
world, to the byte.
"""
