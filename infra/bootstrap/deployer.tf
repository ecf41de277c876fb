# The deployer role, which deploys the stack and operates the lake, and an optional user that can
# assume it. Its rights are in deployer_rights.tf, deployer_services.tf and deployer_lake.tf.

locals {
  deployer = "${var.name}-deployer"

  trusted_principals = coalescelist(
    concat(aws_iam_user.deployer[*].arn, var.trusted_principals),
    # The whole account: its own policies decide who may assume the role
    ["arn:${local.partition}:iam::${local.account}:root"],
  )
}

data "aws_iam_policy_document" "deployer_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = local.trusted_principals
    }

    dynamic "condition" {
      for_each = var.mfa ? ["true"] : []

      content {
        test     = "Bool"
        variable = "aws:MultiFactorAuthPresent"
        values   = [condition.value]
      }
    }
  }
}

resource "aws_iam_role" "deployer" {
  name               = local.deployer
  path               = local.path
  description        = "Deploys the stack ${var.name} and operates its lake"
  assume_role_policy = data.aws_iam_policy_document.deployer_trust.json
}

# Several policies, because one may have at most 6,144 characters
resource "aws_iam_policy" "deployer" {
  for_each = {
    state-and-roles = data.aws_iam_policy_document.state_and_roles.json
    storage         = data.aws_iam_policy_document.storage.json
    computing       = data.aws_iam_policy_document.computing.json
    monitoring      = data.aws_iam_policy_document.monitoring.json
    lake            = data.aws_iam_policy_document.lake.json
  }

  name        = "${local.deployer}-${each.key}"
  path        = local.path
  description = "What the deployer of the stack ${var.name} may do"
  policy      = each.value
}

resource "aws_iam_role_policy_attachment" "deployer" {
  for_each = aws_iam_policy.deployer

  role       = aws_iam_role.deployer.name
  policy_arn = each.value.arn
}

resource "aws_iam_user" "deployer" {
  #checkov:skip=CKV_AWS_273:off by default; for an account that has neither IAM Identity Center nor another user
  count = var.user ? 1 : 0

  name = local.deployer
  path = local.path
  # Its access key and MFA device are created by hand, and would stop a destroy
  force_destroy = true
}

data "aws_iam_policy_document" "user" {
  statement {
    sid       = "AssumeDeployerRole"
    actions   = ["sts:AssumeRole"]
    resources = [aws_iam_role.deployer.arn]
  }
}

resource "aws_iam_user_policy" "deployer" {
  #checkov:skip=CKV_AWS_40:a group with this one user would add nothing
  count = var.user ? 1 : 0

  name   = "become-deployer"
  user   = aws_iam_user.deployer[0].name
  policy = data.aws_iam_policy_document.user.json
}
