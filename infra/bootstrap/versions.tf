# What the stack is deployed with: the deployer role, the permissions boundary of all roles and the
# bucket of the state. An administrator of the account applies it once. Its own state stays on the
# administrator's machine and holds no secret.

terraform {
  # Since 1.10 the backend can keep its lock in the bucket of the state
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { project = var.name }
  }
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.name
  here      = "${local.region}:${local.account}"

  # Not the path of the stack's roles, because the deployer may change those
  path = "/${var.name}-bootstrap/"

  # The names of the stack's resources, as in infra/*.tf
  lake_bucket     = coalesce(var.bucket, "${var.name}-${local.account}-${local.region}")
  lake_bucket_arn = "arn:${local.partition}:s3:::${local.lake_bucket}"
  roles_arn       = "arn:${local.partition}:iam::${local.account}:role/${var.name}/*"
  secret_arn      = "arn:${local.partition}:secretsmanager:${local.here}:secret:${var.name}/*"
  queue_arn       = "arn:${local.partition}:sqs:${local.here}:${var.name}-*"
  topic_arn       = "arn:${local.partition}:sns:${local.here}:${var.name}-alarms"
  function_arn    = "arn:${local.partition}:lambda:${local.here}:function:${var.name}-*"
  workflow_arn    = "arn:${local.partition}:glue:${local.here}:workflow/${var.name}-*"

  log_group_arns = [
    "arn:${local.partition}:logs:${local.here}:log-group:/aws/lambda/${var.name}-*",
    "arn:${local.partition}:logs:${local.here}:log-group:/aws-glue/jobs/${var.name}/*",
  ]

  databases     = [replace(var.name, "-", "_"), "${replace(var.name, "-", "_")}_raw"]
  database_arns = [for name in local.databases : "arn:${local.partition}:glue:${local.here}:database/${name}"]
  # For a table, Glue checks the rights to its database and to the catalog too
  catalog_arns = concat(
    ["arn:${local.partition}:glue:${local.here}:catalog"],
    local.database_arns,
    [for name in local.databases : "arn:${local.partition}:glue:${local.here}:table/${name}/*"],
  )
}
