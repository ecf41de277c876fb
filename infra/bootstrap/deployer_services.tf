# The deployer's rights to deploy, continued: functions, jobs, the catalog, Athena and monitoring.

data "aws_iam_policy_document" "computing" {
  statement {
    sid = "ManageFunctions"
    actions = [
      "lambda:CreateFunction", "lambda:GetFunction", "lambda:DeleteFunction",
      "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:TagResource",
      "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency",
      "lambda:PutFunctionEventInvokeConfig", "lambda:GetFunctionEventInvokeConfig",
      "lambda:DeleteFunctionEventInvokeConfig",
      # So that a rule may start a function
      "lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission",
      # The provider reads them of every function
      "lambda:ListVersionsByFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:ListTags",
    ]
    resources = [local.function_arn]
  }

  statement {
    sid     = "ManageLayer"
    actions = ["lambda:PublishLayerVersion", "lambda:GetLayerVersion", "lambda:DeleteLayerVersion"]
    # A layer, or with a number at the end a version of it
    resources = ["arn:${local.partition}:lambda:${local.here}:layer:${var.name}-*"]
  }

  statement {
    sid = "ManageSchedule"
    actions = [
      "scheduler:CreateSchedule", "scheduler:GetSchedule",
      "scheduler:UpdateSchedule", "scheduler:DeleteSchedule",
    ]
    resources = ["arn:${local.partition}:scheduler:${local.here}:schedule/${var.name}/*"]
  }

  statement {
    sid = "ManageScheduleGroup"
    actions = [
      "scheduler:CreateScheduleGroup", "scheduler:GetScheduleGroup", "scheduler:DeleteScheduleGroup",
      "scheduler:TagResource", "scheduler:ListTagsForResource",
    ]
    resources = ["arn:${local.partition}:scheduler:${local.here}:schedule-group/${var.name}"]
  }

  statement {
    sid = "ManageRules"
    actions = [
      "events:PutRule", "events:DescribeRule", "events:DeleteRule",
      "events:PutTargets", "events:ListTargetsByRule", "events:RemoveTargets",
      "events:TagResource", "events:ListTagsForResource",
    ]
    resources = ["arn:${local.partition}:events:${local.here}:rule/${var.name}-*"]
  }

  statement {
    sid = "ManageJobs"
    actions = [
      "glue:CreateJob", "glue:GetJob", "glue:UpdateJob", "glue:DeleteJob",
      "glue:CreateWorkflow", "glue:GetWorkflow", "glue:DeleteWorkflow",
      "glue:CreateTrigger", "glue:GetTrigger", "glue:DeleteTrigger",
      "glue:GetCrawler", "glue:DeleteCrawler",
      # For a later version of the stack
      "glue:UpdateWorkflow", "glue:UpdateTrigger", "glue:UpdateCrawler",
    ]
    resources = concat([local.workflow_arn], [
      for kind in ["job", "trigger", "crawler"] :
      "arn:${local.partition}:glue:${local.here}:${kind}/${var.name}-*"
    ])
  }

  statement {
    sid     = "CreateCrawler"
    actions = ["glue:CreateCrawler"]
    # Glue checks this right without the crawler's ARN
    resources = ["*"]
  }

  statement {
    sid = "ManageCatalog"
    actions = [
      "glue:CreateDatabase", "glue:GetDatabase", "glue:DeleteDatabase",
      "glue:CreateTable", "glue:GetTable", "glue:DeleteTable",
      # The provider reads them of every table
      "glue:GetPartitionIndexes",
      # For a later version of the stack
      "glue:UpdateDatabase", "glue:UpdateTable",
    ]
    # Functions: deleting a database requires the right to delete everything that it could hold
    resources = concat(local.catalog_arns, [
      for database in local.databases :
      "arn:${local.partition}:glue:${local.here}:userDefinedFunction/${database}/*"
    ])
  }

  statement {
    sid     = "TagJobsAndDatabases"
    actions = ["glue:TagResource", "glue:GetTags"]
    resources = concat([local.workflow_arn], local.database_arns, [
      for kind in ["job", "trigger", "crawler"] :
      "arn:${local.partition}:glue:${local.here}:${kind}/${var.name}-*"
    ])
  }

  statement {
    sid = "ManageWorkgroup"
    actions = [
      "athena:CreateWorkGroup", "athena:GetWorkGroup",
      "athena:UpdateWorkGroup", "athena:DeleteWorkGroup",
      "athena:TagResource", "athena:ListTagsForResource",
      # Saved queries belong to the workgroup
      "athena:CreateNamedQuery", "athena:GetNamedQuery", "athena:DeleteNamedQuery",
      # For a later version of the stack
      "athena:UpdateNamedQuery",
    ]
    resources = ["arn:${local.partition}:athena:${local.here}:workgroup/${var.name}"]
  }
}

data "aws_iam_policy_document" "monitoring" {
  statement {
    sid = "ManageLogGroups"
    actions = [
      "logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup",
      "logs:TagResource", "logs:ListTagsForResource",
    ]
    resources = local.log_group_arns
  }

  statement {
    sid     = "FindLogGroups"
    actions = ["logs:DescribeLogGroups"]
    # A search by prefix: CloudWatch checks the right to all log groups of the account
    resources = ["*"]
  }

  statement {
    sid = "ManageAlarms"
    actions = [
      "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms",
      "cloudwatch:TagResource", "cloudwatch:ListTagsForResource",
    ]
    resources = ["arn:${local.partition}:cloudwatch:${local.here}:alarm:${var.name}-*"]
  }

  statement {
    sid     = "FindAlarms"
    actions = ["cloudwatch:DescribeAlarms"]
    # A search too: CloudWatch checks the right to all alarms, even if names are given
    resources = ["arn:${local.partition}:cloudwatch:${local.here}:alarm:*"]
  }

  statement {
    sid = "ManageDashboard"
    actions = [
      "cloudwatch:PutDashboard", "cloudwatch:GetDashboard", "cloudwatch:DeleteDashboards",
    ]
    # The ARN of a dashboard has no region
    resources = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.name}"]
  }

  statement {
    sid = "ManageTopic"
    actions = [
      "sns:CreateTopic", "sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic",
      "sns:TagResource", "sns:ListTagsForResource", "sns:Subscribe",
    ]
    resources = [local.topic_arn]
  }

  statement {
    sid     = "ManageSubscription"
    actions = ["sns:GetSubscriptionAttributes", "sns:Unsubscribe"]
    # SNS has no rights to a single subscription
    resources = ["*"]
  }

  statement {
    sid = "ManageDeadLetters"
    actions = [
      "sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "sqs:DeleteQueue",
      "sqs:TagQueue", "sqs:ListQueueTags",
    ]
    resources = [local.queue_arn]
  }

  statement {
    sid = "ManageBudget"
    actions = [
      "budgets:ViewBudget", "budgets:ModifyBudget",
      "budgets:TagResource", "budgets:ListTagsForResource",
    ]
    # The ARN of a budget has no region
    resources = ["arn:${local.partition}:budgets::${local.account}:budget/${var.name}-*"]
  }
}
