"""The report as one HTML file: `contents` queries the lake, `charts` draws, `page` joins both."""

from playlist_lake.report.page import write_report

__all__ = ["write_report"]
