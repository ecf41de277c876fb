# An event about new snapshots or outcomes starts a workflow: flatten_playlists, then build_stays if that succeeds.

resource "aws_cloudwatch_event_rule" "snapshots_ready" {
  name        = "${var.name}-snapshots-ready"
  description = "The function has put new snapshots or outcomes into the lake"

  event_pattern = jsonencode({
    source        = [local.event_source]
    "detail-type" = [local.event_type]
    detail        = { lake = [local.lake] }
  })
}

resource "aws_cloudwatch_event_target" "build_tables" {
  rule     = aws_cloudwatch_event_rule.snapshots_ready.name
  arn      = aws_glue_workflow.build_tables.arn
  role_arn = aws_iam_role.start_workflow.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 8
  }
}

resource "aws_glue_workflow" "build_tables" {
  name        = "${var.name}-build-tables"
  description = "Turns new snapshots and outcomes into tables"
  # An event during a run is dropped; the next run builds its dates
  max_concurrent_runs = 1
}

resource "aws_glue_trigger" "snapshots_ready" {
  name          = "${var.name}-snapshots-ready"
  description   = "Starts one run for all events of five minutes"
  workflow_name = aws_glue_workflow.build_tables.name
  type          = "EVENT"

  event_batching_condition {
    batch_size   = 100
    batch_window = 300
  }

  actions {
    job_name = aws_glue_job.this["flatten_playlists"].name
  }
}

resource "aws_glue_trigger" "tables_built" {
  name              = "${var.name}-tables-built"
  description       = "Starts build_stays after flatten_playlists, unless flatten_playlists was started by hand"
  workflow_name     = aws_glue_workflow.build_tables.name
  type              = "CONDITIONAL"
  start_on_creation = true

  predicate {
    conditions {
      job_name = aws_glue_job.this["flatten_playlists"].name
      state    = "SUCCEEDED"
    }
  }

  actions {
    job_name = aws_glue_job.this["build_stays"].name
  }
}

data "aws_iam_policy_document" "start_workflow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.snapshots_ready.arn]
    }
  }
}

resource "aws_iam_role" "start_workflow" {
  name                 = "${var.name}-start-workflow"
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.start_workflow_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "start_workflow" {
  statement {
    sid       = "NotifyWorkflow"
    actions   = ["glue:NotifyEvent"]
    resources = [aws_glue_workflow.build_tables.arn]
  }
}

resource "aws_iam_role_policy" "start_workflow" {
  name   = "start-workflow"
  role   = aws_iam_role.start_workflow.id
  policy = data.aws_iam_policy_document.start_workflow.json
}

# EventBridge sends dead letters as a service, not with a role
data "aws_iam_policy_document" "dead_letters" {
  statement {
    sid       = "SendDeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.snapshots_ready.arn, aws_cloudwatch_event_rule.job_failed.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.dead_letters.json
}
