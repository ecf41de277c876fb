# What the deployer may do, continued in deployer_services.tf: what the AWS provider calls to make, read,
# change and remove the resources of infra/*.tf, and nothing of what they hold. Tagging is for the
# provider's default_tags, and asked when a resource is made.

data "aws_iam_policy_document" "state_and_roles" {
  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]
  }

  statement {
    sid     = "KeepState"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${aws_s3_bucket.state.arn}/${local.state_key}",
      "${aws_s3_bucket.state.arn}/${local.state_key}.tflock",
    ]
  }

  statement {
    sid       = "GiveLockBack"
    actions   = ["s3:DeleteObject"]
    resources = ["${aws_s3_bucket.state.arn}/${local.state_key}.tflock"]
  }

  # What a role may do at most is decided here, not by who deploys: each is made with the boundary,
  # which the deployer can neither take away nor change
  statement {
    sid = "GiveRightsWithinBoundary"
    actions = [
      "iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy",
      # Of roles that were made before there was a boundary
      "iam:PutRolePermissionsBoundary",
    ]
    resources = [local.roles_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  statement {
    sid = "ManageRoles"
    actions = [
      "iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies",
      "iam:TagRole", "iam:DeleteRole",
      # Asked before a role is deleted
      "iam:ListInstanceProfilesForRole",
      # For a later version of the stack
      "iam:UpdateAssumeRolePolicy",
    ]
    resources = [local.roles_arn]
  }

  statement {
    sid       = "PassRoles"
    actions   = ["iam:PassRole"]
    resources = [local.roles_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values = [
        "lambda.amazonaws.com", "glue.amazonaws.com",
        "scheduler.amazonaws.com", "events.amazonaws.com",
      ]
    }
  }
}

data "aws_iam_policy_document" "storage" {
  statement {
    sid = "ManageLakeBucket"
    actions = [
      "s3:CreateBucket", "s3:ListBucket", "s3:DeleteBucket",
      "s3:GetBucketTagging", "s3:PutBucketTagging",
      "s3:GetBucketOwnershipControls", "s3:PutBucketOwnershipControls",
      "s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock",
      "s3:GetBucketVersioning", "s3:PutBucketVersioning",
      "s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration",
      "s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration",
      "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy",
      # Settings that the stack leaves alone and the provider reads of every bucket
      "s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration", "s3:GetBucketRequestPayment", "s3:GetBucketWebsite",
      "s3:GetReplicationConfiguration",
    ]
    resources = [local.lake_bucket_arn]
  }

  statement {
    sid = "PutCode"
    actions = [
      "s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "s3:PutObjectTagging",
    ]
    resources = ["${local.lake_bucket_arn}/code/*"]
  }

  # Code that goes goes with its versions; with force_destroy, so does the whole lake
  statement {
    sid       = "FindVersions"
    actions   = ["s3:ListBucketVersions"]
    resources = [local.lake_bucket_arn]
  }

  statement {
    sid       = "DeleteVersions"
    actions   = ["s3:DeleteObjectVersion"]
    resources = ["${local.lake_bucket_arn}/*"]
  }

  statement {
    sid = "ManageSecretButNotItsValue"
    actions = [
      "secretsmanager:CreateSecret", "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy", "secretsmanager:TagResource",
      "secretsmanager:DeleteSecret",
      # Another key
      "secretsmanager:UpdateSecret",
    ]
    resources = [local.secret_arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      # Of the code in the bucket, and of the secret when it changes to this key
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}
