# The alarms, and the mail with a failed job's reason. docs/runbook.md says what each alarm means and
# what to do.

locals {
  # The names that extract_lambda/handler.py and the jobs use
  namespace       = "PlaylistLake"
  extract_service = "extract_lambda"
  jobs_service    = "jobs"

  # An alarm lasts for one period after the last data point that raised it, because its window slides:
  # docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
  # A period must be longer than the 15 minutes of a run; an hour is the shortest that we use. Lambda dates a
  # failure to the start of its run, and an alarm with FILL doesn't see a data point that arrives after its period:
  # docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  hour_s             = 3600
  default_interval_s = 3 * local.hour_s
  # An hour longer than the default schedule's interval: an alarm doesn't end between two failed runs
  failed_runs_period_s = local.default_interval_s + local.hour_s
  # An hour longer than a day: while each day has a failed run, no period is without one
  failed_days_period_s = 25 * local.hour_s

  alarms = {
    extraction-failed = {
      description = "The function failed: lists failed or are pending, or it could not start."
      namespace   = "AWS/Lambda", metric = "Errors", statistic = "Sum", period_s = local.failed_runs_period_s
      dimensions  = { FunctionName = local.function }
    }
    extraction-throttled = {
      description = "Spotify refuses calls for a while: rate limit or quota."
      namespace   = local.namespace, metric = "throttled", statistic = "Sum", period_s = local.failed_runs_period_s
      dimensions  = { service = local.extract_service }
    }
    function-throttled = {
      description = "Lambda did not run the function: the account's concurrency is used up."
      namespace   = "AWS/Lambda", metric = "Throttles", statistic = "Sum", period_s = local.hour_s
      dimensions  = { FunctionName = local.function }
    }
    list-unavailable = {
      description = "A list that was read until now is forbidden or gone."
      namespace   = local.namespace, metric = "newly_unavailable", statistic = "Sum", period_s = local.hour_s
      dimensions  = { service = local.extract_service }
    }
    token-old = {
      description = "The refresh token is older than 150 of its 180 days: playlist-lake login renews it."
      namespace   = local.namespace, metric = "token_age_days", statistic = "Maximum", period_s = local.failed_runs_period_s
      dimensions  = { service = local.extract_service }, threshold = 150
    }
    job-partial = {
      description = "A job published some dates but not all, left a raw object out, or waits for a confirmation."
      namespace   = local.namespace, metric = "partial", statistic = "Sum", period_s = local.hour_s
      dimensions  = { service = local.jobs_service }
    }
    payload-drift = {
      description = "A column that had values has hardly any since the newest date: Spotify may have renamed a key."
      # The jobs also send a count for each column, but an alarm cannot SEARCH for the columns:
      # docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html
      namespace  = local.namespace, metric = "drifted_columns", statistic = "Sum", period_s = local.hour_s
      dimensions = { service = local.jobs_service }
    }
    job-failed = {
      description = "A job failed, timed out or was stopped; the topic has a message with the reason."
      namespace   = "AWS/Events", metric = "TriggeredRules", statistic = "Sum", period_s = local.hour_s
      dimensions  = { RuleName = aws_cloudwatch_event_rule.job_failed.name }
    }
    genres-failed = {
      description = "Every run that asked for genres on three days in a row failed."
      namespace   = "AWS/Lambda", metric = "Errors", statistic = "Sum", period_s = local.failed_days_period_s
      dimensions  = { FunctionName = local.genres_function }, of_metric = "Invocations", periods = 3
      is_needed   = var.genres
    }
    no-new-date = {
      description = "No new snapshot date was published in 26 hours."
      namespace   = local.namespace, metric = "new_dates", statistic = "Sum", period_s = local.hour_s
      dimensions  = { service = local.jobs_service }, absent_for_periods = 26
      # Without the schedule no new date is expected
      is_needed = var.schedule_enabled
    }
    dead-letters = {
      description = "An event that started nothing is in the dead-letter queue."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", period_s = local.hour_s
      dimensions  = { QueueName = aws_sqs_queue.dead_letters.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.alarms : name => alarm if try(alarm.is_needed, true) }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description} See docs/runbook.md."
  evaluation_periods  = try(each.value.absent_for_periods, each.value.periods, 1)
  comparison_operator = can(each.value.absent_for_periods) ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold"
  threshold           = try(each.value.threshold, 1)
  # If the expression has no data at all, because a metric was never sent
  treat_missing_data = can(each.value.absent_for_periods) ? "breaching" : "notBreaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]

  # Our metrics have no data between two runs. Without FILL an alarm would look for older data points, and
  # ignore treat_missing_data while it finds enough of them:
  # docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
  metric_query {
    id = "filled"
    # With of_metric: 1 if every run failed, 0 if one succeeded or there was none
    expression  = can(each.value.of_metric) ? "IF(FILL(m1, 0) >= FILL(m2, 1), 1, 0)" : "FILL(m1, 0)"
    label       = each.value.metric
    return_data = true
  }

  metric_query {
    id = "m1"

    metric {
      namespace   = each.value.namespace
      metric_name = each.value.metric
      dimensions  = each.value.dimensions
      stat        = each.value.statistic
      period      = each.value.period_s
    }
  }

  dynamic "metric_query" {
    for_each = try([each.value.of_metric], [])

    content {
      id = "m2"

      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value
        dimensions  = each.value.dimensions
        stat        = each.value.statistic
        period      = each.value.period_s
      }
    }
  }
}

# In states of 0.3.0 and earlier copies of 0.4.0
moved {
  from = aws_cloudwatch_metric_alarm.no_new_date
  to   = aws_cloudwatch_metric_alarm.this["no-new-date"]
}

resource "aws_cloudwatch_event_rule" "job_failed" {
  name        = "${var.name}-job-failed"
  description = "A job failed, timed out or was stopped"

  event_pattern = jsonencode({
    source        = ["aws.glue"]
    "detail-type" = ["Glue Job State Change"]
    detail = {
      jobName = values(aws_glue_job.this)[*].name
      state   = ["FAILED", "TIMEOUT", "STOPPED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "job_failed" {
  rule     = aws_cloudwatch_event_rule.job_failed.name
  arn      = aws_sns_topic.alarms.arn
  role_arn = aws_iam_role.send_failures.arn

  # No input transformer: the mail is the whole event in JSON. EventBridge doesn't escape what it inserts
  # into a template, so a reason with quotes or newlines would make the message invalid:
  # docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 8
  }
}

data "aws_iam_policy_document" "send_failures_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.job_failed.arn]
    }
  }
}

# A role, because EventBridge's guide excludes conditions from a topic's policy. Sources disagree: AWS
# announced roles for all targets, but the guide's list of targets with a role lacks SNS. docs/deploy.md
# ("What only a real account can show") says how to tell; the alarm job-failed doesn't depend on it.
# aws.amazon.com/about-aws/whats-new/2025/03/amazon-eventbridge-iam-execution-role-all-targets
resource "aws_iam_role" "send_failures" {
  name                 = "${var.name}-send-failures"
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.send_failures_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "send_failures" {
  statement {
    sid       = "PublishFailures"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
  }
}

resource "aws_iam_role_policy" "send_failures" {
  name   = "send-failures"
  role   = aws_iam_role.send_failures.id
  policy = data.aws_iam_policy_document.send_failures.json
}
