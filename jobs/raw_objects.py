"""Reading the raw zone: every object is parsed once, with a schema, even if its content is odd.

Most pages are parsed directly into structs. Where an item of a page is unusable (a null row, a song
without an id), the JSON text of the items is read as well. A page with a value of another type than
the schema's (a text instead of a number, an item that is not an object) is parsed item by item, so
that one odd item does not make the others NULL.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lake.raw_format import CHART_ROWS, ITEMS_PAGE, RAW_KEY

_MALFORMED = "_malformed"
_PERMISSIVE = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": _MALFORMED}


def _struct(**fields: T.DataType) -> T.StructType:
    return T.StructType([T.StructField(name, type_) for name, type_ in fields.items()])


_TEXT, _WHOLE, _LONG, _FLAG = T.StringType(), T.IntegerType(), T.LongType(), T.BooleanType()
_IMAGES = T.ArrayType(_struct(url=_TEXT))
_ARTISTS = T.ArrayType(_struct(id=_TEXT, name=_TEXT))
_ALBUM = _struct(
    id=_TEXT,
    name=_TEXT,
    album_type=_TEXT,
    release_date=_TEXT,
    release_date_precision=_TEXT,
    total_tracks=_WHOLE,
    images=_IMAGES,
    artists=_ARTISTS,
)
_TRACK = _struct(
    id=_TEXT,
    uri=_TEXT,
    name=_TEXT,
    type=_TEXT,
    is_local=_FLAG,
    is_playable=_FLAG,
    duration_ms=_LONG,
    explicit=_FLAG,
    disc_number=_WHOLE,
    track_number=_WHOLE,
    popularity=_WHOLE,
    external_ids=_struct(isrc=_TEXT),
    linked_from=_struct(uri=_TEXT),
    artists=_ARTISTS,
    album=_ALBUM,
)
# Spotify sends the song under `item` since February 2026, before under `track`, for a while under
# both
_ITEM = _struct(added_at=_TEXT, is_local=_FLAG, item=_TRACK, track=_TRACK)
_PLAYLIST = _struct(
    name=_TEXT,
    description=_TEXT,
    public=_FLAG,
    collaborative=_FLAG,
    snapshot_id=_TEXT,
    followers=_struct(total=_LONG),
    images=_IMAGES,
)
_CHART_ROW = _struct(uri=_TEXT, artist_names=_TEXT, track_name=_TEXT, streams=_LONG)
_LINE = _struct(
    format_version=_WHOLE,
    record=_TEXT,
    playlist_id=_TEXT,
    snapshot_date=_TEXT,
    fetched_at=_TEXT,
    source=_TEXT,
    playlist=_PLAYLIST,
    offset=_LONG,
    page=_struct(items=T.ArrayType(_ITEM)),
    rows=T.ArrayType(_CHART_ROW),
    item_count=_LONG,
    total=_LONG,
    page_count=_LONG,
    spotify_snapshot_id=_TEXT,
).add(_MALFORMED, _TEXT)
_LINE_WITH_TEXT_ITEMS = _struct(page=_struct(items=T.ArrayType(_TEXT)))
_ITEM_OR_MALFORMED = T.StructType([*_ITEM.fields, T.StructField(_MALFORMED, _TEXT)])


def read_lines(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """One row per line of the raw objects: the header's fields, and the items of a page.

    `items` is NULL where the line is not a page with a list of items; the rows of a chart file are
    items too. Its elements are struct(track, item_uri, item_type, added_at, streams, reason, text,
    is_malformed). `track` is the song, episode or local file. An unusable item has a `reason` and
    its JSON `text`, which are NULL otherwise. A malformed item has a value of another type than
    Spotify documents.

    An object that is not gzip or ends too early gives the lines before the damage.
    """
    lines = spark.read.option("ignoreCorruptFiles", "true").text(list(paths))
    parsed = F.from_json("value", _LINE, _PERMISSIVE)
    return (
        lines.select(F.col("_metadata.file_path").alias("path"), "value", parsed.alias("line"))
        .withColumn("items", _items())
        .select(
            F.regexp_extract("path", RAW_KEY, 1).cast("date").alias("snapshot_date"),
            F.regexp_extract("path", RAW_KEY, 2).alias("playlist_id"),
            "line.format_version",
            "line.record",
            F.col("line.playlist_id").alias("stated_playlist_id"),
            F.col("line.snapshot_date").alias("stated_snapshot_date"),
            utc_timestamp(F.col("line.fetched_at")).alias("fetched_at"),
            "line.source",
            "line.playlist",
            "line.offset",
            "items",
            "line.item_count",
            "line.total",
            "line.page_count",
            "line.spotify_snapshot_id",
        )
    )


def is_spotify_id(column: Column) -> Column:
    """Whether a text is 22 base62 characters, as Spotify's ids are."""
    return column.rlike(r"^[0-9A-Za-z]{22}\z")


def utc_timestamp(text: Column) -> Column:
    """An ISO 8601 time in UTC as a timestamp cut to milliseconds; NULL for any other text."""
    is_instant = text.rlike(r"^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z\z")
    # In ANSI mode a cast fails on month 13, where try_to_timestamp gives NULL
    return F.when(is_instant, F.date_trunc("millisecond", F.try_to_timestamp(text)))


