# The topic that all alarms go to, the dashboard and the budget.

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

resource "aws_cloudwatch_dashboard" "lake" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type = "alarm", x = 0, y = 0, width = 24, height = 3
        properties = {
          title  = "Alarms"
          alarms = values(aws_cloudwatch_metric_alarm.this)[*].arn
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
        properties = merge(graph, { region = local.region, period = local.default_interval_s })
      }],
    )
  })
}

resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd == null ? 0 : 1

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
