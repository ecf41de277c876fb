"""The commands, one module each: the options, and the calls that carry the command out.

A module imports at its top only what its options need. The function imports the rest, so that
--help, and every other command, starts without it. The help texts are in `playlist_lake.cli`.
"""
