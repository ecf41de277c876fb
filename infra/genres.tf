# An optional second function, which asks MusicBrainz and ListenBrainz for the genres of artists. It runs
# beside the jobs, which find its answers the next time: nothing waits for it. It has no right to the secret.

locals {
  genres_count    = var.genres ? 1 : 0
  genres_function = "${var.name}-genres"
}

resource "aws_cloudwatch_log_group" "genres" {
  #checkov:skip=CKV_AWS_158:CloudWatch's own key; no log line holds a secret or personal data
  #checkov:skip=CKV_AWS_338:log_retention_days decides; 30 days by default
  count = local.genres_count

  name              = "/aws/lambda/${local.genres_function}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "genres" {
  #checkov:skip=CKV_AWS_50:no tracing; one log line says what a run did and how long it took
  #checkov:skip=CKV_AWS_116:no dead letters; a failed run has a log and an alarm, and the next event is the retry
  #checkov:skip=CKV_AWS_115:a variable, reserved_concurrency, because new accounts have none to reserve
  #checkov:skip=CKV_AWS_117:calls only two public services and AWS; a VPC would need a NAT gateway at ten times the lake's price
  #checkov:skip=CKV_AWS_173:the variables hold names and a public address, not secrets
  #checkov:skip=CKV_AWS_272:the deployer uploads the code from this folder
  count = local.genres_count

  function_name                  = local.genres_function
  description                    = "Asks for the genres of the artists on the lists in config/playlists.txt"
  role                           = aws_iam_role.genres[0].arn
  runtime                        = aws_lambda_function.extract.runtime
  architectures                  = aws_lambda_function.extract.architectures
  handler                        = "extract_lambda.genres.handler.handler"
  filename                       = aws_lambda_function.extract.filename
  source_code_hash               = aws_lambda_function.extract.source_code_hash
  layers                         = [aws_lambda_layer_version.packages.arn]
  memory_size                    = 512
  timeout                        = 900
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, -1)

  environment {
    variables = {
      LAKE    = local.lake
      CONTACT = var.genres_contact
    }
  }

  # Lambda checks the role's rights when it creates the function
  depends_on = [aws_iam_role_policy.genres, aws_cloudwatch_log_group.genres]
}

resource "aws_lambda_function_event_invoke_config" "genres" {
  count = local.genres_count

  function_name = aws_lambda_function.genres[0].function_name
  # The next event is the retry
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 6 * 3600
}

resource "aws_cloudwatch_event_target" "fetch_genres" {
  count = local.genres_count

  rule = aws_cloudwatch_event_rule.snapshots_ready.name
  arn  = aws_lambda_function.genres[0].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 8
  }

  depends_on = [aws_lambda_permission.genres]
}

# EventBridge calls a function as a service, not with a role:
# docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
resource "aws_lambda_permission" "genres" {
  count = local.genres_count

  statement_id  = "StartByEvent"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.genres[0].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.snapshots_ready.arn
}

resource "aws_iam_role" "genres" {
  count = local.genres_count

  name                 = local.genres_function
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.lambda_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "genres" {
  count = local.genres_count

  statement {
    sid       = "ReadFollowedLists"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/config/playlists.txt"]
  }

  statement {
    sid       = "ReadSnapshots"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/raw/snapshot_date=*/*.jsonl.gz"]
  }

  statement {
    sid = "ReadAndWriteAnswers"
    # Get: for the index, which is rebuilt from them
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.lake.arn}/genres/fetched_on=*/*.jsonl.gz"]
  }

  statement {
    sid       = "ReadAndWriteIndex"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.lake.arn}/state/genres.json"]
  }

  statement {
    sid     = "ListSnapshotsAndAnswers"
    actions = ["s3:ListBucket"]
    # IfExists: for a missing key S3 answers 404 only to those who may list the bucket, without a
    # prefix, and 403 to others. So the role can list all keys, but not read the objects.
    resources = [aws_s3_bucket.lake.arn]

    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["raw/*", "genres/*"]
    }
  }

  # Lambda itself makes these calls with the function's role
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.genres[0].arn}:*"]
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

resource "aws_iam_role_policy" "genres" {
  count = local.genres_count

  name   = "genres"
  role   = aws_iam_role.genres[0].id
  policy = data.aws_iam_policy_document.genres[0].json
}
