"""`playlist-lake views`: create the views of sql/views in Athena."""

from playlist_lake.commands.query import athena_target
from playlist_lake.console import out, shown
from playlist_lake.parameters import DatabaseOption, WorkgroupOption


def views(database: DatabaseOption = None, workgroup: WorkgroupOption = None) -> None:
    """Raises CommandError."""
    from playlist_lake.answers.athena import create_views

    target = athena_target(database, workgroup)
    for name in create_views(target):
        out.print(shown(f"View {name} is in {target.database}."))
