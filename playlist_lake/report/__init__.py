"""The report as one HTML file: `contents` queries the lake, `modules` joins the page's scripts."""

from playlist_lake.report.page import write_report

__all__ = ["write_report"]
