locals {
  user_step = (var.user
    ? "In the console, under IAM, Users, ${local.deployer}, Security credentials: create an access key and an\n   MFA device named ${local.deployer}. Then:  aws configure --profile ${local.deployer}"
    : "Sign in with a profile of the AWS CLI that the role trusts. Write its name for YOURS below."
  )
  source_profile = var.user ? local.deployer : "YOURS"
  mfa_device     = "arn:${local.partition}:iam::${local.account}:mfa/${var.user ? local.deployer : "YOURS"}"
  mfa_setting    = var.mfa ? "\n   aws configure set --profile ${var.name} mfa_serial ${local.mfa_device}" : ""
}

output "next_steps" {
  description = "What to do now."
  value       = <<-EOT
    1. ${local.user_step}
    2. Add the role to the configuration of the AWS CLI, once:
       aws configure set --profile ${var.name} region ${local.region}
       aws configure set --profile ${var.name} role_arn ${aws_iam_role.deployer.arn}
       aws configure set --profile ${var.name} source_profile ${local.source_profile}${local.mfa_setting}
    3. Write the stack's backend and its variables, once:
       terraform output -raw backend > ../backend.tf
       terraform output -raw settings > ../bootstrap.auto.tfvars
    4. Assume the role for an hour and deploy:
       eval "$(aws configure export-credentials --profile ${var.name} --format env)"
       export AWS_DEFAULT_REGION=${local.region}
       cd .. && terraform init && terraform apply
  EOT
}

output "backend" {
  description = "Content of infra/backend.tf, which git ignores: where the stack keeps its state."
  value       = <<-EOT
    terraform {
      backend "s3" {
        bucket       = "${aws_s3_bucket.state.bucket}"
        key          = "${local.state_key}"
        region       = "${local.region}"
        use_lockfile = true
      }
    }
  EOT
}

output "settings" {
  description = "Content of infra/bootstrap.auto.tfvars, which git ignores: the variables that stack and bootstrap must have in common."
  value = join("", [
    for name, value in {
      bucket                   = var.bucket
      kms_key_arn              = var.kms_key_arn
      name                     = var.name
      permissions_boundary_arn = aws_iam_policy.boundary.arn
      region                   = local.region
    } : format("%-24s = %q\n", name, value) if value != null
  ])
}

output "state_bucket" {
  description = "Name of the bucket with the stack's state."
  value       = aws_s3_bucket.state.bucket
}

output "deployer_role_arn" {
  description = "ARN of the deployer role."
  value       = aws_iam_role.deployer.arn
}

output "permissions_boundary_arn" {
  description = "ARN of the permissions boundary. The deployer can only create roles that have it."
  value       = aws_iam_policy.boundary.arn
}
