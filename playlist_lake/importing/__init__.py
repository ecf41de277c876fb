"""Reading saved responses and chart files into the raw zone."""
