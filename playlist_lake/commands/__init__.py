"""The commands, one module each: the options, and the calls that carry the command out.

`playlist_lake.cli` imports all these modules. At the top they import only what their options
need; each function imports the rest, so that --help and the other commands start without it.
The list of commands with their help texts is in `playlist_lake.cli`.
"""
