"""The import of saved responses and chart files into the raw zone."""
