# The deployer's rights to deploy, continued in deployer_services.tf: the calls of the AWS provider that
# create, read, change and delete the resources of infra/*.tf, without rights to their content. AWS
# checks the rights to tag when it creates a resource, because of the provider's default_tags.

data "aws_iam_policy_document" "state_and_roles" {
  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]
  }

  statement {
    sid     = "ReadAndWriteState"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${aws_s3_bucket.state.arn}/${local.state_key}",
      "${aws_s3_bucket.state.arn}/${local.state_key}.tflock",
    ]
  }

  statement {
    sid       = "ReleaseLock"
    actions   = ["s3:DeleteObject"]
    resources = ["${aws_s3_bucket.state.arn}/${local.state_key}.tflock"]
  }

  # The deployer writes the roles' policies, but creates each role with the boundary, which it can
  # neither remove nor change. So this folder decides what a role can do at most.
  statement {
    sid = "CreateRolesWithBoundary"
    actions = [
      "iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy",
      # For roles that are older than the boundary
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
      # The provider calls it before it deletes a role
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
      "s3:GetBucketPolicy", "s3:PutBucketPolicy",
      # Settings that the stack does not change, but the provider reads of every bucket
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

  # Terraform deletes code with its versions, and docs/deploy.md the whole lake
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
      # To change its key
      "secretsmanager:UpdateSecret",
    ]
    resources = [local.secret_arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      # For the code in the bucket, and for the secret when it changes to this key
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}
