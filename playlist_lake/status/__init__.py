"""What `playlist-lake status` says: `lists` and `tables` read the lake, `printing` prints."""