def _items() -> Column:
    is_page = F.col("line.record") == ITEMS_PAGE
    is_malformed = F.col(f"line.{_MALFORMED}").isNotNull()
    found = (
        F.when(F.col("line.record") == CHART_ROWS, F.transform("line.rows", _chart_item))
        .when(is_page & is_malformed, _single_items())
        .when(is_page & _are_usable("line.page.items"), _whole_items())
        .when(is_page, _whole_items_and_texts())
    )
    return F.transform(found, _with_reason)


def _are_usable(raw_items: str) -> Column:
    return F.forall(raw_items, lambda raw: _uri(_track(raw)).isNotNull())


def _whole_items() -> Column:
    """The items of a page that are all usable."""
    return F.transform("line.page.items", lambda raw: _item(raw, F.lit(None).cast("string")))


def _whole_items_and_texts() -> Column:
    """The items of a page with unusable items, with their texts."""
    both = F.arrays_zip(F.col("line.page.items").alias("raw"), _texts().alias("text"))
    return F.transform(both, lambda one: _item(one["raw"], one["text"]))


def _single_items() -> Column:
    """The items of a page with values of other types, parsed one by one."""
    # In two steps, because Spark would parse the text again for every use of one of its fields
    parsed = F.transform(
        _texts(),
        lambda text: F.struct(
            F.from_json(text, _ITEM_OR_MALFORMED, _PERMISSIVE).alias("parsed"), text.alias("text")
        ),
    )
    return F.transform(parsed, lambda item: _single_item(item["parsed"], item["text"]))


def _texts() -> Column:
    """The items of a page as texts."""
    return F.from_json("value", _LINE_WITH_TEXT_ITEMS, _PERMISSIVE)["page"]["items"]


def _single_item(parsed: Column, text: Column) -> Column:
    is_malformed = parsed[_MALFORMED].isNotNull() | ~text.startswith("{")
    return _item(parsed, text, F.coalesce(is_malformed, F.lit(False)))


def _as_json(text: Column) -> Column:
    """The JSON of a value that Spark has read as a text, which removed the quotes of texts."""
    is_json = text.rlike(
        r"(?s)^([{\[].*|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false)\z"
    )
    quoted = F.regexp_extract(F.to_json(F.array(text)), r"(?s)^\[(.*)\]\z", 1)
    return F.when(is_json, text).when(text.isNotNull(), quoted)


def _chart_item(row: Column) -> Column:
    """A row of a chart file as an item: a song with URI, id, name and artist names only."""
    known = {
        "id": F.regexp_extract(row["uri"], "^spotify:track:([0-9A-Za-z]{22})\\z", 1),
        "uri": row["uri"],
        "name": row["track_name"],
        # The file joins the names with ", ", which also occurs within a name
        "artists": F.array(F.struct(F.lit(None).cast("string"), row["artist_names"])),
    }
    fields = [
        known.get(field.name, F.lit(None)).cast(field.dataType).alias(field.name)
        for field in _TRACK
    ]
    return F.struct(
        F.struct(*fields).alias("track"),
        F.lit(False).alias("is_local"),
        F.lit(None).cast("string").alias("added_at"),
        row["streams"].alias("streams"),
        F.to_json(row).alias("text"),
        F.lit(False).alias("is_malformed"),
    )


def _item(raw: Column, text: Column, is_malformed: Column | None = None) -> Column:
    return F.struct(
        _track(raw).alias("track"),
        raw["is_local"].alias("is_local"),
        raw["added_at"].alias("added_at"),
        F.lit(None).cast("bigint").alias("streams"),
        text.alias("text"),
        (F.lit(False) if is_malformed is None else is_malformed).alias("is_malformed"),
    )


def _with_reason(item: Column) -> Column:
    """An item with its type and URI, or with the reason why it is unusable."""
    track, text = item["track"], item["text"]
    uri = _uri(track)
    reason = (
        F.when(track.isNull() & _holds_nothing(text), "null_item")
        .when(track.isNull(), "not_an_object")
        .when(uri.isNull(), "no_uri")
    )
    return F.struct(
        track.alias("track"),
        uri.alias("item_uri"),
        F.when(uri.isNotNull(), _item_type(item["is_local"], track, uri)).alias("item_type"),
        item["added_at"].alias("added_at"),
        item["streams"].alias("streams"),
        reason.alias("reason"),
        F.when(uri.isNull(), _as_json(text)).alias("text"),
        item["is_malformed"].alias("is_malformed"),
    )


def _holds_nothing(text: Column) -> Column:
    """Whether an item's JSON is null, or an object whose `item` and `track` are null or absent."""
    under = [F.get_json_object(text, f"$.{name}").isNull() for name in ("item", "track")]
    return text.isNull() | (text.startswith("{") & under[0] & under[1])


def _track(raw: Column) -> Column:
    """The song, episode or local file of an item, under either of its two keys."""
    return F.when(raw["item"].isNotNull(), raw["item"]).otherwise(raw["track"])


def _uri(track: Column) -> Column:
    """An item's URI, or the one that follows from its id; NULL if it has neither."""
    from_id = F.concat(
        F.lit("spotify:"), F.coalesce(track["type"], F.lit("track")), F.lit(":"), track["id"]
    )
    return F.when(track["uri"].startswith("spotify:"), track["uri"]).when(
        is_spotify_id(track["id"]), from_id
    )


def _item_type(is_local: Column, track: Column, uri: Column) -> Column:
    is_local = is_local | track["is_local"] | uri.startswith("spotify:local:")
    is_episode = uri.startswith("spotify:episode:") | (track["type"] == "episode")
    return F.when(is_local, "local").when(is_episode, "episode").otherwise("song")
