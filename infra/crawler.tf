# An optional crawler over raw/, for those who want to query the raw zone itself in Athena. The lake
# doesn't need it, because catalog.tf declares all its tables.

locals {
  crawler_count = var.crawler ? 1 : 0
  crawler       = "${var.name}-raw"
  raw_database  = "${local.database}_raw"
}

resource "aws_glue_catalog_database" "raw" {
  count = local.crawler_count

  name        = local.raw_database
  description = "Tables that the crawler finds in raw/"
}

resource "aws_glue_crawler" "raw" {
  #checkov:skip=CKV_AWS_195:no security configuration; it writes only to the catalog
  count = local.crawler_count

  name          = local.crawler
  description   = "Finds columns and partitions of raw/; started by hand"
  database_name = aws_glue_catalog_database.raw[0].name
  role          = aws_iam_role.crawler[0].arn

  s3_target {
    path = "${local.lake}/raw/"
  }

  schema_change_policy {
    update_behavior = "UPDATE_IN_DATABASE"
    delete_behavior = "LOG"
  }

  depends_on = [aws_iam_role_policy.crawler]
}

resource "aws_iam_role" "crawler" {
  count = local.crawler_count

  name                 = "${var.name}-crawler"
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.jobs_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "crawler" {
  count = local.crawler_count

  statement {
    sid       = "ReadSnapshots"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/raw/*"]
  }

  statement {
    sid       = "ListSnapshots"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.lake.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["raw", "raw/*"]
    }
  }

  statement {
    sid = "FindBucket"
    # AWS's own policy for crawlers has this right, and the code of crawlers is not public
    actions   = ["s3:GetBucketLocation"]
    resources = [aws_s3_bucket.lake.arn]
  }

  statement {
    sid = "WriteTablesAndPartitions"
    actions = [
      "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable",
      "glue:GetPartitions", "glue:BatchGetPartition", "glue:BatchCreatePartition", "glue:BatchUpdatePartition",
    ]
    resources = [
      local.catalog_arns[0],
      aws_glue_catalog_database.raw[0].arn,
      "arn:${local.partition}:glue:${local.region}:${local.account}:table/${local.raw_database}/*",
    ]
  }

  # All crawlers of an account write to one log group
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws-glue/crawlers:*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "crawler" {
  count = local.crawler_count

  name   = "crawler"
  role   = aws_iam_role.crawler[0].id
  policy = data.aws_iam_policy_document.crawler[0].json
}
