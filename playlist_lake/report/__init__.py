"""One HTML file to look at a lake: `contents` from SQL, `charts` by Altair, `page` around them."""

from playlist_lake.report.page import write_report

__all__ = ["write_report"]
