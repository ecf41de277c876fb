# The permissions boundary: no role of the stack can do more than this, even if the deployer gives it
# another policy. It includes no rights to IAM and none outside the stack.

data "aws_iam_policy_document" "boundary" {
  statement {
    sid = "Lake"
    actions = [
      "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
      "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
    ]
    resources = ["${local.lake_bucket_arn}/*"]
  }

  statement {
    sid       = "ListLake"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    resources = [local.lake_bucket_arn]
  }

  statement {
    sid       = "Secret"
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
    resources = [local.secret_arn]
  }

  statement {
    sid = "Catalog"
    actions = [
      "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable",
      "glue:GetPartitions", "glue:BatchGetPartition",
      "glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:BatchDeletePartition",
    ]
    resources = local.catalog_arns
  }

  statement {
    sid       = "StartFunction"
    actions   = ["lambda:InvokeFunction"]
    resources = [local.function_arn]
  }

  statement {
    sid       = "StartWorkflow"
    actions   = ["glue:NotifyEvent"]
    resources = [local.workflow_arn]
  }

  statement {
    sid       = "SendEvent"
    actions   = ["events:PutEvents"]
    resources = ["arn:${local.partition}:events:${local.here}:event-bus/default"]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = ["playlist-lake"]
    }
  }

  statement {
    sid       = "SendDeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arn]
  }

  statement {
    sid       = "PublishFailures"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]
  }

  statement {
    sid     = "Log"
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    # All crawlers of an account write to one log group
    resources = concat(local.log_group_arns, [
      "arn:${local.partition}:logs:${local.here}:log-group:/aws-glue/crawlers:*",
    ])
  }

  statement {
    sid     = "SendMetrics"
    actions = ["cloudwatch:PutMetricData"]
    # A metric has no ARN, so the right is limited by namespace: Glue's and ours
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["Glue", "PlaylistLake"]
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  path        = local.path
  description = "The most that a role of the stack can do"
  policy      = data.aws_iam_policy_document.boundary.json
}
