# One bucket for the lake (config/, raw/, outcomes/, genres/, tables/, state/), code/ and athena-results/.
#
# `terraform destroy` would first remove the settings of the bucket, then fail at the bucket because it is not
# empty: the lake would stay without protection and retention. prevent_destroy makes it fail before it changes
# anything. docs/deploy.md says how to take the stack down with and without the lake.

locals {
  bucket = coalesce(var.bucket, "${var.name}-${local.account}-${local.region}")
  lake   = "s3://${local.bucket}"

  # Lifecycle rules count from the creation of an object, the jobs' retention from its snapshot date.
  # They differ for dates that were imported or rebuilt later.
  backstop_days = var.retention_days + 30

  # The answers about genres and their tables. An answer is asked for again after 90 days, so a snapshot
  # may need one that is older than itself.
  genre_prefixes = ["genres/", "tables/artist_matches/", "tables/artist_genres/"]
  genre_days     = local.backstop_days + 90

  # Raw objects, outcomes (which quote Spotify's answers), what a killed job left in its scratch folder,
  # and the other tables except `runs`, which contains none of Spotify's content
  spotify_prefixes = setsubtract(
    concat(["raw/", "outcomes/", "tables/_scratch/"], [for table in keys(local.tables) : "tables/${table}/"]),
    concat(local.genre_prefixes, ["tables/runs/"]),
  )

  expiration_days = merge(
    { for prefix in local.spotify_prefixes : prefix => local.backstop_days },
    { for prefix in local.genre_prefixes : prefix => local.genre_days },
  )
}

resource "aws_s3_bucket" "lake" {
  #checkov:skip=CKV_AWS_18:no access log; it would need a second bucket, and every reader is a role of this account
  #checkov:skip=CKV_AWS_144:no replica in another region; old versions cover mistakes, raw/ can be copied
  #checkov:skip=CKV_AWS_145:S3's own key unless kms_key_arn is set
  #checkov:skip=CKV2_AWS_62:no notifications; the function announces whole runs, not objects
  bucket = local.bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

data "aws_iam_policy_document" "lake_bucket" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.lake.arn, "${aws_s3_bucket.lake.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "lake" {
  bucket = aws_s3_bucket.lake.id
  policy = data.aws_iam_policy_document.lake_bucket.json

  depends_on = [aws_s3_bucket_public_access_block.lake]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  dynamic "rule" {
    for_each = local.expiration_days

    content {
      id     = "retention of ${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      expiration {
        days = rule.value
      }
    }
  }

  rule {
    id     = "results of queries"
    status = "Enabled"

    filter {
      prefix = local.athena_results
    }

    expiration {
      days = 7
    }
  }

  rule {
    id     = "old versions and unfinished uploads"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 7
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_object" "code" {
  #checkov:skip=CKV_AWS_186:the bucket encrypts its objects
  for_each = toset(["jobs.zip", "flatten_playlists.py", "build_stays.py"])

  bucket      = aws_s3_bucket.lake.id
  key         = "code/${each.key}"
  source      = "${var.packages}/${each.key}"
  source_hash = filesha256("${var.packages}/${each.key}")

  depends_on = [aws_s3_bucket_server_side_encryption_configuration.lake, aws_s3_bucket_versioning.lake]
}
