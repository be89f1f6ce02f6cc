"""Fetching public statistics into an input folder: the one part of Sujuva that uses a network, and no stage of it."""
