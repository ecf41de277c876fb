# Alarms, which all go to one topic, the dashboard and the budget. docs/runbook.md says what each alarm
# means and what to do.

locals {
  # The names that extract_lambda/handler.py and the jobs use
  namespace       = "PlaylistLake"
  extract_service = "extract_lambda"
  jobs_service    = "jobs"

  # The default schedule's interval: each run falls into one period, so an alarm lasts as long as runs fail
  period_s = 3 * 3600

  alarms = {
    extraction-failed = {
      description = "The function failed: lists failed or are pending, or it could not start."
      namespace   = "AWS/Lambda", metric = "Errors", statistic = "Sum", period_s = local.period_s
      dimensions  = { FunctionName = local.function }
    }
    extraction-throttled = {
      description = "Spotify refuses calls for a while: rate limit or quota."
      namespace   = local.namespace, metric = "throttled", statistic = "Sum", period_s = local.period_s
      dimensions  = { service = local.extract_service }
    }
    function-throttled = {
      description = "Lambda did not run the function: the account's concurrency is used up."
      namespace   = "AWS/Lambda", metric = "Throttles", statistic = "Sum", period_s = local.period_s
      dimensions  = { FunctionName = local.function }
    }
    list-unavailable = {
      description = "A list that was read until now is forbidden or gone."
      namespace   = local.namespace, metric = "newly_unavailable", statistic = "Sum", period_s = local.period_s
      dimensions  = { service = local.extract_service }
    }
    token-old = {
      description = "The refresh token is older than 150 of its 180 days: playlist-lake login renews it."
      namespace   = local.namespace, metric = "token_age_days", statistic = "Maximum", period_s = local.period_s
      dimensions  = { service = local.extract_service }, threshold = 150
    }
    job-partial = {
      description = "A job published some dates but not all, left a raw object out, or waits for a confirmation."
      namespace   = local.namespace, metric = "partial", statistic = "Sum", period_s = local.period_s
      dimensions  = { service = local.jobs_service }
    }
    payload-drift = {
      description = "A column that had values has hardly any since the newest date: Spotify may have renamed a key."
      namespace   = local.namespace, metric = "drifted_columns", statistic = "Sum", period_s = local.period_s
      dimensions  = { service = local.jobs_service }
    }
    job-failed = {
      description = "A job failed, timed out or was stopped; the topic has a message with the reason."
      namespace   = "AWS/Events", metric = "TriggeredRules", statistic = "Sum", period_s = local.period_s
      dimensions  = { RuleName = aws_cloudwatch_event_rule.job_failed.name }
    }
    dead-letters = {
      description = "Events that could not be processed are in the dead-letter queue."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", period_s = 300
      dimensions  = { QueueName = aws_sqs_queue.dead_letters.name }
    }
  }
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:CloudWatch cannot publish to a topic with AWS's own key; messages hold states, no data
  name = "${var.name}-alarms"
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "ServicesOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "RuleOfFailedJobs"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    # No condition: EventBridge's documentation says that it cannot publish to a topic that has one
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

resource "aws_sns_topic_subscription" "alarm_email" {
  for_each = toset(var.alarm_email[*])

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description} See docs/runbook.md."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period_s
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = try(each.value.threshold, 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "no_new_date" {
  alarm_name          = "${var.name}-no-new-date"
  alarm_description   = "No new snapshot date was published in 26 hours. See docs/runbook.md."
  namespace           = local.namespace
  metric_name         = "new_dates"
  dimensions          = { service = local.jobs_service }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 26
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  # A lake without any run must raise it too
  treat_missing_data = "breaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
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
  rule = aws_cloudwatch_event_rule.job_failed.name
  arn  = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths = {
      job     = "$.detail.jobName"
      message = "$.detail.message"
      run     = "$.detail.jobRunId"
      state   = "$.detail.state"
    }
    input_template = "\"Glue job <job>, run <run>: <state>. <message> See docs/runbook.md.\""
  }
}

resource "aws_cloudwatch_dashboard" "lake" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type = "alarm", x = 0, y = 0, width = 24, height = 3
        properties = {
          title  = "Alarms"
          alarms = concat(values(aws_cloudwatch_metric_alarm.this)[*].arn, [aws_cloudwatch_metric_alarm.no_new_date.arn])
        }
      }],
      [for index, graph in [
        {
          title   = "Lists by outcome", stat = "Sum"
          metrics = [for outcome in ["extracted", "incomplete", "already_present", "not_found", "forbidden", "throttled", "failed", "pending"] : [local.namespace, outcome, "service", local.extract_service]]
        },
        {
          title   = "Items read", stat = "Sum"
          metrics = [[local.namespace, "items", "service", local.extract_service]]
        },
        {
          title   = "Age of the refresh token in days, of 180", stat = "Maximum"
          metrics = [[local.namespace, "token_age_days", "service", local.extract_service]]
        },
        {
          title   = "Dates published, objects refused, lists that lost more than half, columns that lost their values", stat = "Sum"
          metrics = [for metric in ["new_dates", "refused_objects", "shrunk_lists", "drifted_columns"] : [local.namespace, metric, "service", local.jobs_service]]
        },
        {
          title   = "Run time of the function in seconds", stat = "Maximum"
          metrics = [[local.namespace, "seconds", "service", local.extract_service]]
        },
        {
          title   = "Bytes scanned by queries", stat = "Sum"
          metrics = [["AWS/Athena", "ProcessedBytes", "WorkGroup", aws_athena_workgroup.lake.name]]
        },
        ] : {
        type       = "metric", x = 8 * (index % 3), y = 3 + 6 * floor(index / 3)
        width      = 8, height = 6
        properties = merge(graph, { region = local.region, period = local.period_s })
      }],
    )
  })
}

resource "aws_budgets_budget" "monthly" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }

  depends_on = [aws_sns_topic_policy.alarms]
}
