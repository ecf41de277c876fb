# The function that reads the lists, its rights, and the schedule that starts it.

locals {
  function = "${var.name}-extract"
  # As in the event that extract_lambda/handler.py sends
  event_bus    = "default"
  event_source = "playlist-lake"
  event_type   = "PlaylistSnapshotsReady"
}

resource "aws_secretsmanager_secret" "spotify" {
  #checkov:skip=CKV_AWS_149:AWS's own key unless kms_key_arn is set
  #checkov:skip=CKV2_AWS_57:Spotify rotates the token, and the function saves it; only a person can rotate the app's secret
  name        = "${var.name}/spotify"
  description = "Spotify app and refresh token, written by playlist-lake login"
  kms_key_id  = var.kms_key_arn
  # A login writes it again. With a recovery window, no new stack could use the name for a month
  recovery_window_in_days = 0
}

# Events that started nothing: no run of the function, no build, no mail
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_cloudwatch_log_group" "extract" {
  #checkov:skip=CKV_AWS_158:CloudWatch's own key; no log line holds a secret or personal data
  #checkov:skip=CKV_AWS_338:log_retention_days decides; 30 days by default
  name              = "/aws/lambda/${local.function}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_layer_version" "packages" {
  layer_name               = "${var.name}-packages"
  description              = "Packages that extract_lambda imports, from requirements/lambda.txt"
  filename                 = "${var.packages}/layer.zip"
  source_code_hash         = filebase64sha256("${var.packages}/layer.zip")
  compatible_runtimes      = ["python3.13"]
  compatible_architectures = ["arm64"]
}

resource "aws_lambda_function" "extract" {
  #checkov:skip=CKV_AWS_50:no tracing; one log line says what a run did and how long it took
  #checkov:skip=CKV_AWS_116:no dead letters; a failed run has a log and an alarm, and the schedule's next run is the retry
  #checkov:skip=CKV_AWS_115:a variable, reserved_concurrency, because new accounts have none to reserve
  #checkov:skip=CKV_AWS_117:calls only Spotify and AWS; a VPC would need a NAT gateway at ten times the lake's price
  #checkov:skip=CKV_AWS_173:the variables hold names, not secrets
  #checkov:skip=CKV_AWS_272:the deployer uploads the code from this folder
  function_name                  = local.function
  description                    = "Takes the day's snapshot of each list in config/playlists.txt"
  role                           = aws_iam_role.extract.arn
  runtime                        = "python3.13"
  architectures                  = ["arm64"]
  handler                        = "extract_lambda.handler.handler"
  filename                       = "${var.packages}/extract_lambda.zip"
  source_code_hash               = filebase64sha256("${var.packages}/extract_lambda.zip")
  layers                         = [aws_lambda_layer_version.packages.arn]
  memory_size                    = 512
  timeout                        = 900
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, -1)

  environment {
    variables = {
      LAKE           = local.lake
      SPOTIFY_SECRET = aws_secretsmanager_secret.spotify.name
      EVENT_BUS      = local.event_bus
    }
  }

  # Lambda checks the role's rights when it creates the function
  depends_on = [aws_iam_role_policy.extract, aws_cloudwatch_log_group.extract]
}

resource "aws_lambda_function_event_invoke_config" "extract" {
  function_name = aws_lambda_function.extract.function_name
  # The schedule's next run is the retry
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 6 * 3600
}

# Also for the second function, in genres.tf
data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "extract" {
  name                 = local.function
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.lambda_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "extract" {
  statement {
    sid       = "ReadFollowedLists"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/config/playlists.txt"]
  }

  statement {
    sid = "ReadAndWriteSnapshots"
    # Get: a list is compared with its last snapshot
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.lake.arn}/raw/snapshot_date=*/*.jsonl.gz"]
  }

  statement {
    sid       = "ReadAndWriteOutcomes"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.lake.arn}/outcomes/snapshot_date=*/*.jsonl"]
  }

  statement {
    sid     = "ListSnapshotsAndOutcomes"
    actions = ["s3:ListBucket"]
    # IfExists: for a missing key S3 answers 404 only to those who may list the bucket, without a
    # prefix, and 403 to others. So the role can list all keys, but not read the objects.
    resources = [aws_s3_bucket.lake.arn]

    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["raw/*", "outcomes/*"]
    }
  }

  statement {
    sid       = "ReadAndWriteThrottling"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.lake.arn}/state/throttled_until.json"]
  }

  statement {
    sid = "ReadSecretAndWriteToken"
    # Put: a refresh can return a new refresh token
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
    resources = [aws_secretsmanager_secret.spotify.arn]
  }

  statement {
    sid       = "SendEvent"
    actions   = ["events:PutEvents"]
    resources = ["arn:${local.partition}:events:${local.region}:${local.account}:event-bus/${local.event_bus}"]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = [local.event_source]
    }

    condition {
      test     = "StringEquals"
      variable = "events:detail-type"
      values   = [local.event_type]
    }
  }

  # Lambda itself makes these calls with the function's role
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.extract.arn}:*"]
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

resource "aws_iam_role_policy" "extract" {
  name   = "extract"
  role   = aws_iam_role.extract.id
  policy = data.aws_iam_policy_document.extract.json
}

resource "aws_scheduler_schedule_group" "lake" {
  name = var.name
}

resource "aws_scheduler_schedule" "extract" {
  #checkov:skip=CKV_AWS_297:the schedule's input is only a time
  name                         = "extract"
  group_name                   = aws_scheduler_schedule_group.lake.name
  description                  = "Reads today's lists; skips those that have today's snapshot already"
  state                        = var.schedule_enabled ? "ENABLED" : "DISABLED"
  schedule_expression          = var.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.extract.arn
    role_arn = aws_iam_role.schedule.arn
    # No jsonencode: it would escape < and >, which mark where Scheduler inserts the time
    input = "{\"snapshot_date\": \"<aws.scheduler.scheduled-time>\"}"

    dead_letter_config {
      arn = aws_sqs_queue.dead_letters.arn
    }

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 3
    }
  }
}

data "aws_iam_policy_document" "schedule_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_scheduler_schedule_group.lake.arn]
    }
  }
}

resource "aws_iam_role" "schedule" {
  name                 = "${var.name}-schedule"
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.schedule_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "schedule" {
  statement {
    sid       = "StartExtraction"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.extract.arn]
  }

  statement {
    sid       = "SendDeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "schedule"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}
