"""Which Athena database and workgroup a query is for."""

from typing import NamedTuple

# The names that infra/ creates unless its variable `name` is set
DATABASE = "playlist_lake"
WORKGROUP = "playlist-lake"


class AthenaTarget(NamedTuple):
    """A database and a workgroup of Athena; boto3 chooses region and credentials."""

    database: str = DATABASE
    workgroup: str = WORKGROUP
