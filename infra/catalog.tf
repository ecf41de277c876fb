# The database and its tables, with the columns of jobs/tables.py. The jobs create the partitions and
# set the locations of those without partitions.

locals {
  database = replace(var.name, "-", "_")
  tables   = jsondecode(file("${path.module}/tables.json"))

  # Without partitions by date, so a run publishes each as a whole: runs every run, the others build_stays
  undated_tables = ["list_snapshots", "items", "playlist_stays", "artist_matches", "artist_genres", "runs"]

  catalog_arns = [
    "arn:${local.partition}:glue:${local.region}:${local.account}:catalog",
    aws_glue_catalog_database.lake.arn,
  ]
  table_arn = "arn:${local.partition}:glue:${local.region}:${local.account}:table/${local.database}"
}

resource "aws_glue_catalog_database" "lake" {
  name        = local.database
  description = "The history of playlists, one snapshot per list and date"
}

resource "aws_glue_catalog_table" "tables" {
  for_each = { for name, table in local.tables : name => table if !contains(local.undated_tables, name) }

  database_name = aws_glue_catalog_database.lake.name
  name          = each.key
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "parquet", EXTERNAL = "TRUE" }

  dynamic "partition_keys" {
    for_each = each.value.partition_keys

    content {
      name = partition_keys.value.name
      type = partition_keys.value.type
    }
  }

  storage_descriptor {
    location      = "${local.lake}/tables/${each.key}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}

# Not one of the resource above, because all its instances have the same lifecycle
resource "aws_glue_catalog_table" "undated" {
  for_each = toset(local.undated_tables)

  database_name = aws_glue_catalog_database.lake.name
  name          = each.key
  description   = local.tables[each.key].description
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "parquet", EXTERNAL = "TRUE" }

  storage_descriptor {
    location      = "${local.lake}/tables/${each.key}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = local.tables[each.key].columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }

  lifecycle {
    # A job publishes by setting it to the folder of the run
    ignore_changes = [storage_descriptor[0].location]
  }
}

# In states of 0.3.0 and earlier copies of 0.4.0
moved {
  from = aws_glue_catalog_table.playlist_stays
  to   = aws_glue_catalog_table.stays["playlist_stays"]
}

moved {
  from = aws_glue_catalog_table.tables["runs"]
  to   = aws_glue_catalog_table.stays["runs"]
}

moved {
  from = aws_glue_catalog_table.stays
  to   = aws_glue_catalog_table.undated
}
